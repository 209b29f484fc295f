import { expect, test } from 'vitest';
import { rendered } from '../../bench/races.ts';
import type { Examined } from '../../bench/races/examine.ts';
import type { Access, Finding } from '../../src/core/finding.ts';

const first: Access = { file: 'lib/a.wesl', line: 3, column: 1, workgroup: 0, invocation: 1, does: 'writes' };
const finding: Finding = {
  ...{ kind: 'race', pass: 'scores', first, times: 2, harmless: false, message: 'They race.' },
};
const good: Examined = {
  ...{ operation: 'attention', variant: 'flash', problem: 'primes', params: {} },
  ...{ passes: 2, relL2: 1e-7, correct: true, findings: [], ms: 3 },
};

test('what was found stands below its kernel, each thing once', () => {
  const harmless = { ...finding, harmless: true, message: 'It makes no difference.' };
  const examined = [good, { ...good, variant: 'naive', findings: [finding, finding, harmless] }];
  expect(rendered(examined)).toBe(
    'attention naive, primes\n  scores: They race.\n2 kernels, 4 passes: faults in 1; 1 reads make no difference.',
  );
});

test('a wrong result and code that could not be run are faults', () => {
  const { relL2: _, correct: __, ...unfinished } = good;
  const text = rendered([
    { ...good, correct: false, relL2: 0.25 },
    { ...unfinished, stopped: 'lib/a.wesl:4: mat2x2f is not interpreted' },
  ]);
  expect(text).toContain('wrong: its error is 2.5e-1');
  expect(text).toContain('not examined to its end: lib/a.wesl:4');
  expect(text).toContain('faults in 2');
});

test('without a fault it says so', () => {
  expect(rendered([good])).toBe('1 kernels, 2 passes: nothing found; 0 reads make no difference.');
});
