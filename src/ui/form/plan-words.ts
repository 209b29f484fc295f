import { requireOperation } from '../../operations/registry.ts';
import { problemTitle } from '../../measure/describe.ts';
import { formatBytes, formatMs } from '../../measure/format.ts';
import type { MeasureCase, MeasurePlan } from '../../measure/measure-plan.ts';

/** The cost of a plan in words, before it runs. */
export function planWords({ cases, budgetMs = 0 }: MeasurePlan): string {
  const problems = `${cases.length} ${cases.length === 1 ? 'problem' : 'problems'}`;
  const largest = formatBytes(Math.max(...cases.map(matrixBytes)));
  return (
    `${problems}, about ${formatMs(budgetMs * cases.length)} of sampling after compiling and checking. ` +
    `The largest matrix would be ${largest}: the naive variant keeps it, tiled ones do not.` +
    notesOf(cases)
  );
}

/** Each note on a case once, with a space before it. */
function notesOf(cases: MeasurePlan['cases']): string {
  const notes = cases.flatMap(({ operation, problem }) => {
    const { problem: fill, words } = requireOperation(operation);
    return words.notes?.({ ...fill(problem) }) ?? [];
  });
  return [...new Set(notes)].map((note) => ` ${note}`).join('');
}

/** `1024 tokens, 8 heads, headDim 64, dense`. */
export function caseWords({ operation, problem }: MeasureCase): string {
  const filled = requireOperation(operation).problem(problem);
  return problemTitle({ operation, problem: { ...filled } });
}

/** The matrix of scores or similarities, in f32. */
const matrixBytes = ({ operation, problem }: MeasureCase): number =>
  requireOperation(operation).matrixBytes(problem);
