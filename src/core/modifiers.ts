import { readPresetLabel } from './preset-label.ts';

/** WGSL function bodies of the user's own, by the field of the problem that each of them fills. */
export type ModifierTexts = Readonly<Record<string, string>>;

/** Modifiers that ship with an operation. Its float64 reference knows the same functions in JavaScript. */
export interface ModifierPreset {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly idea: string;
  /** Parameters to begin with. */
  readonly example: object;
  /** @throws ShapeError naming the parameter */
  modifiers(params: object): ModifierTexts;
}

/** The functions of the user's own that an operation takes. */
export interface Modifiable {
  /** The WGSL signature of each function, by the field of the problem that holds its body. */
  readonly signatures: Readonly<Record<string, string>>;
  readonly presets: readonly ModifierPreset[];
}

/** An operation without modifiers. */
export const NOT_MODIFIABLE: Modifiable = { signatures: {}, presets: [] };

/** A preset with parameters. */
export interface ChosenPreset<Preset extends ModifierPreset> {
  readonly preset: Preset;
  readonly params: object;
}

/** The preset and the parameters that made a body; none of any other text, or of one that was changed since. */
export function presetOf<Preset extends ModifierPreset>(
  presets: readonly Preset[],
  name: string,
  body: string,
): ChosenPreset<Preset> | undefined {
  const label = readPresetLabel(body);
  const preset = presets.find(({ id }) => id === label?.id);
  if (preset === undefined || label === undefined) return undefined;
  try {
    const params = JSON.parse(label.params) as object;
    return preset.modifiers(params)[name] === body ? { preset, params } : undefined;
  } catch {
    return undefined;
  }
}
