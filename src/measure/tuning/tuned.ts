import { z } from '../../core/schema.ts';
import { version } from '../../../package.json';
import type { BoundProblem } from '../../core/bind.ts';
import type { Params } from '../../core/variant.ts';
import { requireOperation } from '../../operations/registry.ts';
import { adapterName, profileOf } from '../device.ts';
import { comparisonSchema, type DeviceReport } from '../report.ts';
import { spaceOf, specsOf } from './space.ts';

const SCHEMA = 'tilewise-tuned';

/** The winner of one search. */
export const tunedSchema = z.object({
  /** The device's `adapterName`. */
  adapter: z.string(),
  operation: z.string(),
  variant: z.string(),
  /** The class of problems, from `BoundProblem.tuningClass`. */
  class: z.string(),
  problem: z.record(z.string(), z.unknown()),
  params: z.record(z.string(), z.number()),
  /** The defaults that the winner was compared with. */
  defaults: z.record(z.string(), z.number()),
  /** The comparison with the defaults; absent if nothing was faster. */
  versusDefaults: z.optional(comparisonSchema),
  /** Numbers of parameter sets that ran, that computed something wrong, and that failed. */
  tried: z.int(),
  wrong: z.int(),
  failed: z.int(),
  stopped: z.enum(['nothing better nearby', 'budget']),
  /** The parameters that the variant had then. If they have changed, the entry is stale. */
  space: z.string(),
  /** The `codeVersion` of the winner's plan. If shaders have changed, the entry is stale. */
  code: z.string(),
  tilewise: z.string(),
  /** Time of the search, in ISO 8601. */
  date: z.string(),
});

export type Tuned = z.infer<typeof tunedSchema>;

/** The winners of all searches by adapter and class, and notes about entries that could not be used. */
export class TunedParams {
  private readonly entries = new Map<string, Tuned>();

  private constructor(readonly notes: string[]) {}

  /** Reads the output of `toJSON`. Entries that are damaged or of another version are left out, with a note. */
  static read(stored: unknown): TunedParams {
    if (stored === undefined) return new TunedParams([]);
    const file = z.object({ schema: z.literal(SCHEMA), entries: z.array(z.unknown()) }).safeParse(stored);
    if (!file.success) return new TunedParams(['the kept parameters cannot be read; defaults are used']);
    const read = file.data.entries.map((entry) => tunedSchema.safeParse(entry));
    const notes = new Set<string>();
    const usable = read.flatMap(({ data }) => {
      const why = data === undefined ? 'an entry cannot be read' : staleness(data);
      if (why === undefined) return data ?? [];
      notes.add(`${why}; it is left out`);
      return [];
    });
    const params = new TunedParams([...notes]);
    usable.forEach((entry) => params.keep(entry));
    return params;
  }

  /** Removes winners of this device whose shaders have changed since, and notes it. */
  async leaveOutChanged(device: DeviceReport): Promise<void> {
    for (const [key, entry] of this.entries) {
      if (entry.adapter !== adapterName(device)) continue;
      if ((await codeToday(entry, device)) === entry.code) continue;
      this.entries.delete(key);
      this.notes.push(`${titleOf(entry)} was found with other shaders than today's; it is left out`);
    }
  }

  keep(entry: Tuned): void {
    this.entries.set(keyOf(entry), entry);
  }

  /** The winner for the class of a problem on an adapter, if there is one. */
  find(adapter: string, problem: BoundProblem, variant: string): Params | undefined {
    return this.entries.get(keyOf({ adapter, class: problem.tuningClass(variant) }))?.params;
  }

  toJSON(): { readonly schema: string; readonly entries: readonly Tuned[] } {
    return { schema: SCHEMA, entries: [...this.entries.values()] };
  }
}

const keyOf = (entry: Pick<Tuned, 'adapter' | 'class'>): string =>
  JSON.stringify([entry.adapter, entry.class]);

const titleOf = ({ operation, variant }: Tuned): string => `what was kept for ${operation} · ${variant}`;

/** The `codeVersion` of an entry's winner today; `undefined` if it no longer runs. */
async function codeToday(
  { operation, problem, variant, params }: Tuned,
  device: DeviceReport,
): Promise<string | undefined> {
  // This import fetches all shaders, so it waits until there is an entry to compare.
  const { codeVersion } = await import('../../gpu/code-version.ts');
  try {
    const bound = requireOperation(operation).bind(problem, profileOf(device));
    return await codeVersion(bound.variant(variant, params).plan());
  } catch {
    return undefined;
  }
}

/** The reason why an entry is stale, if it is. */
function staleness(entry: Tuned): string | undefined {
  const { operation, variant, space, tilewise } = entry;
  const title = titleOf(entry);
  if (tilewise !== version) return `${title} is of Tilewise ${tilewise}, this is ${version}`;
  try {
    return space === spaceOf(specsOf(operation, variant)) ? undefined : `${title} is of other parameters`;
  } catch {
    return `${title} is of an operation that there is no more`;
  }
}
