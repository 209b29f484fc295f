import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '..', 'gpu');

interface Split {
  readonly files: readonly string[];
  readonly leftOut: readonly string[];
}

/** The test files that need a GPU, as paths: those that run without a browser, and those that open a page's worker. */
export const dawnSuite = (): Split => split(/\b(?:openLab|useLab)\b/);

/** Those to which it is all the same where they run, and those that are about a page's worker, or want it where there is one. */
export const kernelSuite = (): Split => split(/\b(?:openLab|useLab|openAnyLab|openRing)\b/);

function split(needsBrowser: RegExp): Split {
  const all = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(FOLDER, name));
  const needs = (file: string) => needsBrowser.test(readFileSync(file, 'utf8'));
  return { files: all.filter((file) => !needs(file)), leftOut: all.filter(needs) };
}

/** What is left out, in words for whoever reads the result. */
export const leftOutWords = (leftOut: readonly string[]): string =>
  `Left out, since they open a page's worker: ${leftOut.map((file) => path.basename(file, '.test.ts')).join(', ')}.`;
