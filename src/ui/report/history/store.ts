import { openDB, type IDBPDatabase } from 'idb';
import { z } from '../../../core/schema.ts';
import { reportSchema, type Report } from '../../../measure/report.ts';

/** A run that this browser keeps. */
export interface KeptRun {
  readonly id: number;
  readonly name: string;
  readonly report: Report;
}

/** A run that can no longer be read: of another version, or damaged. */
export interface BrokenRun {
  readonly id: number;
  readonly reason: string;
}

const recordSchema = z.object({ name: z.string(), report: reportSchema });

/** A record of the store, which is checked when it is read. */
export function readRecord(id: number, record: unknown): KeptRun | BrokenRun {
  const parsed = recordSchema.safeParse(record);
  if (parsed.success) return { id, ...parsed.data };
  const [issue] = parsed.error.issues;
  return { id, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}` };
}

const STORE = 'runs';

/** The reader's own runs, in this browser alone. Every method rejects where the browser gives no storage. */
export class HistoryStore {
  private database: Promise<IDBPDatabase> | undefined;

  /** The runs, latest first. */
  async list(): Promise<(KeptRun | BrokenRun)[]> {
    const transaction = (await this.opened()).transaction(STORE);
    const [keys, records] = await Promise.all([
      transaction.store.getAllKeys(),
      transaction.store.getAll() as Promise<unknown[]>,
    ]);
    return keys.map((key, at) => readRecord(Number(key), records[at])).reverse();
  }

  async add(name: string, report: Report): Promise<void> {
    await (await this.opened()).add(STORE, { name, report });
  }

  async rename({ id, report }: KeptRun, name: string): Promise<void> {
    await (await this.opened()).put(STORE, { name, report }, id);
  }

  async remove(id: number): Promise<void> {
    await (await this.opened()).delete(STORE, id);
  }

  async clear(): Promise<void> {
    await (await this.opened()).clear(STORE);
  }

  private async opened(): Promise<IDBPDatabase> {
    this.database ??= openDB('tilewise-history', 1, {
      upgrade(database) {
        database.createObjectStore(STORE, { autoIncrement: true });
      },
    });
    try {
      return await this.database;
    } catch (error) {
      // The next call may find it open again.
      this.database = undefined;
      throw error;
    }
  }
}
