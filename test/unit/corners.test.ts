import { expect, test } from 'vitest';
import { TESTED } from '../support/operations.ts';

const sources = import.meta.glob<string>(['/src/**/*.ts', '/demos/**/*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What only tests need: it must not make the library and the pages larger. */
const FOR_TESTS = /\/(?:corners|\w+-corners|spoil|random-problem|odd-tiles)\.ts$/;

test('nothing that is shipped imports corners', () => {
  const importing = Object.entries(sources)
    .filter(([file]) => !FOR_TESTS.test(file))
    .filter(([, text]) =>
      [...text.matchAll(/from '([^']+)'/g)].some(([, file]) => FOR_TESTS.test(file ?? '')),
    )
    .map(([file]) => file);
  expect(importing).toEqual([]);
});

test('every room that has variants is tested', () => {
  const rooms = Object.keys(sources)
    .map((file) => /^\/src\/operations\/([^/]+)\/operation\.ts$/.exec(file)?.[1])
    .filter((room) => room !== undefined);
  expect(TESTED.map(({ id }) => id).sort()).toEqual(rooms.sort());
});
