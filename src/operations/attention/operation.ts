import { attentionTensors, givenSummary, HALF_ROUNDING, referenceData, valuesIn } from './data.ts';
import { attentionReference } from './reference.ts';
import { CANCELLED } from '../../core/comparison.ts';
import { compare, worse } from '../../core/deviation.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import type { Operation } from '../../core/operation.ts';
import { flash } from './variants/flash.ts';
import { matrix } from './variants/matrix.ts';
import { naive } from './variants/naive.ts';
import { optionInputs } from '../../core/option-data.ts';
import { floatBytes } from '../../core/plan.ts';
import type { AttentionArgs, AttentionResult } from './api.ts';
import { attentionCall } from './call.ts';
import { attentionBench } from './cases.ts';
import { attentionModifiers } from './presets/index.ts';
import { attentionFiles } from './files.ts';
import { hasFarKeys } from './far-keys.ts';
import { attentionProblem } from './fill-problem.ts';
import { attentionSizes, type AttentionProblem } from './problem.ts';
import { walkedSlots } from './selected.ts';
import { attentionTuningClass } from './tuning-class.ts';
import { attentionWords } from './words.ts';
import { forwardDefaults } from './passes/defaults.ts';
import { splitKV, splitsFor } from './variants/split-kv.ts';
import { twoPass } from './variants/two-pass.ts';
import { verifyChoice } from './verify-choice.ts';
import { usefulFlops } from './useful-flops.ts';
import { attentionOptions } from './options/index.ts';

/** Relative L2 error against float64 that an f32 forward may have. */
const BOUND = 5e-6;

export const attention: Operation<AttentionProblem, AttentionArgs, AttentionResult, 'attention'> = {
  id: 'attention',
  title: 'Attention, forward',
  family: 'attention',
  variants: [naive, twoPass, flash, splitKV, matrix],
  options: attentionOptions,
  problem: attentionProblem,
  example: { seqLenQ: 64 },
  modifiers: attentionModifiers,
  matrixBytes: (problem) => floatBytes(attentionSizes(problem).lse * walkedSlots(problem)),
  tuningClass: attentionTuningClass,
  words: attentionWords,
  bench: attentionBench,
  ownData: attentionFiles,
  // States of near and far keys are merged on the host.
  needsValues: hasFarKeys,
  call: attentionCall,
  preferred: (problem, device) => {
    const worthIt = splitsFor(problem, forwardDefaults(problem, device), device) > 1;
    return worthIt ? [splitKV.id, flash.id, naive.id] : [flash.id, naive.id];
  },
  flops: usefulFlops,
  inputs(problem, seed) {
    const seeded = {
      ...attentionTensors(problem, seed),
      ...optionInputs(attentionOptions, problem, {}, seed),
    };
    return { ...seeded, ...givenSummary(problem, seeded) };
  },
  verify(problem, inputs, outputs, flopBudget) {
    const { lse: total } = attentionSizes(problem);
    const perRow = 2 * problem.seqLenKV * (problem.headDim + problem.headDimV);
    const rows = sampleRows(total, flopBudget / perRow);
    const given = referenceData(problem, inputs);
    const { chosenKeys } = outputs;
    // Over the keys that were chosen, the result is held to be exact; whether they are the best is another question.
    const data = { ...given, ...(problem.selected?.by && { chosenKeys }) };
    const expected = attentionReference(problem, data, rows);
    const actual = (name: string, width: number) => pickRows(valuesIn(outputs, name), width, rows);
    const words = coverage(rows.length, total);
    const width = problem.headDimV;
    const output = { output: 'output', width, actual: actual('output', width), expected: expected.output };
    const floor = CANCELLED * Math.sqrt(expected.lseTerms.reduce((sum, terms) => sum + terms * terms, 0));
    const lse = compare(
      [{ output: 'lse', actual: actual('lse', 1), expected: expected.lse, floor }],
      BOUND,
      words,
    );
    const rounding = problem.dtype === 'f16' ? HALF_ROUNDING : 0;
    const result = worse(compare([output], BOUND + rounding, words), lse);
    return chosenKeys === undefined ? result : worse(result, verifyChoice(problem, given, chosenKeys));
  },
};
