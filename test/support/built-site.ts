import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built pages, as they ship. */
    readonly builtSite: string;
  }
}

/** Builds the pages once, for all test files that look at them. */
export default async function buildSite(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tilewise-site-'));
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['run', 'build', '--', '--outDir', folder, '--emptyOutDir'],
    // A shell, because npm is a script on Windows; and Vitest's own NODE_ENV would give a build that nobody ships.
    { encoding: 'utf8', shell: true, env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (status !== 0) throw new Error(`npm run build\n${stdout}${stderr}`);
  project.provide('builtSite', folder);
  return () => rm(folder, { recursive: true, force: true });
}
