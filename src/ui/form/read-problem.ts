import { TilewiseError } from '../../core/errors.ts';
import type { Option } from '../../core/option.ts';
import {
  argumentOf,
  blamedOption,
  inTitles,
  optionsIn,
  readTexts,
  shaped,
} from '../../core/option-problem.ts';
import type { ListedOperation } from '../../operations/index.ts';
import type { Fields } from './fields.ts';

/** A mistake in a field, or in several that do not go together. */
export interface FieldIssue {
  readonly field: string;
  readonly message: string;
  /** The fields that it speaks of: the one that was changed last shows it. */
  readonly speaksOf: readonly string[];
}

export type ReadProblem<Problem = object> =
  { readonly problem: Problem } | { readonly issues: readonly FieldIssue[] };

/** The problem that an operation's fields describe. Errors stand beside a field, in the words of the page. */
export function readProblem<Problem extends object>(
  { options, problem }: Pick<ListedOperation<string, Problem>, 'options' | 'problem'>,
  fields: Fields,
): ReadProblem<Problem> {
  const { values, wrong } = readTexts(options, fields);
  const issues = [
    ...Object.entries(wrong).map(([field, message]) => ({ field, message, speaksOf: [] })),
    ...missing(options, fields, wrong),
  ];
  if (issues.length > 0) return { issues };
  try {
    return { problem: problem(shaped({}, values)) };
  } catch (error) {
    if (!(error instanceof TilewiseError)) throw error;
    return { issues: [issueOf(options, error)] };
  }
}

/** Fields that may not be left empty: those that no default stands in for. */
function missing(options: readonly Option<object>[], fields: Fields, wrong: Fields): FieldIssue[] {
  return options.flatMap(({ name, unset, control: { kind } }) => {
    const isNeeded = unset === undefined && (kind === 'count' || kind === 'number' || kind === 'counts');
    if (!isNeeded || name in wrong || fields[name]?.trim() !== '') return [];
    return [{ field: name, message: 'Enter a number.', speaksOf: [] }];
  });
}

function issueOf(options: readonly Option<object>[], error: TilewiseError): FieldIssue {
  const argument = argumentOf(error) ?? '';
  const blamed = blamedOption(options, error, []);
  const prefix = `${argument}:`;
  const message =
    blamed !== undefined && error.message.startsWith(prefix)
      ? `${blamed.title}:${error.message.slice(prefix.length)}`
      : error.message;
  return {
    field: blamed?.name ?? '',
    message: inTitles(options, message),
    speaksOf: optionsIn(options, error.message).map(({ name }) => name),
  };
}
