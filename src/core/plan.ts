import { dtypeBytes, type BufferDtype } from './dtype.ts';
import type { Condition, Constant, Role } from './shader-names.ts';

/**
 * Roles of buffers that the caller owns. A plan reads inputs and writes outputs; it reads and writes states, which outlive
 * the call.
 */
export const DATA_ROLES = ['input', 'output', 'state'] as const;

/** A buffer of a plan. Workspace is the variant's own cost; all else is the caller's. */
export interface PlanBuffer {
  readonly name: string;
  readonly role: (typeof DATA_ROLES)[number] | 'workspace';
  readonly bytes: number;
  /** The type of its elements. Default f32. */
  readonly dtype?: BufferDtype;
  /** Held in several GPU buffers of this size, the last one perhaps smaller; by default in one. */
  readonly chunkBytes?: number;
}

/** One storage buffer of a pass. Linking finds the shader's variable by its name, and with it its `@binding`. */
export interface Binding {
  /** The plan's name for it. */
  readonly buffer: string;
  /** The shader's name for it. Left out, it is the plan's name in snake_case: `row_stats` for `rowStats`. */
  readonly as?: string;
  readonly access: 'read' | 'read-write';
  /** Left unbound where the shader does not declare it: buffers of options, which a family offers to all its passes. */
  readonly optional?: true;
  /** Which of the buffer's chunks. Default 0. */
  readonly chunk?: number;
  /** How often all workgroups together move it whole; 2 where it is read and written in place. Default 1. */
  readonly times?: number;
}

/**
 * One 4-byte member of a shader's `Params`, found by its name when the shader is linked; the order is the shader's own.
 * A member without a uniform is an error. A uniform without a member is not: the passes of a family share one list of
 * uniforms, whichever members their structs have, and a misspelt name leaves a member without one anyway.
 */
export interface Uniform {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32';
  readonly value: number;
}

/** A WGSL function whose body somebody else wrote; it is linked in as a module of its own. */
export interface InjectedFunction {
  /** Its name in error messages, in place of a file: `scoreMod`. */
  readonly name: string;
  /** `fn score_mod(score: f32) -> f32`, on one line. */
  readonly signature: string;
  /** The text between its braces. */
  readonly body: string;
}

/** Everything that shapes a pass's compiled code. */
export interface ShaderSpec {
  /** Path below `shaders/`, without its ending: `attention/flash_forward`. The entry point is `main`. */
  readonly shader: string;
  readonly conditions: Readonly<Partial<Record<Condition, boolean>>>;
  readonly constants: Readonly<Partial<Record<Constant, number>>>;
  /** The modules that fill its roles, by their path below `shaders/`, without ending: `{ load: 'lib/load/plain' }`. */
  readonly modules?: Readonly<Partial<Record<Role, string>>>;
  /** Modules beyond the shipped ones, by their path below `shaders/`, with its ending. */
  readonly injected?: Readonly<Record<string, InjectedFunction>>;
  /** Texts in place of shipped ones, by their path below `shaders/`, with its ending. */
  readonly sources?: ShaderSources;
  /** Iteration limit per loop and invocation, set for code that has not been reviewed. Slower. */
  readonly mostTurns?: number;
}

/** WESL texts by their path below `shaders/`, with its ending: `lib/tile.wesl`. */
export type ShaderSources = Readonly<Record<string, string>>;

/** One compute pass over a linear range of workgroups, which the runner may slice and fold. */
export interface Pass extends ShaderSpec {
  readonly label: string;
  readonly uniforms: readonly Uniform[];
  readonly bindings: readonly Binding[];
  readonly workgroups: number;
  /** Executed floating-point operations, counting a multiply-add as two. The runner slices by it. */
  readonly flops: number;
  /** Whole products of a contrastive loss's rows with its columns, U = 2 · N · M · D FLOP each, that it computes. */
  readonly work?: number;
}

/** A variant's work on the GPU as plain data: buffers and passes. */
export interface Plan {
  readonly buffers: readonly PlanBuffer[];
  readonly passes: readonly Pass[];
  /** The tiles that it visits, where the variant walks the score matrix in tiles. */
  readonly tiles?: TileVisits;
}

/** How many tiles a variant visits, over all row blocks and heads. */
export interface TileVisits {
  /** A number, or where it shows only when the plan runs: `each` for every element of a u32 buffer that is not 0. */
  readonly visited: number | { readonly buffer: string; readonly each: number };
  /** The number of tiles if every key were seen. */
  readonly total: number;
}

/** `TileVisits` as two numbers, once the plan has run. */
export interface TileCount {
  readonly visited: number;
  readonly total: number;
}

