import { offsetToLineNumber } from 'wesl';
import { ShaderError } from '../core/errors.ts';
import type { ShaderSpec } from '../core/plan.ts';
import { toInjected } from './injected.ts';
import type { Fault } from './declarations.ts';
import type { LinkedShader } from './link.ts';

/** A fault of the linked text, at the place where that was written. */
export function inSource(spec: ShaderSpec, { linked }: LinkedShader, { at, message }: Fault): ShaderError {
  const { src, position } = linked.sourceMap.destToSrc(at);
  const file = (src.path ?? '').replace(/^.*?(?=(?:\w+\/)+\w+\.wesl$)/, '');
  return toInjected(
    new ShaderError(`shaders/${file}`, ...offsetToLineNumber(position, src.text), message),
    spec,
  );
}
