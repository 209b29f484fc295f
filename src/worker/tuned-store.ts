import { openDB } from 'idb';
import type { BoundProblem } from '../core/bind.ts';
import type { Params } from '../core/variant.ts';
import type { DeviceReport } from '../measure/report.ts';
import type { Tuned, TunedParams } from '../measure/tuning/tuned.ts';

/** Where winners are kept between sessions: JSON, read and written whole. */
export interface TunedStore {
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
}

const [DATABASE, TABLE, KEY] = ['tilewise-tuned', 'files', 'tuned'];

/** The store of the browser. */
export function browserStore(): TunedStore {
  const open = () =>
    openDB(DATABASE, 1, {
      upgrade: (database) => {
        database.createObjectStore(TABLE);
      },
    });
  const use = async <T>(work: (database: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> => {
    const database = await open();
    try {
      return await work(database);
    } finally {
      database.close();
    }
  };
  return {
    load: () => use((database) => database.get(TABLE, KEY)),
    save: async (value) => {
      await use((database) => database.put(TABLE, value, KEY));
    },
  };
}

/** A store in memory, for callers that keep the results of tuning themselves, such as in a file. */
export function memoryStore(value?: unknown): TunedStore {
  let kept = value;
  return {
    load: () => Promise.resolve(kept),
    save: (next) => {
      kept = next;
      return Promise.resolve();
    },
  };
}

/** The reader of winners is fetched when there is something to read or to keep. */
async function read(stored: unknown): Promise<TunedParams> {
  return (await import('../measure/tuning/tuned.ts')).TunedParams.read(stored);
}

/** The winners of a store. Nothing that is wrong with the store is fatal: then nothing is kept, and a note says so. */
export class TunedKeeper {
  private constructor(
    private readonly store: TunedStore,
    /** Absent while there are none. */
    private params: TunedParams | undefined,
    private readonly notes: string[],
  ) {}

  /** @param device whose winners are looked at for shaders that have changed */
  static async open(store: TunedStore, device: DeviceReport): Promise<TunedKeeper> {
    try {
      const stored = await store.load();
      if (stored === undefined) return new TunedKeeper(store, undefined, []);
      const params = await read(stored);
      await params.leaveOutChanged(device);
      return new TunedKeeper(store, params, [...params.notes]);
    } catch {
      return new TunedKeeper(store, undefined, ['kept parameters cannot be read here']);
    }
  }

  find(adapter: string, problem: BoundProblem, variant: string): Params | undefined {
    return this.params?.find(adapter, problem, variant);
  }

  state(): { readonly entries: readonly Tuned[]; readonly notes: readonly string[] } {
    return { entries: this.params?.toJSON().entries ?? [], notes: [...this.notes] };
  }

  async keep(entry: Tuned): Promise<void> {
    this.params ??= await read(undefined);
    this.params.keep(entry);
    await this.save(this.params);
  }

  async forget(): Promise<void> {
    this.params = await read(undefined);
    this.notes.length = 0;
    await this.save(this.params);
  }

  private async save(params: TunedParams): Promise<void> {
    try {
      await this.store.save(params.toJSON());
    } catch {
      this.notes.push('what was found is used until the page is closed: it cannot be kept here');
    }
  }
}
