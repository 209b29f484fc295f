import type { BinaryExpression, ExpressionElem } from 'wesl';

/** Operators from the loosest to the tightest. Those of one row are taken from left to right. */
const ROWS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const rowOf = ({ operator }: BinaryExpression): number =>
  ROWS.findIndex((row) => row.includes(operator.value));

const grouped = new WeakSet<BinaryExpression>();

/**
 * The expression with its operators grouped as WGSL groups them. WESL's parser takes `a && b + c < d` for
 * `(a && b + c) < d`: that is no matter to it, since it writes the same text again.
 */
export function regrouped(expression: BinaryExpression): BinaryExpression {
  if (grouped.has(expression)) return expression;
  const operands: ExpressionElem[] = [];
  const operators: BinaryExpression[] = [];
  flatten(expression, operands, operators);
  return group(operands, operators);
}

/** Parentheses are elements of their own, so an expression's text is its operands and operators in order. */
function flatten(
  expression: ExpressionElem,
  operands: ExpressionElem[],
  operators: BinaryExpression[],
): void {
  if (expression.kind !== 'binary-expression') {
    operands.push(expression);
    return;
  }
  flatten(expression.left, operands, operators);
  operators.push(expression);
  flatten(expression.right, operands, operators);
}

/** Splits at the last of the loosest operators. */
function group(
  operands: readonly ExpressionElem[],
  operators: readonly BinaryExpression[],
): BinaryExpression {
  const loosest = Math.min(...operators.map(rowOf));
  const at = operators.findLastIndex((one) => rowOf(one) === loosest);
  const side = (first: number, end: number): ExpressionElem => {
    const [only] = operands.slice(first, first + 1);
    if (end - first === 1 && only !== undefined) return only;
    return group(operands.slice(first, end), operators.slice(first, end - 1));
  };
  const left = side(0, at + 1);
  const right = side(at + 1, operands.length);
  const [split] = operators.slice(at, at + 1);
  if (split === undefined) throw new RangeError('an expression without an operator');
  const whole: BinaryExpression = { ...split, left, right, start: left.start, end: right.end };
  grouped.add(whole);
  return whole;
}
