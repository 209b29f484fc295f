import { families, problemSize, sizesOf, sizeUnit } from '../src/measure/describe.ts';
import { formatBytes, formatMs, formatNumber } from '../src/measure/format.ts';
import type { Result } from '../src/measure/report.ts';

/** The findings of a report, in a sentence or two for each kind of problem: only verdicts that the intervals support. */
export interface Finding {
  readonly about: string;
  readonly text: string;
}

export function findings(results: readonly Result[]): Finding[] {
  return families(results).flatMap(({ operation, title, results: members }) => {
    const sentences = [fastest(members), pastTheWall(members)].filter((sentence) => sentence !== undefined);
    return sentences.length === 0 ? [] : [{ about: `${operation} · ${title}`, text: sentences.join(' ') }];
  });
}

/** The fastest variant at the largest size that the baseline reaches. */
function fastest(results: readonly Result[]): string | undefined {
  const reached = results.filter(({ versusBaseline }) => versusBaseline?.verdict === 'faster');
  const size = sizesOf(reached).at(-1);
  const there = reached.filter((result) => problemSize(result) === size);
  const best = there.reduce<Result | undefined>((a, b) => (speed(b) > speed(a) ? b : a), undefined);
  if (!best) return undefined;
  const naive = results.find((result) => result.variant === best.baseline && problemSize(result) === size);
  const memory =
    best.workspaceBytes === undefined || naive?.workspaceBytes === undefined
      ? ''
      : `, with ${formatBytes(best.workspaceBytes)} of workspace in place of ${formatBytes(naive.workspaceBytes)}`;
  return `At ${sizeWords(best)}, ${best.variant} is ${formatNumber(speed(best))}× faster than ${best.baseline}${memory}.`;
}

/** Who stops at the memory wall, and who goes on. */
function pastTheWall(results: readonly Result[]): string | undefined {
  const stopped = results.find(({ status, memory }) => status === 'out-of-memory' && memory);
  if (!stopped?.memory) return undefined;
  const past = results
    .filter((result) => problemSize(result) === problemSize(stopped) && result.status === 'ok' && result.time)
    .sort((a, b) => (a.time?.medianMs ?? 0) - (b.time?.medianMs ?? 0))[0];
  const { bytesAsked, bytesLimit, buffer } = stopped.memory;
  const wall =
    `At ${sizeWords(stopped)}, ${stopped.variant} is out of memory: ` +
    `${buffer} asks for ${formatBytes(bytesAsked)}, the device allows ${formatBytes(bytesLimit)}`;
  return past?.time ? `${wall}; ${past.variant} runs in ${formatMs(past.time.medianMs)}.` : `${wall}.`;
}

const speed = (result: Result | undefined): number => result?.versusBaseline?.ratio ?? 0;

/** `4096 tokens`. */
function sizeWords(result: Result): string {
  return `${problemSize(result)} ${sizeUnit(result)}`;
}
