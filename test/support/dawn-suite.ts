import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '..', 'gpu');

/** The test files that need a GPU, as paths: those that run without a browser, and those that open a page's worker. */
export function dawnSuite(): { readonly files: readonly string[]; readonly leftOut: readonly string[] } {
  const all = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(FOLDER, name));
  const needsWorker = (file: string) => /\b(?:openLab|useLab)\b/.test(readFileSync(file, 'utf8'));
  return { files: all.filter((file) => !needsWorker(file)), leftOut: all.filter(needsWorker) };
}

/** What is left out, in words for whoever reads the result. */
export const leftOutWords = (leftOut: readonly string[]): string =>
  `Left out, since they open a page's worker: ${leftOut.map((file) => path.basename(file, '.test.ts')).join(', ')}.`;
