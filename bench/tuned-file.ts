import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../src/core/errors.ts';
import { TunedParams, type Tuned } from '../src/measure/tuning/tuned.ts';
import { UsageError } from './errors.ts';

/** Where tuned parameters are kept unless the command line names a file. */
export function usualTunedFile(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'tilewise', 'tuned.json');
}

/** The parameters in a file, with notes on those that cannot be used. A missing file has none. */
export function readTuned(file: string): TunedParams {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return TunedParams.read(undefined);
  }
  try {
    return TunedParams.read(JSON.parse(text));
  } catch {
    return TunedParams.read(text);
  }
}

/** Adds a winner to what a file has kept by now. @throws UsageError if it cannot be written */
export function keepTuned(file: string, entry: Tuned): void {
  const kept = readTuned(file);
  kept.keep(entry);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`--tuned ${file}: ${messageOf(error)}`);
  }
}
