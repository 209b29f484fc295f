import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const WORKER = path.join(import.meta.dirname, 'service-worker.js');

/** Adds to a build the service worker that keeps all of its files, so that pages work without a network once one was visited. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir);
    },
    // Files of `public` are copied after the bundle is written.
    closeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        writeFileSync(path.join(folder, 'service-worker.js'), serviceWorker(folder));
      },
    },
  };
}

/** The text of the service worker for the files of a folder. */
export function serviceWorker(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'service-worker.js')
    .map(({ parentPath, name }) =>
      path.relative(folder, path.join(parentPath, name)).split(path.sep).join('/'),
    )
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(path.join(folder, file)));
  // A page is asked for by its folder.
  const addresses = files.map((file) => `./${file.replace(/(^|\/)index\.html$/, '$1')}`);
  return readFileSync(WORKER, 'utf8')
    .replace('__FILES__', JSON.stringify(addresses))
    .replace('__VERSION__', hash.digest('hex').slice(0, 16));
}
