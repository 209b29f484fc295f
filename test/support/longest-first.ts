import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take minutes, by a part of their path, the longest first. What is not here follows in Vitest's own order,
 * which knows nothing but sizes on a machine that has never run the tests.
 */
const LONGEST = [
  'gpu/operations.',
  'pages/bench.',
  'gpu/operations-attention.',
  'gpu/operations-backward.',
  'pages/compare.',
  'commands/bench-cli.',
  'gpu/bench-cases.',
  'commands/library.',
  'pages/explain.',
  'gpu/ring-losses.',
  'shader/permutations.',
  'pages/',
  'gpu/',
];

/** Starts the longest files first: one that came last would keep one core busy while the others have nothing left. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = LONGEST.findIndex((part) => moduleId.includes(`/test/${part}`));
  return found < 0 ? LONGEST.length : found;
}
