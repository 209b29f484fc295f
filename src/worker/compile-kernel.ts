import { ShaderError } from '../core/errors.ts';
import { inspect } from '../gpu/inspect.ts';
import type { Session } from '../gpu/session.ts';
import type { Compiled, KernelArgs } from './api.ts';
import type { Kept } from './choose-params.ts';
import { bindEntry } from './bind-case.ts';

/** Links and compiles. Mistakes in the code are part of the result, not thrown. @throws ShapeError, UnsupportedError */
export async function compileKernel(
  { device, identity }: Session,
  kernel: KernelArgs,
  kept: Kept,
): Promise<Compiled> {
  try {
    const { variant } = bindEntry(kernel, identity, kept);
    const { passes, errors } = await inspect(device, variant.plan());
    return { params: variant.params, passes, errors: errors.map(faultOf) };
  } catch (error) {
    if (!(error instanceof ShaderError)) throw error;
    return { params: {}, passes: [], errors: [faultOf(error)] };
  }
}

function faultOf({ file, line, column, detail }: ShaderError): Compiled['errors'][number] {
  return { file: file.replace(/^shaders\//, ''), line, column, message: detail };
}
