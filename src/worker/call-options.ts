import { ShapeError } from '../core/errors.ts';
import { describe } from '../core/tensor.ts';
import { MOST_PROBED } from '../core/probe.ts';
import type { CallName, CallOptions, ExamineOptions, OpenOptions, TuneOptions } from './api.ts';

/** Options of any call. */
export type AnyOptions = CallOptions & Pick<TuneOptions, 'budgetMs'> & Pick<ExamineOptions, 'probed'>;
type OptionName = keyof AnyOptions;

interface Check {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const recordOf = (fits: (value: unknown) => boolean) => (value: unknown) =>
  isRecord(value) && Object.values(value).every(fits);

const text: Check['fits'] = (value) => typeof value === 'string';
const truth: Check = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };
const milliseconds: Check = {
  expected: 'a number of milliseconds above 0',
  fits: (value) => typeof value === 'number' && value > 0,
};

const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isProbed = (value: unknown): boolean => {
  if (!isRecord(value)) return false;
  const { workgroup, invocations, ...others } = value;
  return (
    isIndex(workgroup) &&
    Array.isArray(invocations) &&
    invocations.length >= 1 &&
    invocations.length <= MOST_PROBED &&
    invocations.every(isIndex) &&
    Object.keys(others).length === 0
  );
};

const CHECKS: Readonly<Record<OptionName, Check>> = {
  variant: { expected: 'the id of a variant', fits: text },
  params: { expected: 'an object of whole numbers, by parameter', fits: isRecord },
  sources: { expected: 'an object of WESL texts, by file', fits: recordOf(text) },
  check: truth,
  keep: truth,
  transfer: truth,
  signal: {
    expected: 'an AbortSignal',
    // A signal may come from another frame, whose AbortSignal is another class.
    fits: (value) =>
      isRecord(value) &&
      typeof value['aborted'] === 'boolean' &&
      typeof value['addEventListener'] === 'function',
  },
  onProgress: { expected: 'a function', fits: (value) => typeof value === 'function' },
  watchMs: milliseconds,
  budgetMs: milliseconds,
  probed: {
    expected: `{ workgroup, invocations }: a whole number, and a list of 1 to ${MOST_PROBED} of them`,
    fits: isProbed,
  },
};

/** The name of a call's argument, if it has one, and its options. */
interface Call {
  readonly argument?: string;
  readonly options: readonly OptionName[];
}

const WAITING: readonly OptionName[] = ['signal', 'onProgress', 'watchMs'];
const RUNNING: readonly OptionName[] = [
  ...(['variant', 'params', 'sources', 'check', 'keep', 'transfer'] as const),
  ...WAITING,
];

const CALLS: Readonly<Record<CallName, Call>> = {
  call: { argument: 'args', options: RUNNING },
  measure: { argument: 'plan', options: ['transfer', ...WAITING] },
  cacheStudy: { argument: 'args', options: ['signal', 'onProgress', 'transfer'] },
  cacheAttention: { argument: 'args', options: ['signal', 'transfer'] },
  upload: { argument: 'tensor', options: ['signal', 'transfer'] },
  download: { argument: 'tensor', options: ['signal'] },
  release: { argument: 'tensor', options: [] },
  compute: { argument: 'kernel', options: ['check', ...WAITING] },
  sources: { argument: 'kernel', options: [] },
  compile: { argument: 'kernel', options: ['signal'] },
  examine: { argument: 'kernel', options: ['signal', 'probed'] },
  timestampClock: { options: ['signal'] },
  peaks: { options: WAITING },
  tune: { argument: 'problem', options: ['variant', 'budgetMs', ...WAITING] },
  tuned: { options: [] },
  forgetTuned: { options: [] },
};

/**
 * The options of a call, read once. What is undefined is left out.
 * @throws ShapeError naming the option that is unknown or wrong, or the argument that is missing
 */
export function requireOptions(call: CallName, argument: unknown, given: unknown = {}): AnyOptions {
  const { argument: name, options } = CALLS[call];
  if (name !== undefined && (typeof argument !== 'object' || argument === null)) {
    throw new ShapeError(name, 'an object', describe(argument));
  }
  return requireEach(call, given, CHECKS, options);
}

function requireEach(
  call: string,
  given: unknown,
  checks: Readonly<Record<string, Check>>,
  names: readonly string[],
): object {
  if (!isRecord(given)) throw new ShapeError('options', 'an object', describe(given));
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [option, value] of entries) {
    const check = names.includes(option) ? checks[option] : undefined;
    if (check === undefined) {
      const known = `no such option: ${call} takes ${names.join(', ') || 'none'}`;
      throw new ShapeError(option, known, describe(value));
    }
    if (!check.fits(value)) throw new ShapeError(option, check.expected, describe(value));
  }
  return Object.fromEntries(entries);
}

const ADAPTERS: readonly unknown[] = ['high-performance', 'low-power', 'fallback'];

const OPENING: Readonly<Record<keyof OpenOptions, Check>> = {
  adapter: {
    expected: "'high-performance', 'low-power' or 'fallback'",
    fits: (value) => ADAPTERS.includes(value),
  },
  tuned: { expected: 'what `tuned` told', fits: () => true },
  worker: {
    expected: 'a Worker, a function that makes one, or the address of its script',
    fits: (value) =>
      typeof value === 'string' ||
      typeof value === 'function' ||
      (isRecord(value) && (value instanceof URL || typeof value['postMessage'] === 'function')),
  },
};

/** The options of `openLab`, read once. @throws ShapeError naming the option that is unknown or wrong */
export const requireOpenOptions = (given: unknown): OpenOptions =>
  requireEach('openLab', given, OPENING, Object.keys(OPENING));
