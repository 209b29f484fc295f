import { z } from 'zod';
import { ShapeError, TilewiseError } from '../src/core/errors.ts';
import { BROADCAST_NAMES, BROADCASTS, type Extents } from '../src/operations/attention/broadcast.ts';
import {
  attentionProblem,
  MAX_HEAD_DIM,
  type AttentionProblem,
} from '../src/operations/attention/problem.ts';
import { count, lengths, positive, windowReach } from '../src/ui/form/fields.ts';
import { USUAL_HEADS } from '../src/operations/attention/cases.ts';
import { UsageError } from './errors.ts';

/** A problem of some size, with options filled in. */
export type AttentionShape = (sized: Partial<AttentionProblem>) => AttentionProblem;

type Fields = Partial<AttentionProblem>;

/** One way to shape the problem. */
export interface AttentionOption {
  readonly flags: string;
  readonly help: string;
  /** Its errors are told by the flag. */
  readonly field: keyof AttentionProblem;
  /** What the flag stands for without a value. */
  readonly bare: string;
  readonly schema: z.ZodType<(extents: Extents) => Fields>;
}

/** What the command line said; `true` where an option stands without a value. */
export type GivenOptions = ReadonlyMap<AttentionOption, string | true>;

/** In the order in which they shape a problem: extents first, then what is broadcast over them. */
export const ATTENTION_OPTIONS: readonly AttentionOption[] = [
  option('batch', '--batch <n>', `batch entries (${USUAL_HEADS.batch})`, count(1024)),
  option('numHeads', '--heads <n>', `query heads (${USUAL_HEADS.numHeads})`, count(1024)),
  option(
    'numKVHeads',
    '--kv-heads <n>',
    'key/value heads, a divisor of the query heads (as many)',
    count(1024),
  ),
  option('headDim', '--head-dim <n>', `width of query and key (${USUAL_HEADS.headDim})`, count(MAX_HEAD_DIM)),
  option('headDimV', '--head-dim-v <n>', 'width of value and output (as --head-dim)', count(MAX_HEAD_DIM)),
  option(
    'seqLenQ',
    '--queries <n>',
    'queries, where they are not as many as the keys of --sizes',
    count(1 << 24),
  ),
  option(
    'causal',
    '--causal [alignment]',
    'no query sees later keys; bottom-right (the last query sees the last key) or top-left',
    z.enum(['bottom-right', 'top-left'], 'Only bottom-right and top-left are known.'),
    'bottom-right',
  ),
  option(
    'window',
    '--window <left,right>',
    'each query sees so many tokens around the diagonal, -1 is all; one number: to the left, and none ahead',
    windowReach,
  ),
  option('softcap', '--softcap <x>', 'scores become x · tanh(score / x)', positive(1e6)),
  option(
    'alibi',
    '--alibi',
    'scores fall with the distance from the diagonal',
    z.string().transform(() => true),
  ),
  option(
    'sinks',
    '--sinks',
    'a sink logit per head in the denominator',
    z.string().transform(() => true),
  ),
  broadcast('biasShape', '--bias <of>', 'add a bias'),
  broadcast('maskShape', '--mask <of>', 'hide a quarter of the scores by a mask'),
  option('seqLensKV', '--key-lengths <numbers>', 'valid keys, one number per batch entry', lengths),
];

/**
 * Reads the options that were given; `undefined`: none was.
 * @throws UsageError on a value that cannot be read
 */
export function attentionShape(given: GivenOptions): AttentionShape | undefined {
  if (given.size === 0) return undefined;
  const parts = ATTENTION_OPTIONS.flatMap((one) => {
    const text = given.get(one);
    return text === undefined ? [] : [read(one, text)];
  });
  return (sized) => {
    const usual = { ...USUAL_HEADS, seqLenQ: 1, seqLenKV: 1, ...sized };
    const fields = parts.reduce<Fields & Extents>((before, part) => ({ ...before, ...part(before) }), usual);
    try {
      return attentionProblem(fields);
    } catch (error) {
      if (error instanceof TilewiseError) throw new UsageError(inFlags(error));
      throw error;
    }
  };
}

/** `--heads`. */
export const flagOf = ({ flags }: Pick<AttentionOption, 'flags'>): string => flags.split(' ')[0] ?? flags;

function read({ schema, bare, ...named }: AttentionOption, text: string | true) {
  const { success, data, error } = schema.safeParse(text === true ? bare : text);
  if (success) return data;
  throw new UsageError(
    `${flagOf(named)} '${String(text)}': ${error.issues[0]?.message ?? 'this cannot be read'}`,
  );
}

/** `--heads (numHeads): expected …` */
function inFlags(error: TilewiseError): string {
  if (!(error instanceof ShapeError)) return error.message;
  const found = ATTENTION_OPTIONS.find(({ field }) => field === error.argument);
  return found === undefined
    ? error.message
    : `${flagOf(found)} (${found.field}): expected ${error.expected}, got ${error.got}`;
}

function option<Field extends keyof AttentionProblem>(
  field: Field,
  flags: string,
  help: string,
  schema: z.ZodType<AttentionProblem[Field]>,
  bare = '',
): AttentionOption {
  return { field, flags, help, bare, schema: schema.transform((value) => () => ({ [field]: value })) };
}

function broadcast(field: 'biasShape' | 'maskShape', flags: string, help: string): AttentionOption {
  const words =
    'one value a key (keys), a query and key (pairs), a head, query and key (heads), or a score (full)';
  return {
    field,
    flags,
    help: `${help}: ${words}`,
    bare: '',
    schema: z
      .enum(BROADCAST_NAMES, `Only ${BROADCAST_NAMES.join(', ')} are known.`)
      .transform((name) => (extents: Extents) => ({ [field]: BROADCASTS[name](extents) })),
  };
}
