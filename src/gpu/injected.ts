import { ShaderError } from '../core/errors.ts';
import type { InjectedFunction, ShaderSources, ShaderSpec } from '../core/plan.ts';
import { withoutProbes, withProbeStub } from './probes.ts';

/** A function that injected code may call. WGSL's own tanh promises 5 digits only. */
const HELPER = { file: 'lib/tanh.wesl', item: 'package::lib::tanh::tanh_exact' };

/** All on the body's first line, so that its lines keep their numbers. */
const headerOf = ({ signature }: InjectedFunction): string => `import ${HELPER.item}; ${signature} {`;

/** The modules of a shader's injected functions, by path. */
export function injectedSources({ injected = {} }: ShaderSpec): ShaderSources {
  return Object.fromEntries(
    Object.entries(injected).map(([path, one]) => [path, `${headerOf(one)}${one.body}\n}\n`]),
  );
}

/**
 * Compiles every injected function alone, with nothing but its helper: the compiler then tells the author's own line and
 * column, which linking loses, and no name of ours can be meant.
 * @throws ShaderError with the function's name in place of a file
 */
export async function checkInjected(
  device: GPUDevice,
  { injected = {} }: ShaderSpec,
  sources: ShaderSources,
): Promise<void> {
  for (const one of Object.values(injected)) {
    const header = `${one.signature} {`;
    const code = withoutProbes(withProbeStub(`${header}${one.body}\n}\n${sources[HELPER.file] ?? ''}`));
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label: one.name, code });
    const [{ messages }] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
    const fault = messages.find(({ type }) => type === 'error');
    if (fault) throw inBody(one, header, fault.lineNum, fault.linePos, fault.message);
  }
}

/** An error inside an injected function, at its author's place; others as they are. */
export function toInjected(error: ShaderError, { injected = {} }: ShaderSpec): ShaderError {
  const found = injected[error.file.replace(/^shaders\//, '')];
  return found ? inBody(found, headerOf(found), error.line, error.column, error.detail) : error;
}

/** Errors about a function as a whole are placed at its header or closing brace: for its author, these are its first and last line. */
function inBody(
  { name, body }: InjectedFunction,
  header: string,
  line: number,
  column: number,
  detail: string,
) {
  const lines = body.split('\n');
  if (line > lines.length)
    return new ShaderError(name, lines.length, (lines.at(-1)?.length ?? 0) + 1, detail);
  // A fault of the text as a whole stands at 0:0.
  return new ShaderError(
    name,
    Math.max(1, line),
    Math.max(1, line > 1 ? column : column - header.length),
    detail,
  );
}
