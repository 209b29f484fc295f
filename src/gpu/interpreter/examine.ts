import type { Access, Finding, FindingKind } from '../../core/finding.ts';
import type { Pass, Plan } from '../../core/plan.ts';
import { FIRST_INVOCATION, type Probed, type ProbedInvocations } from '../../core/probe.ts';
import type { Arrays } from '../../core/variant.ts';
import { inSource } from '../in-source.ts';
import { linkShader, type LinkedShader } from '../link.ts';
import { SHADER_SOURCES } from '../sources.ts';
import { messageOf } from './messages.ts';
import type { RawProbe } from './probe-recorder.ts';
import type { Doubts, Poison, RawAccess, RawFinding } from './recorder.ts';
import { runPlan, type FoundInPass, type InPass, type LinkedPlan } from './run-plan.ts';

/** The outcome of running a plan on the host. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** Values that the code passed to `probe(slot, value)`, in order of passes; absent where no `probe` is called. */
  readonly probes: readonly Probed[] | undefined;
  /** The passes that ran to their end, by label. */
  readonly passes: readonly string[];
  /** Why the passes after these did not run, if there are any. */
  readonly stopped: string | undefined;
  /** Outputs, by name; absent where not all passes ran. */
  readonly outputs: Arrays | undefined;
}

/** How to run a plan. */
export interface ExamineOptions {
  /** Turns of all loops together of an invocation, after which a loop is taken for endless. Default 20,000. */
  readonly mostTurns?: number;
  /** The invocations whose values passed to `probe(slot, value)` are kept. Default: the first of the first workgroup. */
  readonly probed?: ProbedInvocations | undefined;
}

/** On problems as small as are examined, loops take some hundred turns. */
const MOST_TURNS = 20_000;

/**
 * Runs a plan in an interpreter, one pass after another, and finds races, indices out of bounds, reads of what nothing has
 * written, barriers that not all invocations reach, and loops that do not end.
 *
 * A read that is found may be one whose value is then left out, as of a row past the end. The plan is run once more with
 * other values in its place: if its outputs have the same bits, the finding is `harmless`.
 * @param inputs by the names of the plan's buffers
 * @throws ShaderError if a shader does not link, or does not fit its buffers and uniforms
 */
export async function examinePlan(
  plan: Plan,
  inputs: Arrays,
  { mostTurns = MOST_TURNS, probed = FIRST_INVOCATION }: ExamineOptions = {},
): Promise<Examination> {
  const shaders: LinkedShader[] = [];
  for (const pass of plan.passes) shaders.push(await linkShader(pass, SHADER_SOURCES, { probes: true }));
  const linked: LinkedPlan = { plan, shaders, inputs, mostTurns };
  const { found, probes, passes, stopped, outputs } = runPlan(linked, { probed });
  const harmless = outputs === undefined ? new Set() : harmlessOf(linked, found, outputs);
  const findings = found.map((one) => findingOf(one, harmless.has(one)));
  return { findings, probes: probes?.map(probedOf), passes, stopped, outputs };
}

/** The findings that make no difference to a plan's outputs. */
function harmlessOf(
  linked: LinkedPlan,
  found: readonly FoundInPass[],
  outputs: Arrays,
): ReadonlySet<FoundInPass> {
  const indifferent = (some: readonly FoundInPass[]) => {
    const again = runPlan(linked, { poison: poisonOf(some) }).outputs;
    return again !== undefined && sameBits(outputs, again);
  };
  // Most are harmless, so they are tried together, and halved until those that are not stand alone.
  const among = (some: readonly FoundInPass[]): readonly FoundInPass[] => {
    if (some.length === 0 || indifferent(some)) return some;
    const half = Math.floor(some.length / 2);
    return half === 0 ? [] : [...among(some.slice(0, half)), ...among(some.slice(half))];
  };
  return new Set(among(found.filter(({ raw }) => mayBeHarmless(raw))));
}

/** Whether only the value of a read is in doubt. */
function mayBeHarmless({ kind, first, second }: RawFinding): boolean {
  switch (kind) {
    case 'uninitialised-read':
      return true;
    case 'out-of-bounds':
      return first.does === 'reads';
    case 'race':
      return first.does === 'reads' || second?.does === 'reads';
    case 'non-uniform-barrier':
    case 'endless-loop':
      return false;
  }
}

/** Other values for all the reads in doubt, by the number of the pass. */
function poisonOf(found: readonly FoundInPass[]): ReadonlyMap<number, Poison> {
  const numbers = new Set(found.map(({ number }) => number));
  return new Map(
    [...numbers].map((number) => {
      const own = found.filter((one) => one.number === number).map(({ raw }) => raw);
      const sites = (wanted: FindingKind) =>
        new Set(own.filter(({ kind }) => kind === wanted).map(({ first }) => first.site));
      const doubts = united(own.map((one) => one.doubts));
      return [number, { doubts, outside: sites('out-of-bounds'), unwritten: sites('uninitialised-read') }];
    }),
  );
}

function united(all: readonly Doubts[]): Doubts {
  const union: Doubts = new Map();
  for (const [site, units] of all.flatMap((doubts) => [...doubts])) {
    const known = union.get(site) ?? new Map<number, number>();
    union.set(site, known);
    for (const [unit, owner] of units) {
      const before = known.get(unit) ?? owner;
      known.set(unit, before === owner ? owner : -1);
    }
  }
  return union;
}

const sameBits = (a: Arrays, b: Arrays): boolean =>
  Object.entries(a).every(([name, { buffer }]) => {
    const other = b[name];
    if (other === undefined) return false;
    const [x, y] = [new Uint8Array(buffer), new Uint8Array(other.buffer)];
    return x.every((byte, at) => byte === y[at]);
  });

function findingOf({ raw, pass, shader, size }: FoundInPass, harmless: boolean): Finding {
  const found = {
    kind: raw.kind,
    pass: pass.label,
    ...(raw.variable !== undefined && { variable: raw.variable }),
    ...(raw.element !== undefined && { element: raw.element }),
    first: accessOf(raw.first, pass, shader, size),
    ...(raw.second !== undefined && { second: accessOf(raw.second, pass, shader, size) }),
    times: raw.times,
    harmless,
  };
  return { ...found, message: messageOf(found, { count: raw.count, sameValue: raw.sameValue, size }) };
}

function probedOf({ raw, pass, shader, size }: InPass<RawProbe>): Probed {
  const { slot, type, values, times } = raw;
  return { pass: pass.label, ...whereOf(raw, pass, shader, size), slot, type, values, times };
}

const accessOf = (raw: RawAccess, pass: Pass, shader: LinkedShader, size: number): Access => ({
  ...whereOf(raw, pass, shader, size),
  does: raw.does,
});

/** An invocation at its place in the sources. */
function whereOf(
  { invocation, site }: Pick<RawAccess, 'invocation' | 'site'>,
  pass: Pass,
  shader: LinkedShader,
  size: number,
): Omit<Access, 'does'> {
  const { file, line, column } = inSource(pass, shader, { at: site, message: '' });
  return {
    file: file.replace(/^shaders\//, ''),
    line,
    column,
    workgroup: Math.floor(invocation / size),
    invocation: invocation % size,
  };
}
