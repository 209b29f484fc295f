import { z } from 'zod';
import type { CompiledFor, CompiledKernel, CompiledPass } from '../../src/measure/compiled-kernels.ts';
import { UsageError } from '../errors.ts';

const costs = z.looseObject({
  fma: z.number(),
  matrix: z.number(),
  limits: z.record(z.string(), z.number()),
});

const rowSchema = z.looseObject({
  case: z.string(),
  variant: z.string(),
  pass: z.string(),
  params: z.record(z.string(), z.number()),
  failed: z.string().optional(),
  registers: z.number().optional(),
  spilled: z.number().optional(),
  lds: z.number().optional(),
  occupancy: z.number().optional(),
  instructions: z.number().optional(),
  model: costs.extend({ bound: z.number(), limit: z.string(), loops: z.array(costs) }).optional(),
});
type Row = z.output<typeof rowSchema>;

const labSchema = z.array(
  z.looseObject({ gpu: z.string(), title: z.string(), driver: z.string(), rows: z.array(rowSchema) }),
);

const heads = { numHeads: 8, seqLenQ: 4096 };
const rows = { numRows: 4096, embedDim: 512 };
const causal = 'bottom-right';

/** The problems that are kept, by the names of the compilers' cases. */
const CASES: Readonly<
  Record<string, { readonly operation: string; readonly problem: CompiledKernel['problem'] }>
> = {
  'fwd 8h 4096 d64': { operation: 'attention', problem: { ...heads, headDim: 64 } },
  'fwd 8h 4096 d128': { operation: 'attention', problem: { ...heads, headDim: 128 } },
  'fwd causal 8h 4096 d64': { operation: 'attention', problem: { ...heads, headDim: 64, causal } },
  'fwd causal 8h 4096 d128': { operation: 'attention', problem: { ...heads, headDim: 128, causal } },
  'fwd f16 8h 4096 d64': { operation: 'attention', problem: { ...heads, headDim: 64, dtype: 'f16' } },
  'fwd f16 8h 4096 d128': { operation: 'attention', problem: { ...heads, headDim: 128, dtype: 'f16' } },
  'decode 32/8 4096 d128': {
    operation: 'attention',
    problem: { numHeads: 32, numKVHeads: 8, seqLenQ: 1, seqLenKV: 4096, headDim: 128 },
  },
  'bwd 8h 4096 d64': { operation: 'attention-backward', problem: { ...heads, headDim: 64 } },
  'bwd 8h 4096 d128': { operation: 'attention-backward', problem: { ...heads, headDim: 128 } },
  'bwd causal 8h 4096 d64': { operation: 'attention-backward', problem: { ...heads, headDim: 64, causal } },
  'bwd f16 8h 4096 d64': {
    operation: 'attention-backward',
    problem: { ...heads, headDim: 64, dtype: 'f16' },
  },
  'clip 4096x512': { operation: 'contrastive', problem: rows },
  'clip f16 4096x512': { operation: 'contrastive', problem: { ...rows, dtype: 'f16' } },
  'info-nce 4096x512': { operation: 'contrastive', problem: { ...rows, loss: 'info-nce' } },
  'siglip 4096x512': {
    operation: 'contrastive',
    problem: {
      ...rows,
      ...{ loss: 'siglip', logitBias: -10, gradients: ['x', 'y', 'logitScale', 'logitBias'] },
    },
  },
  'nt-xent 4096x512': { operation: 'contrastive', problem: { ...rows, loss: 'nt-xent', gradients: ['x'] } },
};

/**
 * The kernels of a compilers' report that are kept, by GPU. Variants that a GPU does not run, and passes without products, are left out.
 * @param name of the file, for errors @throws UsageError
 */
export function keptFrom(
  name: string,
  text: string,
  { version, date }: { readonly version: string; readonly date: string },
): Map<string, CompiledFor> {
  const read = labSchema.safeParse(jsonOf(name, text));
  if (!read.success)
    throw new UsageError(`${name} is no report of the compilers: ${z.prettifyError(read.error)}`);
  return new Map(
    read.data.map(({ gpu: id, title, driver, rows: found }) => {
      const [gpu = '', compiler = ''] = title.split(', Mesa ');
      const registerBits = driver === 'agx' ? 16 : 32;
      return [
        id,
        { gpu, compiler: `Mesa ${version} ${compiler}`, registerBits, date, kernels: kernelsOf(found) },
      ];
    }),
  );
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is no JSON`);
  }
}

function kernelsOf(found: readonly Row[]): CompiledKernel[] {
  const kernels = new Map<string, CompiledKernel & { passes: CompiledPass[] }>();
  for (const row of found) {
    const known = CASES[row.case];
    const pass = passOf(row);
    if (known === undefined || pass === undefined) continue;
    const key = `${row.case} ${row.variant}`;
    const kernel = kernels.get(key) ?? { ...known, variant: row.variant, params: row.params, passes: [] };
    kernel.passes.push(pass);
    kernels.set(key, kernel);
  }
  return [...kernels.values()];
}

function passOf({
  pass,
  registers,
  spilled,
  lds,
  occupancy,
  instructions,
  model,
}: Row): CompiledPass | undefined {
  if (!model || registers === undefined || instructions === undefined) return undefined;
  return {
    pass,
    registers,
    spills: spilled ?? 0,
    workgroupBytes: lds ?? 0,
    waves: round(occupancy ?? 0),
    instructions,
    ...boundOf(model),
    limit: model.limit,
  };
}

/** Where one product runs on matrix units and another does not, each is held to the peak of what it runs on. */
function boundOf({
  bound,
  matrix,
  limits,
  loops,
}: NonNullable<Row['model']>): Pick<CompiledPass, 'bound' | 'of'> {
  if (matrix === 0) return { bound: round(bound), of: 'multiply-adds' };
  const others = loops.filter((loop) => loop.matrix === 0).reduce((total, { fma }) => total + fma, 0);
  if (others === 0) return { bound: round(bound), of: 'matrix units' };
  return { bound: round((matrix + others) / Math.max(...Object.values(limits))), of: 'both' };
}

const round = (value: number): number => Number(value.toFixed(3));
