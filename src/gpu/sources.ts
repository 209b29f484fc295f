import type { ShaderSources } from '../core/plan.ts';
import { CONDITIONS, CONSTANTS, ROLES } from '../core/shader-names.ts';
import { OPERATIONS } from '../operations/index.ts';
import { ShaderError } from '../core/errors.ts';

const files = import.meta.glob<string>('/shaders/**/*.wesl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Every shader by its path below `shaders/`, with its ending: `lib/tile.wesl`. */
export const SHADER_SOURCES: ShaderSources = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.replace(/^\/shaders\//, ''), text]),
);

const ELSE_IF = /@else\s+@if\b/;
const CONDITION = /@(?:if|elif)\s*\(([^)]*)\)/g;
const CONSTANT_IMPORT = /import\s+constants::(?:\{([^}]*)\}|(\w+))/g;

/** Where shaders import from what their pass chooses: `package::roles::load`. */
export const ROLE_FOLDER = 'roles';
const ROLE_IMPORT = new RegExp(`import\\s+package::${ROLE_FOLDER}::(\\w+)`, 'g');

/** Every condition with its meaning: those that kernels share, and those of the options. */
export function knownConditions(): ReadonlyMap<string, string> {
  const ofOptions = OPERATIONS.flatMap(({ options }) =>
    options.flatMap(({ condition }) =>
      condition?.about === undefined ? [] : [[condition.name, condition.about] as const],
    ),
  );
  return new Map([...Object.entries(CONDITIONS), ...ofOptions]);
}

/**
 * WESL takes an unknown condition for false, so a misspelt one would silently drop code; and it takes `@else @if` for a
 * plain `@else`.
 * @throws ShaderError at the first condition, constant or role that no list has, or at an `@else @if`
 */
export function checkNames(sources: ShaderSources): void {
  const conditions = knownConditions();
  for (const [file, text] of Object.entries(sources)) {
    const elseIf = text.search(ELSE_IF);
    if (elseIf >= 0) throw errorAt(file, text, elseIf, 'write @elif for @else @if');
    for (const match of text.matchAll(CONDITION)) {
      for (const name of words(match[1])) {
        if (!conditions.has(name)) throw errorAt(file, text, match.index, `unknown condition ${name}`);
      }
    }
    for (const { 1: role = '', index } of text.matchAll(ROLE_IMPORT)) {
      if (!(role in ROLES)) throw errorAt(file, text, index, `unknown role ${role}`);
    }
    for (const match of text.matchAll(CONSTANT_IMPORT)) {
      for (const name of words(match[1] ?? match[2])) {
        if (!(name in CONSTANTS)) throw errorAt(file, text, match.index, `unknown constant ${name}`);
      }
    }
  }
}

const words = (text = ''): string[] =>
  [...text.matchAll(/[A-Za-z_]\w*/g)]
    .map(([word]) => word)
    .filter((word) => word !== 'true' && word !== 'false');

function errorAt(file: string, text: string, offset: number, detail: string): ShaderError {
  const before = text.slice(0, offset).split('\n');
  return new ShaderError(`shaders/${file}`, before.length, (before.at(-1)?.length ?? 0) + 1, detail);
}
