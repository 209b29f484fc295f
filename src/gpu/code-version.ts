import { sha256 } from '../core/digest.ts';
import type { Plan } from '../core/plan.ts';
import { reachable } from './link.ts';
import { SHADER_SOURCES } from './sources.ts';
import { specKey } from './spec-key.ts';

/** A short hash of everything that shapes a plan's compiled code: its shaders' texts, conditions and constants. */
export async function codeVersion({ passes }: Plan): Promise<string> {
  const files = new Set(passes.flatMap((pass) => reachable(pass, SHADER_SOURCES)));
  const texts = [...files].sort().map((file) => [file, SHADER_SOURCES[file]]);
  return (await sha256(JSON.stringify([texts, passes.map(specKey)]))).slice(0, 16);
}
