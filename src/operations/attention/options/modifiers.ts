import { ShapeError } from '../../../core/errors.ts';
import { checkModifier, MODIFIER_SIGNATURES, MODIFIERS, type Modifier } from '../modifiers.ts';
import { presets } from '../presets/index.ts';
import { fittedTo, type Preset } from '../presets/preset.ts';
import { MASKS, option } from './option.ts';
import type { AttentionProblem } from '../problem.ts';
import { startOf } from '../shard.ts';
import type { ScoreRow, ScoreStep } from './score-step.ts';

const byName: ReadonlyMap<string, Preset<object>> = new Map(Object.entries<Preset<object>>(presets));

const preset = option({
  name: 'preset',
  title: 'Modifier preset',
  help: 'a well-known mask or change of scores, by name and parameters: slidingWindow:left=128,right=0',
  flag: '--preset <name:params>',
  group: MASKS,
  control: {
    kind: 'preset',
    presets: [...byName].map(([value, { title, example }]) => ({ value, label: title, example })),
  },
  unset: 'none',
  example: 'slidingWindow:left=8,right=0',
  // It sets those of the functions below.
  fields: [],
  arguments: {},
  apply({ name, params }, { numHeads = 1 }) {
    const found = byName.get(name);
    if (found === undefined) throw new ShapeError('preset', 'one of the presets', name);
    try {
      return found.modifiers(fittedTo(numHeads, found, params));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw new ShapeError('preset', `${error.argument} to be ${error.expected}`, error.got);
    }
  },
});

interface Words {
  readonly title: string;
  readonly help: string;
  readonly flag: string;
  readonly example: string;
  readonly condition: { readonly name: string; readonly about: string };
}

const WORDS: Readonly<Record<Modifier, Words>> = {
  scoreMod: {
    title: 'Own score_mod',
    help: 'WGSL body that changes each score, after all else but the masks; checked against the naive variant',
    flag: '--score-mod <file>',
    example: 'return score * 0.5;',
    condition: { name: 'SCORE_MOD', about: 'change scores by a function of the user' },
  },
  scoreModGrad: {
    title: 'Own score_mod_grad',
    help: 'WGSL body of ∂score_mod/∂score, which the backward needs',
    flag: '--score-mod-grad <file>',
    example: 'return 0.5;',
    condition: { name: 'SCORE_MOD_GRAD', about: 'and the derivative of that function is known' },
  },
  maskMod: {
    title: 'Own mask_mod',
    help: 'WGSL body that is false where a key is hidden',
    flag: '--mask-mod <file>',
    example: 'return kv <= q;',
    condition: { name: 'MASK_MOD', about: 'hide keys by a function of the user' },
  },
};

const own = MODIFIERS.map((name) =>
  option({
    name,
    ...WORDS[name],
    group: 'Own WGSL',
    control: { kind: 'code', signature: MODIFIER_SIGNATURES[name] },
    exampleWith:
      name === 'maskMod'
        ? {}
        : { scoreMod: WORDS.scoreMod.example, scoreModGrad: WORDS.scoreModGrad.example },
    apply(body, before) {
      if (before[name] === undefined) return { [name]: body };
      throw new ShapeError(name, `no preset that has a ${name} of its own`, 'both');
    },
    anySize: true,
    check: (problem) => checkModifier(name, problem),
  }),
);

export const MODIFIER_OPTIONS = [preset, ...own];

export const scoreModStep: ScoreStep = {
  field: 'scoreMod',
  onRow(problem, { scoreMod = noTwin, scoreModGrad = noTwin }, row) {
    const at = placesOf(problem, row);
    return {
      score: (before, key) => scoreMod(before, ...at(key)),
      slope: (before, key) => scoreModGrad(before, ...at(key)),
    };
  },
};

export const maskModStep: ScoreStep = {
  field: 'maskMod',
  onRow(problem, { maskMod = noTwin }, row) {
    const at = placesOf(problem, row);
    return { score: (before, key) => (maskMod(...at(key)) ? before : -Infinity) };
  },
};

/** The places of a pair in the whole problem, as modifiers take them. */
function placesOf(problem: AttentionProblem, { entry, head, token }: ScoreRow) {
  const { firstQuery, firstKey, firstHead } = startOf(problem);
  return (key: number) => [entry, firstHead + head, firstQuery + token, firstKey + key] as const;
}

function noTwin(): never {
  throw new TypeError('a modifier in WGSL needs its twin in JavaScript');
}
