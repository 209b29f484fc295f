import { z } from '../../../core/schema.ts';
import type { RankRun, Run } from '../../../core/run.ts';
import { attentionBackward } from '../../../operations/attention-backward/operation.ts';
import { CHOICE_OPTIONS } from '../../../operations/attention/options/choice.ts';
import { attention } from '../../../operations/attention/operation.ts';
import { contrastive } from '../../../operations/contrastive/operation.ts';
import { listed } from '../../../operations/listed.ts';
import { enlist, requireOperation } from '../../../operations/registry.ts';
import type { Schedule } from '../../../ring/attention/task.ts';
import {
  RING_OPERATIONS,
  ringTheory,
  USUAL_SHARED,
  type RingOperation,
  type RingTheory,
} from '../../../ring/theory.ts';
import { addIssue, count, parseFields, type Fields, type Parsed, type Settings } from '../../form/fields.ts';
import type { Form } from '../../form/form-fields.ts';
import { optionControls } from '../../form/option-controls.ts';
import { firstFields, isLinked } from '../../form/option-fields.ts';
import { readProblem } from '../../form/read-problem.ts';
import { readUrl, writeUrl, type UrlState } from '../../form/url-state.ts';
import { FIRST_FIELDS, SCHEDULES } from './fields.ts';

enlist(listed(attention), listed(attentionBackward), listed(contrastive));

/** A problem that ranks share, as the form asks for it. */
export interface RingPlan extends RingTheory {
  readonly operation: RingOperation;
  readonly schedule: Schedule;
  readonly ranks: number;
  readonly size: number;
  readonly problem: object;
  /** All but the extent, in words. */
  readonly words: string;
}

/** A ring's run beside that of one device, which may not be able to run it. */
export interface RingOutcome {
  readonly plan: RingPlan;
  readonly ranksRun: readonly RankRun[];
  readonly ringMs: number;
  readonly alone: { readonly run: Run; readonly deviation: number } | { readonly cannot: string };
}

/** Rows of the tables whose keys are in no order that could be cut. */
const UNCUT = ['pages', 'selected', ...CHOICE_OPTIONS.map(({ name }) => name)];

/** An operation with the options that a form of rings has. The extent is a field of its own. */
function shared(id: RingOperation) {
  const { options, problem, words } = requireOperation(id);
  const linked = options.filter((option) => isLinked(option) && !UNCUT.includes(option.name));
  return {
    ...{ problem, words, options: linked },
    sizeField: linked.find(({ sizes }) => sizes !== undefined)?.name ?? '',
  };
}

const firstOf = (id: RingOperation): Fields => ({
  ...firstFields(shared(id).options, 'one', undefined),
  ...Object.fromEntries(Object.entries(USUAL_SHARED[id]).map(([name, value]) => [name, String(value)])),
});

/** Fields of all operations; those of one name begin with the same text. */
export const RING_DEFAULTS: Fields = {
  ...Object.fromEntries(RING_OPERATIONS.flatMap((id) => Object.entries(firstOf(id)))),
  ...FIRST_FIELDS,
};

/** The controls of an operation's options, but for its extent. */
export function ringControls(operation: RingOperation, form: Form) {
  const { options, sizeField } = shared(operation);
  return optionControls(
    form,
    options.filter(({ name }) => name !== sizeField),
    'one',
  );
}

const BASE = z.object({
  operation: z.enum(RING_OPERATIONS),
  schedule: z.enum(SCHEDULES),
  ranks: count(16),
  size: count(4096),
});

export const RING_SETTINGS: Settings<RingPlan> = {
  version: 1,
  unset: RING_DEFAULTS,
  schema: z.pipe(
    z.record(z.string(), z.string()),
    z.transform((fields, context) => {
      const base = BASE.safeParse(fields);
      for (const { path, message } of base.error?.issues ?? []) addIssue(context, { path, message });
      if (base.data === undefined) return z.NEVER;
      const { operation, schedule, ranks, size } = base.data;
      const { options, problem, words, sizeField } = shared(operation);
      const found = readProblem({ options, problem }, { ...fields, [sizeField]: String(size) });
      if ('issues' in found) {
        for (const { field, message, speaksOf } of found.issues) {
          addIssue(context, { path: [field], message, params: { speaksOf } });
        }
        return z.NEVER;
      }
      const theory = ringTheory(operation, schedule, found.problem);
      if (ranks > theory.mostRanks) {
        addIssue(context, { path: ['ranks'], message: `At most ${theory.mostRanks} share this.` });
        return z.NEVER;
      }
      const family = words.family(Object.fromEntries(Object.entries(found.problem)));
      return { ...base.data, ...theory, problem: found.problem, words: family.join(', ') };
    }),
  ),
};

/** @param changed the field that was changed last: a conflict with other fields is shown there */
export const readRing = (fields: Fields, changed?: string): Parsed<RingPlan> =>
  parseFields(RING_SETTINGS, fields, changed);

/** The fields that the page's link asks for. */
export const linkedRing = (): UrlState => readUrl(RING_SETTINGS, location, RING_DEFAULTS);

/** Puts the fields into the page's link, without a step to go back to. */
export const keepInLink = (fields: Fields): void => {
  history.replaceState(null, '', location.pathname + writeUrl(RING_SETTINGS, fields));
};

/** The arithmetic of the same problem with another extent. */
export function theoryAt({ operation, schedule, problem, size }: RingPlan, times: number): RingTheory {
  const { problem: filled } = requireOperation(operation);
  const { seqLenKV = 0, numCols = 0 } = problem as Readonly<Record<string, number>>;
  const extents =
    operation === 'contrastive'
      ? { numRows: times * size, numCols: times * size + numCols - size }
      : { seqLenQ: times * size, seqLenKV: times * seqLenKV };
  return ringTheory(operation, schedule, filled({ ...problem, ...extents }));
}
