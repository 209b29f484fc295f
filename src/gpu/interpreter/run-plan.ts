import { arrayOfDtype, type DataArray } from '../../core/dtype.ts';
import type { ProbedInvocations } from '../../core/probe.ts';
import { chunksOf, type Pass, type Plan, type PlanBuffer } from '../../core/plan.ts';
import type { Arrays } from '../../core/variant.ts';
import { declarationsOf } from '../declarations.ts';
import { inSource } from '../in-source.ts';
import type { LinkedShader } from '../link.ts';
import { matchPass } from '../match.ts';
import { uniformData, UNIFORM_STRIDE } from '../uniforms.ts';
import { NotInterpreted } from './not-interpreted.ts';
import type { RawProbe } from './probe-recorder.ts';
import type { Poison, RawFinding } from './recorder.ts';
import { runPass } from './run-pass.ts';
import { BufferMemory } from './variable.ts';

/** A plan with its linked shaders, one for each pass, and its inputs. */
export interface LinkedPlan {
  readonly plan: Plan;
  readonly shaders: readonly LinkedShader[];
  readonly inputs: Arrays;
  readonly mostTurns: number;
}

/** A finding, or what was passed to a probe, and the pass that it is of. */
export interface InPass<Raw> {
  readonly raw: Raw;
  readonly pass: Pass;
  readonly number: number;
  readonly shader: LinkedShader;
  /** Invocations of a workgroup. */
  readonly size: number;
}
export type FoundInPass = InPass<RawFinding>;

/** The outcome of a plan. */
export interface PlanOutcome {
  readonly found: readonly FoundInPass[];
  /** Values passed to `probe`; nothing if no pass that ran has one, or nobody asked. */
  readonly probes: readonly InPass<RawProbe>[] | undefined;
  /** The passes that ran to their end, by label. */
  readonly passes: readonly string[];
  /** Why the passes after these did not run. */
  readonly stopped: string | undefined;
  /** Absent where not all passes ran. */
  readonly outputs: Arrays | undefined;
}

/** How a plan is run. */
interface PlanOptions {
  /** The poison of each pass that has one, by its number. */
  readonly poison?: ReadonlyMap<number, Poison>;
  readonly probed?: ProbedInvocations | undefined;
}

/** Runs a plan's passes on the host, in order. */
export function runPlan(
  { plan, shaders, inputs, mostTurns }: LinkedPlan,
  { poison = new Map(), probed }: PlanOptions,
): PlanOutcome {
  const memories = new Map(plan.buffers.flatMap((buffer) => memoriesOf(buffer, inputs[buffer.name])));
  const found: FoundInPass[] = [];
  const passes: string[] = [];
  let probes: InPass<RawProbe>[] | undefined;
  const outcome = (why?: string): PlanOutcome => ({
    ...{ found, probes, passes, stopped: why },
    outputs: why === undefined ? outputsOf(plan, memories) : undefined,
  });
  for (const [number, pass] of plan.passes.entries()) {
    const shader = shaders[number];
    if (shader === undefined) throw new RangeError(`pass ${number} is not linked`);
    const memory = boundTo(pass, shader, plan.buffers, memories);
    try {
      const ran = runPass({
        ...{ wgsl: shader.wgsl, workgroups: pass.workgroups, memory },
        ...{ mostTurns, poison: poison.get(number), probed },
      });
      const inPass = <Raw>(raw: Raw): InPass<Raw> => ({ raw, pass, number, shader, size: ran.size });
      found.push(...ran.findings.map(inPass));
      if (ran.probes !== undefined) probes = [...(probes ?? []), ...ran.probes.map(inPass)];
      if (!ran.ended) return outcome(`${pass.label} does not end`);
      passes.push(pass.label);
    } catch (error) {
      if (!(error instanceof NotInterpreted)) throw error;
      const { file, line } = inSource(pass, shader, { at: error.at, message: error.message });
      return outcome(`${file.replace(/^shaders\//, '')}:${line}: ${error.message}`);
    }
  }
  return outcome();
}

function memoriesOf(buffer: PlanBuffer, given: DataArray | undefined): [string, BufferMemory][] {
  const bytes = given && new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  let first = 0;
  return chunksOf(buffer).map((chunk) => {
    const memory = new BufferMemory(chunk.bytes, bytes?.subarray(first, first + chunk.bytes));
    first += chunk.bytes;
    return [chunk.name, memory];
  });
}

/** The bindings of a pass: its buffers and uniforms at group 0, and the range of its workgroups at group 1. */
function boundTo(
  pass: Pass,
  shader: LinkedShader,
  buffers: readonly PlanBuffer[],
  memories: ReadonlyMap<string, BufferMemory>,
) {
  const declarations = declarationsOf(shader);
  const matched = matchPass(pass, declarations, buffers);
  const [fault] = [...declarations.faults, ...matched.faults];
  if (fault !== undefined) throw inSource(pass, shader, fault);
  const uniforms = new BufferMemory(UNIFORM_STRIDE, new Uint8Array(uniformData([matched.uniforms])));
  const slice = new BufferMemory(8, new Uint8Array(Uint32Array.of(0, pass.workgroups).buffer));
  return (group: number, binding: number): BufferMemory | undefined => {
    if (group === 1) return slice;
    if (binding === declarations.params?.binding) return uniforms;
    const name = matched.buffers.find((one) => one.binding === binding)?.name;
    return name === undefined ? undefined : memories.get(name);
  };
}

function outputsOf({ buffers }: Plan, memories: ReadonlyMap<string, BufferMemory>): Arrays {
  const outputs = buffers.filter(({ role }) => role === 'output' || role === 'state');
  return Object.fromEntries(
    outputs.map((buffer) => {
      const bytes = new Uint8Array(buffer.bytes);
      let first = 0;
      for (const chunk of chunksOf(buffer)) {
        const memory = memories.get(chunk.name);
        if (memory !== undefined) bytes.set(new Uint8Array(memory.f32.buffer, 0, chunk.bytes), first);
        first += chunk.bytes;
      }
      return [buffer.name, arrayOfDtype(buffer.dtype ?? 'f32', bytes.buffer)];
    }),
  );
}
