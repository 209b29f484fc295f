import type { Result } from '../../../measure/report.ts';
import { kernelText, lettersOf, type Setup } from './setup.ts';

/** All that a pane's result depends on, besides the device. */
const textOf = ({ operation, seed, budgetMs }: Setup, problem: object | undefined, kernel: string): string =>
  JSON.stringify([operation, problem, seed, budgetMs, kernel]);

/**
 * The latest result of each pane, by its letter. A run measures again what has changed since, and compares it with the samples
 * of the others.
 */
export class KeptResults {
  /** The panes as they were when the latest run began. */
  private begun = new Map<string, string>();
  private readonly measured = new Map<string, { readonly text: string; readonly result: Result }>();

  /** A run begins. */
  begin(setup: Setup, problem: object | undefined): void {
    this.begun = textsOf(setup, problem);
  }

  /** Keeps the times that the run has left. */
  keep(results: readonly Result[]): void {
    for (const letter of [...this.measured.keys()].filter((letter) => !this.begun.has(letter))) {
      this.measured.delete(letter);
    }
    for (const result of results) {
      const text = this.begun.get(result.label ?? '');
      if (text !== undefined && result.status === 'ok' && result.time) {
        this.measured.set(result.label ?? '', { text, result });
      }
    }
  }

  /** Whether a pane's result in the latest run is one of other settings than these. */
  isOld(letter: string, setup: Setup, problem: object | undefined): boolean {
    return this.begun.get(letter) !== textsOf(setup, problem).get(letter);
  }

  /** The results that a run with these settings need not measure again; none where that would leave nothing to measure. */
  of(setup: Setup, problem: object | undefined): ReadonlyMap<string, Result> {
    const texts = textsOf(setup, problem);
    const still = [...this.measured].filter(([letter, { text }]) => texts.get(letter) === text);
    // Whether a modified pane computes what another baseline does is only known once both have run.
    const [baseline = ''] = texts.keys();
    const isKept = still.some(([letter]) => letter === baseline);
    const isSame = still.every(([, { result }]) => isKept && result.baseline === baseline);
    return still.length < texts.size && (isSame || setup.panes.every(isUnmodified))
      ? new Map(still.map(([letter, { result }]) => [letter, result]))
      : new Map();
  }
}

const isUnmodified = ({ modifiers }: Setup['panes'][number]): boolean => Object.keys(modifiers).length === 0;

function textsOf(setup: Setup, problem: object | undefined): Map<string, string> {
  const letters = lettersOf(setup.panes);
  return new Map(
    setup.panes.map((pane, index) => [letters[index] ?? '', textOf(setup, problem, kernelText(pane))]),
  );
}
