import { z } from '../../../../core/schema.ts';
import { sha256 } from '../../../../core/digest.ts';
import { isEdited, type Pane } from '../setup.ts';

const KEY = 'tilewise-own-code';

/** Hashes that are kept, the latest last: every pause in typing makes one. */
const MOST = 1000;

const hashesSchema = z.catch(z.array(z.string()), []);

/** Whether all of these panes' code was typed or allowed in this browser before. */
export async function isOwnCode(panes: readonly Pane[]): Promise<boolean> {
  const known = kept();
  return (await hashesOf(panes)).every((hash) => known.includes(hash));
}

/** Remembers the panes' code as typed or allowed here. Without storage, one is asked again. */
export async function rememberCode(panes: readonly Pane[]): Promise<void> {
  const hashes = await hashesOf(panes);
  if (hashes.length === 0) return;
  const others = kept().filter((hash) => !hashes.includes(hash));
  try {
    localStorage.setItem(KEY, JSON.stringify([...others, ...hashes].slice(-MOST)));
  } catch {
    // Storage is closed or full.
  }
}

function kept(): readonly string[] {
  try {
    return hashesSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    // Storage is closed, or holds no JSON.
    return [];
  }
}

/** SHA-256 of each edited pane's code, whatever its parameters. */
function hashesOf(panes: readonly Pane[]): Promise<string[]> {
  return Promise.all(
    panes
      .filter(isEdited)
      .map(({ variant, sources, modifiers }) =>
        sha256(JSON.stringify([variant, sorted(sources), sorted(modifiers)])),
      ),
  );
}

const sorted = (texts: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
