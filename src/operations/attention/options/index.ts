import type { Option } from '../../../core/option.ts';
import type { AttentionProblem } from '../problem.ts';
import { alibi } from './alibi.ts';
import { bias } from './bias.ts';
import { blockMask } from './block-mask.ts';
import { causal } from './causal.ts';
import { CHOICE_OPTIONS } from './choice.ts';
import { documents } from './documents.ts';
import { seqLensKV } from './lengths.ts';
import { logitScales } from './logit-scales.ts';
import { mask } from './mask.ts';
import { MODIFIER_OPTIONS } from './modifiers.ts';
import { pages } from './pages.ts';
import { dtype, scorePrecision } from './precision.ts';
import { ROPE_OPTIONS } from './rope.ts';
import { SHAPE_OPTIONS } from './shape.ts';
import { selected } from './selected.ts';
import { sinks } from './sinks.ts';
import { softcap } from './softcap.ts';
import { softmaxScale } from './softmax-scale.ts';
import { windowOption } from './window.ts';

/** Every option of attention, in the order in which they shape a problem: extents first, then what is broadcast over them. */
export const attentionOptions: readonly Option<AttentionProblem>[] = [
  ...SHAPE_OPTIONS,
  causal,
  windowOption,
  mask,
  blockMask,
  seqLensKV,
  documents,
  pages,
  selected,
  ...CHOICE_OPTIONS,
  bias,
  softcap,
  softmaxScale,
  logitScales,
  alibi,
  sinks,
  ...ROPE_OPTIONS,
  dtype,
  scorePrecision,
  ...MODIFIER_OPTIONS,
];
