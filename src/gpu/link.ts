import { composeResolvers, createConstantsResolver, linkWithResolver, type LinkedWesl } from 'wesl';
import type { ShaderSources, ShaderSpec } from '../core/plan.ts';
import type { Role } from '../core/shader-names.ts';
import { messageOf, ShaderError, ShapeError } from '../core/errors.ts';
import { hasProbe } from '../core/probe.ts';
import { withoutStubs } from './builtin-stubs.ts';
import { injectedSources, toInjected } from './injected.ts';
import { parsedModule } from './parsed-modules.ts';
import { withoutProbes, withProbes, withProbeStub } from './probes.ts';
import { checkNames, ROLE_FOLDER, SHADER_SOURCES } from './sources.ts';
import { unroll, UnrollError } from './unroll.ts';

/** A shader spelt out as WGSL, with the way back to its sources. */
export interface LinkedShader {
  readonly wgsl: string;
  readonly linked: LinkedWesl;
}

/** How a shader is linked. */
export interface LinkOptions {
  /**
   * Keeps calls of `probe`, which are for the interpreter. Modules that have one keep their marked loops as they are written, so that
   * each call has one place. Left out, calls are dropped.
   */
  readonly probes?: boolean;
}

let namesChecked = false;

/**
 * Links a shader's modules, conditions and constants into one WGSL text.
 * @param sources the shaders, if not the shipped ones; the spec's own go before them
 * @throws ShaderError if a source does not parse, a name is unknown or a loop cannot be unrolled; ShapeError naming a
 * source that stands in place of no file
 */
export async function linkShader(
  spec: ShaderSpec,
  sources: ShaderSources = SHADER_SOURCES,
  { probes = false }: LinkOptions = {},
): Promise<LinkedShader> {
  if (sources !== SHADER_SOURCES || !namesChecked) checkNames(sources);
  if (sources === SHADER_SOURCES) namesChecked = true;

  const file = `${spec.shader}.wesl`;
  if (!(file in sources)) throw new ShaderError(`shaders/${file}`, 1, 1, 'no such shader');
  requireShipped(spec, sources);
  const injected = injectedSources(spec);
  const texts = { ...sources, ...spec.sources };
  const all = { ...texts, ...injected };
  try {
    checkNames({ ...spec.sources, ...injected });
    const text = (path: string) => {
      const given = injected[path] ?? texts[path] ?? '';
      const isRolled = path in injected || (probes && hasProbe(given));
      return withProbeStub(isRolled ? given : unrolled(path, given, spec.constants));
    };
    const modules = composeResolvers(
      ...reachable(spec, all).map((path) => parsedModule(path, text(path))),
      createConstantsResolver({ ...spec.constants }),
    );
    const linked = await linkWithResolver({
      resolver: { resolveModule: (path) => modules.resolveModule(chosenPath(path, spec)) },
      rootModuleName: `package::${spec.shader.replaceAll('/', '::')}`,
      conditions: { ...spec.conditions },
    });
    const wgsl = withoutStubs(linked.dest, spec.conditions);
    return { wgsl: probes ? withProbes(wgsl) : withoutProbes(wgsl), linked };
  } catch (error) {
    throw toInjected(linkError(error, file), spec);
  }
}

/** @throws ShapeError on a text that stands in place of nothing */
function requireShipped({ sources: given = {} }: ShaderSpec, sources: ShaderSources): void {
  const unknown = Object.keys(given).find((path) => !Object.hasOwn(sources, path));
  if (unknown !== undefined)
    throw new ShapeError(`sources.${unknown}`, 'a file below shaders/', 'no such file');
}

/** @throws ShaderError at the loop that cannot be unrolled */
function unrolled(path: string, text: string, constants: ShaderSpec['constants']): string {
  try {
    return unroll(text, constants);
  } catch (error) {
    if (!(error instanceof UnrollError)) throw error;
    throw new ShaderError(`shaders/${path}`, error.line, 1, error.message);
  }
}

/** The module that a path means: a role's is what the pass has chosen for it. */
function chosenPath(path: string, { modules = {} }: ShaderSpec): string {
  const role = new RegExp(`^package::${ROLE_FOLDER}::(\\w+)$`).exec(path)?.[1];
  const chosen = role === undefined ? undefined : modules[role as Role];
  return chosen === undefined ? path : `package::${chosen.replaceAll('/', '::')}`;
}

/** A shader's root and all it imports: only these need their loops' bounds known. */
export function reachable(
  { shader, modules = {} }: Pick<ShaderSpec, 'shader' | 'modules'>,
  sources: ShaderSources,
): string[] {
  const found = new Set([`${shader}.wesl`]);
  for (const file of found) {
    for (const match of (sources[file] ?? '').matchAll(/import\s+package::([\w:]+)/g)) {
      const [first = '', second = '', ...items] = (match[1] ?? '').split('::');
      const chosen = first === ROLE_FOLDER ? modules[second as Role] : undefined;
      const parts = chosen === undefined ? [first, second, ...items] : [...chosen.split('/'), ...items];
      // `package::lib::tile::load` names an item of a module, `package::lib::tile` a module.
      for (const path of [parts, parts.slice(0, -1)]) {
        const candidate = `${path.filter((part) => part !== '').join('/')}.wesl`;
        if (candidate in sources) found.add(candidate);
      }
    }
  }
  return [...found];
}

/** Where WESL found a fault: attached to most of its errors, though not to their types. */
interface Located {
  readonly weslLocation?: { readonly file: string; readonly line: number; readonly column: number };
}

/** Syntax errors have their place in the text alone. */
const PLACE_IN_TEXT = /^(\S+\.wesl):(\d+):(\d+) (?:error: )?/;

function linkError(error: unknown, root: string): ShaderError {
  if (error instanceof ShaderError) return error;
  const message = messageOf(error);
  const [, file = root, line = 1, column = 1] = PLACE_IN_TEXT.exec(message) ?? [];
  const place = (error as Located).weslLocation ?? { file, line: Number(line), column: Number(column) };
  const detail = message.replace(PLACE_IN_TEXT, '').replace(/ in file: \S+/, '');
  return new ShaderError(`shaders/${place.file.replace(/^\.\//, '')}`, place.line, place.column, detail);
}
