import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  startTests,
  type File,
  type Task,
  type Test,
  type VitestRunner,
  type VitestRunnerConfig,
} from '@vitest/runner';
import { getSuites, getTests } from '@vitest/runner/utils';

/** A test that hangs must end some day, but compiling for a test may take minutes on a busy CPU. */
const TIMEOUT_MS = 600_000;

const config = (pattern: RegExp | undefined): VitestRunnerConfig => ({
  root: import.meta.dirname,
  name: 'gpu',
  setupFiles: [],
  passWithNoTests: false,
  testNamePattern: pattern,
  allowOnly: true,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
});

/** The outcome of one test file. */
export interface Outcome {
  readonly passed: number;
  readonly skipped: readonly string[];
  /** Each failed test, or the file itself, with what it said. */
  readonly failed: readonly string[];
}

/**
 * Runs one test file in this process.
 * @param pattern of the names of the tests to run; absent: all
 */
export async function runFile(file: string, pattern: RegExp | undefined): Promise<Outcome> {
  const runner: VitestRunner = {
    config: config(pattern),
    importFile: (at) => import(/* @vite-ignore */ pathToFileURL(at).href),
  };
  const [ran] = await startTests([file], runner);
  if (ran === undefined) throw new Error(`${path.basename(file)} was not run`);
  return outcomeOf(ran);
}

function outcomeOf(file: File): Outcome {
  const tests = getTests(file);
  const inState = (state: string) => tests.filter(({ result }) => result?.state === state);
  const messages = ({ result }: Task) => result?.errors?.map(({ message }) => message).join('\n') ?? '';
  // Groups, and the file itself, fail where their hooks do, or where the file cannot be loaded.
  const failed = [file, ...getSuites(file), ...inState('fail')].filter((task) => messages(task) !== '');
  return {
    passed: inState('pass').length,
    skipped: inState('skip').map(reasonToSkip),
    failed: failed.map((task) => `${task.fullName}: ${messages(task)}`),
  };
}

/** A test that skips itself leaves its reason beside its state. */
function reasonToSkip({ fullTestName, result }: Test): string {
  const note = result !== undefined && 'note' in result ? result.note : undefined;
  return typeof note === 'string' ? `${fullTestName}: ${note}` : fullTestName;
}
