import { UnsupportedError } from '../../../core/errors.ts';
import type { Modifiable } from '../../../core/modifiers.ts';
import { MODIFIER_SIGNATURES } from '../modifiers.ts';
import type { AttentionProblem } from '../problem.ts';
import { twinOf, type Preset, type Twins } from './preset.ts';
import { alibi } from './alibi.ts';
import { causal } from './causal.ts';
import { chunked } from './chunked.ts';
import { cosine } from './cosine.ts';
import { dilated } from './dilated.ts';
import { document } from './document.ts';
import { neighbourhood } from './neighbourhood.ts';
import { prefixLm } from './prefix-lm.ts';
import { relativeBias } from './relative-bias.ts';
import { sharedPrefix } from './shared-prefix.ts';
import { sinkWindow } from './sink-window.ts';
import { slidingWindow } from './sliding-window.ts';
import { softcap } from './softcap.ts';
import { tree } from './tree.ts';

/** Modifiers that people know by name: `lab.attention({ …, ...presets.slidingWindow.modifiers({ left: 128, right: 0 }) })`. */
export const presets = {
  causal,
  slidingWindow,
  dilated,
  prefixLm,
  document,
  sharedPrefix,
  sinkWindow,
  neighbourhood,
  tree,
  chunked,
  alibi,
  softcap,
  relativeBias,
  cosine,
};

/** All presets, masks first. */
export const presetList: readonly Preset<object>[] = Object.values(presets);

/** The functions of the user's own that attention takes, forward and backward. */
export const attentionModifiers: Modifiable = { signatures: MODIFIER_SIGNATURES, presets: presetList };

/**
 * The twins of a problem's modifiers. Only presets have them: WGSL that somebody else wrote has no float64 reference.
 * @throws UnsupportedError if a modifier was not made by a preset
 */
export function twinsOf(problem: AttentionProblem): Twins {
  const twin = <Name extends keyof Twins>(name: Name): Pick<Twins, Name> | object => {
    const body = problem[name];
    if (body === undefined) return {};
    const found = twinOf(presetList, name, body);
    if (found === undefined) {
      throw new UnsupportedError(
        `${name} is not a preset's, so there is no float64 reference to compare with`,
      );
    }
    return { [name]: found };
  };
  return { ...twin('scoreMod'), ...twin('scoreModGrad'), ...twin('maskMod') };
}
