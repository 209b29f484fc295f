import { SingleBar } from 'cli-progress';
import { problemTitle } from '../src/measure/describe.ts';
import { formatMs } from '../src/measure/format.ts';
import type { Progress } from '../src/measure/measure-plan.ts';
import type { Result } from '../src/measure/report.ts';

/** Shows how far a run is. */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** A line that stays, above the bar where there is one. */
  readonly log: (line: string) => void;
  readonly stop: () => void;
}

/** A bar on a terminal; elsewhere plain lines, one a result, and a sign of life now and then. */
export function progressView(stream: NodeJS.WriteStream): ProgressView {
  if (stream.isTTY) return bar(stream);
  const { beat, ...view } = plainLines((line) => stream.write(`${line}\n`), Date.now);
  // Some steps are long and silent: a large shader can compile for a minute.
  setInterval(beat, QUIET_MS).unref();
  return view;
}

function bar(stream: NodeJS.WriteStream): ProgressView {
  const single = new SingleBar({
    stream,
    format: '{bar} {percentage} % · {duration_formatted} · {message}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: false,
    gracefulExit: false,
    // The seconds go on where the percentage does not.
    forceRedraw: true,
    // Long lines are cut, since a wrapped bar cannot be redrawn.
    linewrap: false,
  });
  let running = false;
  const clear = () => {
    if (running) stream.write('\r\x1b[K');
  };
  return {
    show({ fraction, message }) {
      const percent = Math.round(100 * fraction);
      if (!running) single.start(100, percent, { message });
      else single.update(percent, { message });
      running = true;
    },
    log(line) {
      clear();
      stream.write(`${line}\n`);
    },
    stop() {
      if (running) single.stop();
      running = false;
    },
  };
}

const QUIET_MS = 10_000;

/** For logs and pipes. `now` is in milliseconds; `beat`, called now and then, tells what a silent step is at. */
export function plainLines(
  write: (line: string) => void,
  now: () => number,
): ProgressView & { readonly beat: () => void } {
  let last = -Infinity;
  let doing: string | undefined;
  const line = (text: string) => {
    last = now();
    write(text);
  };
  return {
    show({ fraction, message, result }) {
      const percent = `[${String(Math.round(100 * fraction)).padStart(3)} %]`;
      if (result) line(`${percent} ${result.operation} · ${problemTitle(result)} · ${outcome(result)}`);
      else if (now() - last >= QUIET_MS) line(`${percent} ${message}`);
      doing = `${percent} ${message}`;
    },
    beat() {
      if (doing !== undefined && now() - last >= 3 * QUIET_MS) line(`${doing} …`);
    },
    log: line,
    stop() {
      doing = undefined;
    },
  };
}

function outcome({ variant, status, time }: Result): string {
  return `${variant}: ${status === 'ok' ? (time ? formatMs(time.medianMs) : 'correct') : status}`;
}
