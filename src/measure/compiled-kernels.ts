import { problemTitle } from './describe.ts';
import { requireOperation } from '../operations/registry.ts';
import type { Params } from '../core/variant.ts';

/** A compiler's report on a pass, for a GPU that was not there. */
export interface CompiledPass {
  readonly pass: string;
  /** Registers of an invocation, as this GPU counts them. */
  readonly registers: number;
  /** Registers that did not fit and went to memory. */
  readonly spills: number;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
  /** Occupancy: the waves (warps, simdgroups) that a SIMD can hold at a time, by registers and workgroup memory. */
  readonly waves: number;
  /** Instructions of the whole machine code, loops counted once. */
  readonly instructions: number;
  /** The share of the peak that the machine code cannot exceed, from 0 to 1. */
  readonly bound: number;
  /** The peak of which `bound` is a share; `both` where one product runs on matrix units and another on multiply-adds. */
  readonly of: 'multiply-adds' | 'matrix units' | 'both';
  /** The resource that sets the bound: issue slots, the bandwidth of workgroup memory (LDS) or of the first-level cache. */
  readonly limit: string;
}

/** A variant with its default parameters on one problem. */
export interface CompiledKernel {
  readonly operation: string;
  /** The fields of the problem that are not the operation's defaults. */
  readonly problem: Readonly<Record<string, unknown>>;
  readonly variant: string;
  readonly params: Params;
  readonly passes: readonly CompiledPass[];
}

/** A file of `bench/compiled`: the kernels of one GPU. */
export interface CompiledFor {
  /** `AMD Radeon RX 7900 XTX (RDNA 3)`. */
  readonly gpu: string;
  /** `Mesa 26.2.6 RADV`. */
  readonly compiler: string;
  /** Bits of a register: some GPUs count halves. */
  readonly registerBits: 16 | 32;
  /** The day on which the kernels were compiled, as in `2026-12-02`. */
  readonly date: string;
  readonly kernels: readonly CompiledKernel[];
}

/** One row for a table: a pass on a GPU. */
export interface CompiledRow extends CompiledPass {
  readonly on: CompiledFor;
  readonly params: Params;
}

/** Rows that share a problem. */
export interface CompiledGroup {
  /** The problem in words. */
  readonly title: string;
  readonly rows: readonly CompiledRow[];
}

/** The passes of a variant by problem, GPUs by name; none where no file has it. */
export function compiledGroups(
  files: readonly CompiledFor[],
  operation: string,
  variant: string,
): readonly CompiledGroup[] {
  const groups = new Map<string, CompiledRow[]>();
  for (const on of [...files].sort((a, b) => (a.gpu < b.gpu ? -1 : 1))) {
    for (const kernel of on.kernels) {
      if (kernel.operation !== operation || kernel.variant !== variant) continue;
      const problem = requireOperation(operation).problem(kernel.problem);
      const title = problemTitle({ operation, problem: { ...problem } });
      const rows = kernel.passes.map((pass) => ({ ...pass, on, params: kernel.params }));
      groups.set(title, [...(groups.get(title) ?? []), ...rows]);
    }
  }
  return [...groups].map(([title, rows]) => ({ title, rows }));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** `80 % (issue)`, `61 % of matrix units (issue)`. */
export const boundWords = ({ bound, of, limit }: CompiledPass): string =>
  `${percent(bound)}${of === 'multiply-adds' ? '' : of === 'both' ? ' of both peaks' : ' of matrix units'} (${limit})`;

/** `120`, or `180 half`: some GPUs count registers of 16 bits. */
export const registerWords = ({ registers, on }: CompiledRow): string =>
  on.registerBits === 32 ? String(registers) : `${registers} half`;

/** `7`, `4.5`. */
export const waveWords = ({ waves }: CompiledPass): string => String(Number(waves.toFixed(1)));

/** How figures of compiled kernels have to be read. It stands beside them wherever they are shown. */
export const COMPILED_NOTE =
  'Shipped code with default parameters, modelled from the machine code of offline compilers and not measured: no kernel has run on these GPUs. The bound is the share of the ' +
  'peak of multiply-adds that the code cannot exceed; latency, occupancy and outer caches lower it further. On AMD the peak is that ' +
  'without dual issue.';
