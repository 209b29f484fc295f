import { ShaderError } from '../core/errors.ts';
import type { Plan, ShaderSpec } from '../core/plan.ts';
import { inSource } from './in-source.ts';
import { linkShader, reachable, type LinkedShader } from './link.ts';
import { matchPass } from './match.ts';
import { readShader } from './shader-module.ts';
import { SHADER_SOURCES } from './sources.ts';
import { specKey } from './spec-key.ts';

/** A shipped shader file. */
export interface SourceFile {
  /** Below `shaders/`, with its ending: `lib/tile.wesl`. */
  readonly path: string;
  readonly text: string;
}

/** A pass spelt out as the compiler gets it. */
export interface LinkedPass {
  readonly label: string;
  readonly wgsl: string;
  /** Where each line of it was written, `attention/naive_softmax.wesl:12` or `maskMod:1`; empty for an empty line. */
  readonly origins: readonly string[];
}

/** The outcome for a plan's shaders: all that linked, and all errors. */
export interface Inspection {
  readonly passes: readonly LinkedPass[];
  readonly errors: readonly ShaderError[];
}

/** The shipped files that any text of a plan comes from: each pass's own first, then what they share. */
export async function sourcesOf({ passes }: Plan): Promise<SourceFile[]> {
  const shipped = distinct(passes).map(({ sources: _, ...pass }) => pass);
  const used = new Set(shipped.map(({ shader }) => `${shader}.wesl`));
  for (const pass of shipped) {
    const linked = filesIn(await linkShader(pass));
    for (const path of reachable(pass, SHADER_SOURCES)) if (linked.has(path)) used.add(path);
  }
  return [...used].map((path) => ({ path, text: SHADER_SOURCES[path] ?? '' }));
}

/** Links and compiles every shader of a plan, without making pipelines: milliseconds, fit for code that is being typed. */
export async function inspect(device: GPUDevice, { passes, buffers }: Plan): Promise<Inspection> {
  const linked: LinkedPass[] = [];
  const errors = new Map<string, ShaderError>();
  for (const pass of distinct(passes)) {
    try {
      const { shader, declarations, faults } = await readShader(device, pass);
      linked.push({ label: pass.label, wgsl: shader.wgsl, origins: originsOf(pass, shader) });
      // An error in code that several passes share is told once.
      const misfits = matchPass(pass, declarations, buffers).faults.map((one) => inSource(pass, shader, one));
      for (const fault of [...faults, ...misfits]) errors.set(fault.message, fault);
    } catch (error) {
      if (!(error instanceof ShaderError)) throw error;
      errors.set(error.message, error);
    }
  }
  return { passes: linked, errors: [...errors.values()] };
}

function distinct<Spec extends ShaderSpec>(passes: readonly Spec[]): Spec[] {
  return [...new Map(passes.map((pass) => [specKey(pass), pass])).values()];
}

function originsOf(pass: ShaderSpec, shader: LinkedShader): string[] {
  let start = 0;
  return shader.wgsl.split('\n').map((line) => {
    const at = start + line.search(/\S/);
    start += line.length + 1;
    if (line.trim() === '') return '';
    const { file, line: number } = inSource(pass, shader, { at, message: '' });
    return `${file.replace(/^shaders\//, '')}:${number}`;
  });
}

/** The files that at least one line of the linked text comes from. */
function filesIn({ wgsl, linked }: LinkedShader): ReadonlySet<string> {
  const files = new Set<string>();
  let start = 0;
  for (const line of wgsl.split('\n')) {
    const path = line === '' ? undefined : linked.sourceMap.destToSrc(start).src.path;
    if (path !== undefined) files.add(path.replace(/^(\.\/)?/, ''));
    start += line.length + 1;
  }
  return files;
}
