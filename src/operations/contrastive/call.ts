import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import type { Call, Part } from '../../core/operation.ts';
import { requireOneOf } from '../../core/checks.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { LOSSES, lossOf } from './losses/index.ts';
import { contrastiveProblem, filledProblem } from './fill-problem.ts';
import { requireLogitsInRange } from './logit-size.ts';
import type { ContrastiveProblem } from './problem.ts';
import {
  followedBy,
  requireAnyTensor,
  requireDtypeOf,
  requireShape,
  type Operand,
} from '../../core/tensor.ts';
import type { Inputs } from '../../core/variant.ts';
import { optionInputs } from '../../core/option-data.ts';
import { argumentsOf, readArguments } from '../../core/option-table.ts';
import type { ContrastiveArgs, ContrastiveResult } from './api.ts';
import type { OptionArguments } from './options/fields.ts';
import { contrastiveOptions } from './options/index.ts';
import { prefixCalls, sumOfPrefixes } from './matryoshka.ts';
import { contrastiveResult, plainOutputs } from './result.ts';

/**
 * Checks the arguments of `lab.contrastive` and splits them, with `prefixDims` into one problem for each prefix.
 * @throws ShapeError naming the argument, UnsupportedError naming a combination that makes no sense
 */
export function contrastiveCall(args: ContrastiveArgs): Call<ContrastiveProblem, ContrastiveResult> {
  const parts = prefixCalls(args).map(readContrastive);
  return {
    parts,
    result(ran) {
      const results = ran.map(({ outputs, run }, index) => {
        const part = parts[index];
        if (part === undefined) throw new RangeError(`result ${index} belongs to no problem`);
        return contrastiveResult(part.problem, outputs, run);
      });
      const [only] = results;
      if (args.prefixDims === undefined && only !== undefined) return only;
      return sumOfPrefixes(results, args.x.shape[1] ?? 0);
    },
  };
}

const ARGUMENTS = [
  ...argumentNames<Omit<ContrastiveArgs, keyof OptionArguments>>({ x: true, y: true }),
  ...argumentsOf(contrastiveOptions),
];

const OTHER_NAMES = {
  temperature: 'logitScale',
  tau: 'logitScale',
  bias: 'logitBias',
  normalise: 'normalize',
  negatives: 'hardNegatives',
  targets: 'labels',
  matryoshkaDims: 'prefixDims',
  sampleWeight: 'rowWeights',
  weights: 'rowWeights',
};

/** The problem and the data of a loss over whole embeddings. */
export function readContrastive(args: ContrastiveArgs): Part<ContrastiveProblem> {
  requireKnown(args, ARGUMENTS, OTHER_NAMES);
  const { loss } = args;
  requireOneOf('loss', loss, LOSSES);
  const x = requireAnyTensor('x', args.x, 2);
  const [numRows = 0, embedDim = 0] = x.shape;
  const y = secondTensor(args, embedDim);
  if (y) requireDtypeOf('x', x.dtype, { y });
  if (args.columnLabels !== undefined && y === undefined) {
    throw new ShapeError('y', 'embeddings of the columns, which columnLabels has classes of', 'nothing');
  }
  if (lossOf(loss).labels === 'classes' && args.labels === undefined) {
    throw new ShapeError('labels', `${numRows} classes`, 'nothing');
  }
  if (lossOf(loss).labels === 'sets' && args.labels === undefined) {
    throw new ShapeError('labels', `${numRows} labels, or sets of them`, 'nothing');
  }
  if (lossOf(loss).teacher === true) {
    for (const name of ['teacherX', 'teacherY'] as const) {
      if (args[name] === undefined) throw new ShapeError(name, 'embeddings of a teacher', 'nothing');
    }
  }
  const numCols = y?.shape[0] ?? numRows;
  const extents = filledProblem({
    ...{ loss, numRows, numCols, embedDim, oneTensor: y === undefined },
    columnLabels: args.columnLabels !== undefined,
    ...(x.dtype === 'f16' && { dtype: 'f16' }),
  });
  const { fields, data } = readArguments(contrastiveOptions, { ...args }, extents);
  const problem = contrastiveProblem({ ...extents, gradients: [], ...fields });
  const inputs: Inputs = {
    x: x.data,
    ...(y && { y: followedBy(y.data, data['y']) }),
    ...optionInputs(contrastiveOptions, problem, data, 0),
  };
  requireLogitsInRange(problem, inputs);
  return { problem, readBack: plainOutputs(problem), inputs };
}

/** y, unless the loss is of x alone. */
function secondTensor({ loss, y, columnLabels }: ContrastiveArgs, embedDim: number): Operand | undefined {
  const { oneTensor } = lossOf(loss);
  if (oneTensor === true && y !== undefined && columnLabels === undefined) {
    const but = lossOf(loss).options.includes('columnLabels') ? ', unless columnLabels has its classes' : '';
    throw new UnsupportedError(`y makes no sense with loss '${loss}', which compares the rows of x${but}`);
  }
  if (y === undefined && oneTensor !== false) return undefined;
  const tensor = requireAnyTensor('y', y, 2);
  requireShape('y', tensor, [tensor.shape[0] ?? 0, embedDim]);
  return tensor;
}
