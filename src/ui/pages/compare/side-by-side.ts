import { problemTitle } from '../../../measure/describe.ts';
import type { Result } from '../../../measure/report.ts';
import { withoutSweeps } from '../../../measure/sweep.ts';

/** Results that may stand beside each other. */
export interface Group {
  readonly title: string;
  readonly results: readonly Result[];
}

/**
 * The comparisons that a report holds, in its order: the panes of an operation, and any other results by their problem.
 * Panes may differ in their problem, since a modifier is part of it; their title is the first one's.
 */
export function sideBySide(results: readonly Result[]): Group[] {
  const groups = new Map<string, Result[]>();
  for (const result of withoutSweeps(results)) {
    const key = result.label === undefined ? titleOf(result) : `panes of ${result.operation}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    return first === undefined ? [] : [{ title: titleOf(first), results: members }];
  });
}

const titleOf = (result: Result): string => `${result.operation} · ${problemTitle(result)}`;
