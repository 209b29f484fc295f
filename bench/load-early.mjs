// `early.ts` in one file, which loads in a fifth of the time that its modules take one by one: 0.2 s in place of 1.0.
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.join(import.meta.dirname, '..');
const KEPT = path.join(ROOT, '.cache/bench/early.mjs');

/** Loads it. It is made anew if one of its modules has changed since. */
export async function loadEarly() {
  const kept = await import(pathToFileURL(KEPT)).catch(() => undefined);
  if (kept !== undefined && kept.STAMP === stampOf(kept.INPUTS)) return kept;
  await bundle();
  return import(`${pathToFileURL(KEPT)}?${Date.now()}`);
}

async function bundle() {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['bench/early.ts'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
  });
  const inputs = Object.keys(metafile.inputs);
  const stamp = `\nexport const INPUTS = ${JSON.stringify(inputs)}, STAMP = ${JSON.stringify(stampOf(inputs))};\n`;
  mkdirSync(path.dirname(KEPT), { recursive: true });
  // Another process may be about to load it.
  const made = `${KEPT}.${process.pid}`;
  writeFileSync(made, outputFiles[0].text + stamp);
  renameSync(made, KEPT);
}

/** Tells these files from those of another time. */
const stampOf = (inputs) =>
  inputs.map((file) => statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 'gone').join();
