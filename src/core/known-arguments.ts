import { closest, distance } from 'fastest-levenshtein';
import { ShapeError } from './errors.ts';

/** Names that other libraries give an argument, and its name here. */
export type OtherNames = Readonly<Record<string, string>>;

/** The names of all arguments of a call: `argumentNames<Args>({ query: true, … })` misses none. */
export const argumentNames = <Args extends object>(
  names: Readonly<Record<keyof Args & string, true>>,
): readonly string[] => Object.keys(names);

/** @throws ShapeError naming the first argument that there is not, and the one that is likely meant */
export function requireKnown(args: object, known: readonly string[], others: OtherNames = {}): void {
  const unknown = Object.keys(args).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = meantBy(unknown, known, others);
  const list = known.join(', ');
  throw new ShapeError(
    unknown,
    meant === undefined ? `one of the arguments ${list}` : `'${meant}', or another of ${list}`,
    'an argument that there is not',
  );
}

/** The argument that a name is likely meant for: `label_smoothing`, `isCausal` and `cuasal` are clear enough. */
function meantBy(name: string, known: readonly string[], others: OtherNames): string | undefined {
  const plain = plainly(name);
  const aliases = new Map([
    ...Object.entries(others).map(([other, own]) => [plainly(other), own] as const),
    ...known.map((own) => [plainly(own), own] as const),
  ]);
  const nearest = closest(plain, [...aliases.keys()]);
  // A name with half of its letters wrong is too far off to guess.
  return distance(plain, nearest) <= plain.length / 2 ? aliases.get(nearest) : undefined;
}

/** `is_causal`, `isCausal` and `causal` are one. */
const plainly = (name: string): string =>
  name
    .replace(/^(is|use|has)(?=[_A-Z])/, '')
    .replaceAll('_', '')
    .toLowerCase();
