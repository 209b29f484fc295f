import { expect, test } from 'vitest';
import { closingBrace } from '../../src/core/comments.ts';

test.each([
  ['a block', '{ a }', 4],
  ['blocks within', '{ { a } { b } }', 14],
  ['a line comment', '{ // }\n }', 8],
  ['a line comment that ends as WGSL allows', '{ // }\u2028 }', 8],
  ['a block comment', '{ /* } */ }', 10],
  ['nested comments', '{ /* /* } */ } */ }', 18],
  ['two slashes in a block comment', '{ /* // */ }', 11],
  ['no end', '{ a', undefined],
  ['an end in a comment alone', '{ // }', undefined],
])('the brace that closes: %s', (_, text, at) => {
  expect(closingBrace(text, 1)).toBe(at);
});
