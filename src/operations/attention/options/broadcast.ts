import type { Draw } from '../../../core/corner.ts';
import { u32, type Uniform } from '../../../core/plan.ts';
import { BROADCAST_NAMES, BROADCASTS, broadcastStrides, type Broadcast, type Extents } from '../broadcast.ts';
import type { AttentionProblem } from '../problem.ts';
import type { ScoreRow } from './score-step.ts';

/** Shapes of a bias or mask that a form offers. */
const BROADCAST_CHOICES = [
  { value: 'none', label: 'None' },
  { value: 'keys', label: 'One per batch entry and key' },
  { value: 'pairs', label: 'One per query and key' },
  { value: 'heads', label: 'One per head, query and key' },
  { value: 'full', label: 'One per score' },
] as const;

export const BROADCAST_HELP =
  'one value a key (keys), a query and key (pairs), a head, query and key (heads), or a score (full)';

/** The shape of a bias or mask on a problem whose extents may still be missing. */
function broadcastShape(name: string, before: Partial<AttentionProblem>): readonly number[] | undefined {
  const { batch = 1, numHeads = 1, seqLenQ = 1, seqLenKV = seqLenQ } = before;
  const extents: Extents = { batch, numHeads, seqLenQ, seqLenKV };
  const isKnown = (text: string): text is Broadcast => BROADCAST_NAMES.some((known) => known === text);
  return isKnown(name) ? BROADCASTS[name](extents) : undefined;
}

/** The parts of a row that bias and mask have in common. */
export const broadcastRow = (argument: 'bias' | 'mask') => {
  const field = `${argument}Shape` as const;
  return {
    control: { kind: 'choice', choices: BROADCAST_CHOICES },
    alsoCalled: [field, `${argument}.shape`],
    fields: [field],
    apply(name: string, before: Partial<AttentionProblem>): Partial<AttentionProblem> {
      const shape = broadcastShape(name, before);
      return shape ? { [field]: shape } : {};
    },
    uniforms: (problem: AttentionProblem) => strideUniforms(argument, problem[field], problem),
    random: (draw: Draw, extents: Extents) => ({ [field]: randomBroadcast(draw, extents) }),
    check(problem: AttentionProblem): void {
      const { [field]: shape } = problem;
      if (shape !== undefined) broadcastStrides(argument, shape, problem);
    },
  } as const;
};

/** Each dimension full or shared, and some of the leading ones left out. */
const randomBroadcast = (draw: Draw, { batch, numHeads, seqLenQ, seqLenKV }: Extents): readonly number[] =>
  [batch, numHeads, seqLenQ, seqLenKV].map((extent) => draw.oneOf(1, extent)).slice(draw.int(0, 3));

/** Element strides, 0 where the tensor is broadcast: `bias_batch`, `bias_head`, `bias_row`, `bias_col`. */
function strideUniforms(
  argument: string,
  shape: readonly number[] | undefined,
  problem: AttentionProblem,
): Uniform[] {
  const values = shape === undefined ? [] : broadcastStrides(argument, shape, problem);
  return ['batch', 'head', 'row', 'col'].map((name, axis) => u32(`${argument}_${name}`, values[axis] ?? 0));
}

/** Which element of a broadcast tensor belongs to each key of a row. */
export function broadcastElement(
  argument: string,
  shape: readonly number[],
  problem: AttentionProblem,
  { entry, head, token }: ScoreRow,
): (key: number) => number {
  const [perEntry = 0, perHead = 0, perRow = 0, perKey = 0] = broadcastStrides(argument, shape, problem);
  const base = entry * perEntry + head * perHead + token * perRow;
  return (key) => base + key * perKey;
}