export const u32 = (name: string, value: number): Uniform => ({ name, type: 'u32', value });
export const i32 = (name: string, value: number): Uniform => ({ name, type: 'i32', value });
export const f32 = (name: string, value: number): Uniform => ({ name, type: 'f32', value });

/** Buffers of a plan under their own names, or by the names of the shader's variables: `'lse'`, `{ left: 'query' }`. */
type Named = string | Readonly<Record<string, string>>;

const bindings = (access: Binding['access'], names: readonly Named[]): Binding[] =>
  names.flatMap((one): Binding[] =>
    typeof one === 'string'
      ? [{ buffer: one, access }]
      : Object.entries(one).map(([as, buffer]) => ({ buffer, as, access })),
  );

export const read = (...names: Named[]): Binding[] => bindings('read', names);
export const readWrite = (...names: Named[]): Binding[] => bindings('read-write', names);

/** The name of the shader's variable that a buffer is bound to. */
export const variableOf = ({ buffer, as }: Binding): string =>
  as ?? buffer.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A buffer of f32 values. */
export const floatBuffer = (role: PlanBuffer['role'], name: string, count: number): PlanBuffer => ({
  name,
  role,
  bytes: floatBytes(count),
});

/** A buffer of `count` elements of any type. */
export const typedBuffer = (
  role: PlanBuffer['role'],
  name: string,
  dtype: BufferDtype,
  count: number,
): PlanBuffer => ({ name, role, dtype, bytes: dtypeBytes(dtype, count) });

/** Bytes of `count` f32 (or u32) values. */
export const floatBytes = (count: number): number => 4 * count;

/** Sum of a plan's workspace, in bytes: what the variant needs beyond inputs, outputs and states. */
export function workspaceBytes(plan: Plan): number {
  return plan.buffers
    .filter((buffer) => buffer.role === 'workspace')
    .reduce((sum, buffer) => sum + buffer.bytes, 0);
}

/** Sum of the passes' executed FLOPs. */
export function executedFlops(plan: Plan): number {
  return plan.passes.reduce((sum, pass) => sum + pass.flops, 0);
}

/** A plan whose passes are compiled from other texts than the shipped ones. */
export const withSources = (plan: Plan, sources: ShaderSources): Plan => ({
  ...plan,
  passes: plan.passes.map((pass) => ({ ...pass, sources })),
});

/** Every loop may take so many turns, however little there is to compute. */
const LEAST_TURNS = 2 ** 18;
/** Turns are counted in u32. */
const MOST_TURNS = 2 ** 31;

/** A plan whose loops are cut off if they do not end by themselves. A main loop's turn computes a FLOP at least. */
export const guardedPlan = (plan: Plan): Plan => ({
  ...plan,
  passes: plan.passes.map((pass) => ({
    ...pass,
    mostTurns: Math.min(MOST_TURNS, Math.max(LEAST_TURNS, Math.ceil(pass.flops / pass.workgroups))),
  })),
});

/**
 * f32 values that an invocation accumulates in registers, in the pass that needs most: ROWS · COLS of a tile and
 * ROWS · COLS_V of its weighted sums; `undefined` where no pass has register tiles.
 */
export function accumulators(plan: Plan): number | undefined {
  const counts = plan.passes.flatMap(({ constants: { ROWS, COLS, COLS_V = 0 } }) =>
    ROWS === undefined || COLS === undefined ? [] : [ROWS * (COLS + COLS_V)],
  );
  return counts.length === 0 ? undefined : Math.max(...counts);
}

/** Sum of the passes' work, in U; `undefined` where none counts any. */
export function planWork(plan: Plan): number | undefined {
  const work = plan.passes.reduce((sum, pass) => sum + (pass.work ?? 0), 0);
  // Panels' shares add up to whole products but for rounding.
  return work === 0 ? undefined : Math.round(1e6 * work) / 1e6;
}

/** The GPU buffers that a plan's buffer is held in: names and bytes. */
export function chunksOf({ name, bytes, chunkBytes = bytes }: PlanBuffer): { name: string; bytes: number }[] {
  return Array.from({ length: ceilDiv(bytes, chunkBytes) }, (_, chunk) => ({
    name: chunkName(name, chunk),
    bytes: Math.min(chunkBytes, bytes - chunk * chunkBytes),
  }));
}

/** `x` for the first chunk of x, then `x[1]`, `x[2]` … */
export const chunkName = (buffer: string, chunk = 0): string =>
  chunk === 0 ? buffer : `${buffer}[${chunk}]`;

export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);
