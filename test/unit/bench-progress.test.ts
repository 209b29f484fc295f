import { describe, expect, it } from 'vitest';
import { plainLines } from '../../bench/progress.ts';
import { sampleAttention } from '../support/sample-report.ts';

describe('progress without a terminal', () => {
  it('is a line a result, and a sign of life after ten quiet seconds', () => {
    let now = 0;
    const lines: string[] = [];
    const view = plainLines(
      (line) => lines.push(line),
      () => now,
    );
    view.log('Starting');
    const [result] = sampleAttention();
    view.show({ stage: 'check', fraction: 0.1, message: 'at once' });
    now = 10_000;
    view.show({ stage: 'measure', fraction: 0.25, message: 'round 1' });
    now = 15_000;
    view.show({ stage: 'measure', fraction: 0.3, message: 'round 2' });
    if (result) view.show({ stage: 'measure', fraction: 0.5, message: 'naive: ok', result });
    now = 44_000;
    view.beat();
    now = 45_000;
    view.beat();
    view.stop();
    now = 99_000;
    view.beat();
    expect(lines).toEqual([
      'Starting',
      '[ 25 %] round 1',
      '[ 50 %] attention · 1024 tokens, 1 head, headDim 64, dense · naive: 629 ms',
      '[ 50 %] naive: ok …',
    ]);
  });
});
