import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../src/core/errors.ts';
import type { Report } from '../src/measure/report.ts';
import type { BenchOptions } from './args.ts';
import { UsageError } from './errors.ts';
import { renderHtml } from './html.ts';

/** The files of the report; `undefined`: it is not written in that form. */
export interface Outputs {
  readonly json?: string | undefined;
  readonly html?: string | undefined;
}

/** Paths that were given; if none was, both forms in the current folder. */
export function outputsOf({ json, html }: Pick<BenchOptions, 'json' | 'html'>): Outputs {
  return json === undefined && html === undefined
    ? { json: 'tilewise-report.json', html: 'tilewise-report.html' }
    : { json, html };
}

/**
 * A run takes minutes: a path that cannot be written is found out before, not after.
 * @throws UsageError naming the path and what is wrong with it
 */
export function requireWritable({ json, html }: Outputs): void {
  for (const file of [json, html]) {
    if (file === undefined) continue;
    const problem = whyNotWritable(file);
    if (problem !== undefined) throw new UsageError(`cannot write ${file}: ${problem}`);
  }
  if (json !== undefined && html !== undefined && path.resolve(json) === path.resolve(html)) {
    throw new UsageError(`--json and --html both name ${json}`);
  }
}

/** Writes the report in the forms asked for. @returns the files */
export function writeOutputs(report: Report, { json, html }: Outputs): string[] {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  if (html !== undefined) writeFileSync(html, renderHtml(report));
  return [json, html].filter((file) => file !== undefined);
}

function whyNotWritable(file: string): string | undefined {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) return 'it is a folder';
  const folder = path.dirname(path.resolve(file));
  const folderThere = statSync(folder, { throwIfNoEntry: false });
  if (!folderThere?.isDirectory()) return `there is no folder ${folder}`;
  try {
    accessSync(there ? file : folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
