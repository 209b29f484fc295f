import { expect, test } from 'vitest';
import { correctness, DONE, RUN } from '../support/compare.ts';
import { find, press, textsOf, useSite } from '../support/pages.ts';
import { toy } from '../support/toy-operation.ts';
import { withToy } from '../support/toy-plugin.ts';

const open = useSite(() => [withToy()]);

test('the compare page offers an operation of the list, asks for its problem and measures it', async () => {
  const { page, problems } = await open('demos/compare/');
  await find(page, RUN);
  await press(page, 'wa-select[name=operation]');
  expect(await textsOf(page, 'wa-select[name=operation] wa-option')).toContain(toy.title);
  await press(page, `wa-select[name=operation] wa-option[value=${toy.id}]`);

  for (const { name, title, initial } of toy.options) {
    const control = await find(page, `wa-input[name=${name}]`);
    expect(
      await control.evaluate((it) => [it.getAttribute('label'), (it as HTMLInputElement).value]),
    ).toEqual([title, initial]);
  }
  const panes = (await textsOf(page, 'tw-compare-pane >>> section')).join();
  for (const { title, idea } of toy.variants) {
    expect(panes).toContain(title);
    expect(panes).toContain(idea);
  }

  await press(page, RUN);
  await find(page, DONE);
  expect(await correctness(page)).toEqual(['correct', 'correct']);
  expect((await textsOf(page, 'tw-comparison >>> .heading')).join()).toContain(`${toy.id} · count 64`);
  expect(problems).toEqual([]);
});

test('the device page lists its variants', async () => {
  const { page, problems } = await open('demos/device/');
  await find(page, 'tw-variants-table >>> li');
  expect(await textsOf(page, 'tw-variants-table >>> h3')).toContain(toy.title);
  expect((await textsOf(page, 'tw-variants-table >>> .runs')).join()).toContain(toy.variants[0]?.idea);
  expect(problems).toEqual([]);
});
