import { expect, test } from 'vitest';
import { find, press, textsOf, useSite } from '../support/pages.ts';

const open = useSite();
const AT =
  'demos/retrieve/?v=1&numDocuments=200&numQueries=8&embedDim=32&k=5&storages=f32,binary&candidates=10,200';

test('searches in several forms, and shows recall beside bytes', async () => {
  const { page, problems } = await open(AT);
  await press(page, 'wa-button[type=submit]:not([disabled])');
  await find(page, 'tw-retrieve-results >>> tbody tr');
  expect(await textsOf(page, 'tw-retrieve-results >>> tbody th')).toEqual([
    'f32',
    'binary',
    'binary, 10 candidates',
    'binary, 200 candidates',
  ]);
  const cells = await textsOf(page, 'tw-retrieve-results >>> tbody td');
  expect(cells.slice(0, 4)).toEqual(['128.0', '1.0', '100.0 %', '100.0 %']);
  expect(cells[4]).toBe('4.0');
  // All documents are compared once more.
  expect(cells.slice(-2)).toEqual(['100.0 %', '100.0 %']);
  expect(await page.$$('body >>> tw-retrieve-results >>> svg[role=img]')).toHaveLength(1);
  expect(problems).toEqual([]);
});
