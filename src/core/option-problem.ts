import { ShapeError, UnsupportedError } from './errors.ts';
import type { Option } from './option.ts';
import { readText } from './option-text.ts';

/** Texts by the name of their option. */
export type Texts = Readonly<Record<string, string>>;

/** Options with the values that were read for them, in the order in which they shape a problem. */
export type Values<Problem extends object> = readonly (readonly [Option<Problem>, unknown])[];

export interface ReadTexts<Problem extends object> {
  readonly values: Values<Problem>;
  /** Errors in texts, by the name of the option. */
  readonly wrong: Texts;
}

/** Reads the texts of a table's options. An empty text asks for nothing. */
export function readTexts<Problem extends object>(
  options: readonly Option<Problem>[],
  texts: Texts,
): ReadTexts<Problem> {
  const values: (readonly [Option<Problem>, unknown])[] = [];
  const wrong: Record<string, string> = {};
  for (const option of options) {
    const text = texts[option.name] ?? '';
    if (text.trim() === '') {
      // A choice has no empty text.
      if (option.control.kind === 'choice' && option.name in texts) wrong[option.name] = 'Choose one.';
      continue;
    }
    const reading = readText(option.control, text);
    if ('wrong' in reading) wrong[option.name] = reading.wrong;
    // A switch that is off is absent from the problem.
    else if (reading.value !== false) values.push([option, reading.value]);
  }
  return { values, wrong };
}

/**
 * A problem that the options shape, one after the other.
 * @throws ShapeError, UnsupportedError as options do whose values do not go together
 */
export function shaped<Problem extends object>(
  before: Partial<Problem>,
  values: Values<Problem>,
): Partial<Problem> {
  return values.reduce<Partial<Problem>>((problem, [option, value]) => {
    const fields = option.apply
      ? option.apply(value as never, problem)
      : ({ [option.name]: value } as Partial<Problem>);
    return { ...problem, ...fields };
  }, before);
}

/** The argument of a problem that an error is about, if it names one. */
export const argumentOf = (error: unknown): string | undefined =>
  error instanceof ShapeError || error instanceof UnsupportedError ? error.argument : undefined;

/** The option that an argument of the problem is set by. */
export const optionCalled = <Problem extends object>(
  options: readonly Option<Problem>[],
  argument: string,
): Option<Problem> | undefined =>
  options.find(({ name, alsoCalled = [] }) => [name, ...alsoCalled].includes(argument));

/** The options that a text speaks of by the names of their arguments. */
export const optionsIn = <Problem extends object>(
  options: readonly Option<Problem>[],
  text: string,
): Option<Problem>[] => {
  const words = text.match(/\w+(\.\w+)?/g) ?? [];
  return options.filter((option) => words.some((word) => optionCalled([option], word) !== undefined));
};

/**
 * The option at which an error is told: the one that its argument is set by, unless that was left alone and the error
 * speaks of one that was not.
 * @param touched names of the options that were given, or changed last
 */
export function blamedOption<Problem extends object>(
  options: readonly Option<Problem>[],
  error: Error,
  touched: readonly string[],
): Option<Problem> | undefined {
  const argument = argumentOf(error);
  const own = argument === undefined ? undefined : optionCalled(options, argument);
  if (own !== undefined && touched.includes(own.name)) return own;
  return optionsIn(options, error.message).find(({ name }) => touched.includes(name)) ?? own;
}

/** A message in the words of a page: titles of options in place of the names of their arguments. */
export const inTitles = <Problem extends object>(
  options: readonly Option<Problem>[],
  message: string,
): string => message.replace(/\b[a-z]+[A-Z]\w*\b/g, (word) => optionCalled(options, word)?.title ?? word);
