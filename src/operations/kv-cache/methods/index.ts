import { UnsupportedError } from '../../../core/errors.ts';
import type { CacheMethod } from '../method.ts';
import { cq } from './cq.ts';
import { dmc } from './dmc.ts';
import { eigen } from './eigen.ts';
import { exact } from './exact.ts';
import { expected } from './expected.ts';
import { fp8 } from './fp8.ts';
import { gear } from './gear.ts';
import { h2o } from './h2o.ts';
import { int8 } from './int8.ts';
import { keydiff } from './keydiff.ts';
import { kivi2, kivi4 } from './kivi.ts';
import { knorm } from './knorm.ts';
import { magicpig } from './magicpig.ts';
import { mikv } from './mikv.ts';
import { mxfp4 } from './mxfp4.ts';
import { nf4 } from './nf4.ts';
import { quest } from './quest.ts';
import { random } from './random.ts';
import { roco } from './roco.ts';
import { rotate2, rotate4 } from './rotate.ts';
import { sinkWindow } from './sink-window.ts';
import { snapkv } from './snapkv.ts';
import { think } from './think.ts';
import { tova } from './tova.ts';
import { turbo4 } from './turbo.ts';

/** All methods, in teaching order: formats, then selections. To add one, add a line. */
export const METHODS: readonly CacheMethod[] = [
  exact,
  int8,
  kivi4,
  kivi2,
  rotate4,
  rotate2,
  turbo4,
  fp8,
  mxfp4,
  nf4,
  cq,
  eigen,
  think,
  mikv,
  gear,
  sinkWindow,
  random,
  knorm,
  keydiff,
  snapkv,
  tova,
  h2o,
  roco,
  expected,
  quest,
  magicpig,
  dmc,
];

/** The formats that other methods can take for their keys or values. */
export const FORMATS: readonly CacheMethod[] = METHODS.filter((method) => method.forms !== undefined);

/** @throws UnsupportedError if there is no such method */
export function methodOf(id: string): CacheMethod {
  const found = METHODS.find((method) => method.id === id);
  if (found !== undefined) return found;
  const known = METHODS.map((method) => method.id).join(', ');
  throw new UnsupportedError(`there is no method '${id}'; there are ${known}`, 'methods');
}
