import { presetOf, type ModifierPreset } from '../../../core/modifiers.ts';
import { presetLabel } from '../../../core/preset-label.ts';
import type { Modifier } from '../modifiers.ts';
import type { MaskMod, ScoreMod } from '../twins.ts';

/** WGSL bodies, to be spread into the arguments of `lab.attention` or into an `AttentionProblem`. */
export type Modifiers = Readonly<Partial<Record<Modifier, string>>>;

/** Modifiers' functions in JavaScript, for the float64 reference. */
export interface Twins {
  readonly scoreMod?: ScoreMod;
  readonly scoreModGrad?: ScoreMod;
  readonly maskMod?: MaskMod;
}

/** A well-known modifier, made from parameters that are plain data. */
export interface Preset<Params extends object> extends ModifierPreset {
  readonly example: Params;
  /** Parameters that are lists with an entry for each query head. */
  readonly perHead?: readonly string[];
  /** @throws ShapeError naming the parameter */
  modifiers(params: Params): Modifiers;
  /** @throws ShapeError naming the parameter */
  twins(params: Params): Twins;
}

/**
 * Has `check` called before anything is made, and every body begin with a line that names the preset and its
 * parameters: `twinOf` finds the way back by it, wherever the text went.
 */
export function preset<Params extends object>({
  check,
  ...own
}: Preset<Params> & { check: (params: Params) => void }): Preset<Params> {
  return {
    ...own,
    modifiers(params) {
      check(params);
      const label = presetLabel(own.id, params);
      const bodies = Object.entries<string>(own.modifiers(params));
      return Object.fromEntries(bodies.map(([name, body]) => [name, label + body]));
    },
    twins(params) {
      check(params);
      return own.twins(params);
    },
  };
}

/** Parameters that fit a number of heads, by default those of the example: lists by head are repeated, or cut off. */
export function fittedTo<Params extends object>(
  numHeads: number,
  { example, perHead = [] }: Preset<Params>,
  params: Params = example,
): Params {
  const fitted = Object.entries(params).flatMap(([name, list]: [string, unknown]) => {
    if (!perHead.includes(name) || !Array.isArray(list) || list.length === 0) return [];
    return [[name, Array.from({ length: numHeads }, (_, head): unknown => list[head % list.length])]];
  });
  return { ...params, ...(Object.fromEntries(fitted) as Partial<Params>) };
}

/**
 * The JavaScript twin of a body that one of `presets` made; none of any other text, or of one that was changed since.
 */
export function twinOf<Name extends keyof Twins>(
  presets: readonly Preset<object>[],
  name: Name,
  body: string,
): Twins[Name] | undefined {
  const found = presetOf(presets, name, body);
  return found?.preset.twins(found.params)[name];
}
