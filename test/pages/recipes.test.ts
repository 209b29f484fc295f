import { expect, test } from 'vitest';
import { find, press, textsOf, useSite } from '../support/pages.ts';

const open = useSite();

test('runs a recipe with its parameters, and keeps what ran before', async () => {
  const { page, problems } = await open('demos/recipes/?v=1&recipe=tico&size=24&rounds=1&decay=0.5');
  expect(await textsOf(page, 'tw-recipe-card >>> h2')).toEqual(['Invariance and covariance tico']);
  expect((await textsOf(page, 'tw-recipe-card >>> pre')).join()).toContain('ticoLoss({ x, y,');
  await press(page, 'wa-button[type=submit]:not([disabled])');
  await find(page, 'tw-recipe-results >>> tbody tr');
  await press(page, 'wa-button[type=submit]:not([disabled])');
  await find(page, 'tw-recipe-results >>> tbody tr:nth-of-type(2)');
  expect(await textsOf(page, 'tw-recipe-results >>> tbody th')).toEqual(['tico', 'tico']);
  const errors = await textsOf(page, 'tw-recipe-results >>> [data-figure=error]');
  for (const error of errors) expect(Number(error)).toBeLessThan(5e-6);
  expect(await textsOf(page, 'tw-recipe-results >>> tbody td:last-of-type')).toContain('runs on the host');
  expect(problems).toEqual([]);
});

test('a parameter that its recipe cannot have is said at its field', async () => {
  const { page } = await open('demos/recipes/?v=1&recipe=poly-view&logitScale=-1');
  await find(page, 'tw-recipe-card >>> pre');
  expect((await textsOf(page, 'wa-callout')).join()).toContain('logitScale');
});
