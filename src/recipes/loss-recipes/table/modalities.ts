import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { crossEntropy, dot, mean, type Rows } from '../float64-rows.ts';
import { added, askedFor } from '../host-rows.ts';
import { seedOf, unitRows } from '../seeded-rows.ts';

type Modality = 'image' | 'text' | 'audio';

export const modalities: Recipe<Modality, { readonly logitScale: number }> = {
  id: 'modalities',
  title: 'Three modalities',
  idea:
    'Each two modalities meet in a loss of their own, and the three losses and their gradients add up. Where one modality joins the ' +
    'others, as pictures do in ImageBind, the pairs without it are left out.',
  formula: 'clip(image, text) + clip(image, audio) + clip(text, audio)',
  source: 'Girdhar et al., “ImageBind: One Embedding Space To Bind Them All” (2023)',
  link: 'https://arxiv.org/abs/2305.05665',
  call: `for (const [a, b] of [['image', 'text'], ['image', 'audio'], ['text', 'audio']]) {
  const { loss, xGrad, yGrad } = await lab.contrastive({ loss: 'clip', x: rows[a], y: rows[b], logitScale, gradients: ['x', 'y'] });
  // add loss, and xGrad and yGrad to the gradients of a and b
}`,
  params: { logitScale: LOGIT_SCALE },
  inputs: (seed, size) => ({
    image: unitRows(seedOf(seed, 1), size),
    text: unitRows(seedOf(seed, 2), size),
    audio: unitRows(seedOf(seed, 3), size),
  }),
  async run(lab, inputs, { logitScale }, options) {
    const meet = (x: Modality, y: Modality) =>
      lab.contrastive(
        { loss: 'clip', x: inputs[x], y: inputs[y], logitScale, gradients: ['x', 'y'] },
        options,
      );
    const [first, second, third] = [
      await meet('image', 'text'),
      await meet('image', 'audio'),
      await meet('text', 'audio'),
    ];
    return {
      values: [first.loss + second.loss + third.loss],
      gradients: {
        image: added([askedFor(first.xGrad), askedFor(second.xGrad)]),
        text: added([askedFor(first.yGrad), askedFor(third.xGrad)]),
        audio: added([askedFor(second.yGrad), askedFor(third.yGrad)]),
      },
    };
  },
  reference:
    (_, { logitScale }) =>
    ({ image, text, audio }) => [
      clip(image, text, logitScale) + clip(image, audio, logitScale) + clip(text, audio, logitScale),
    ],
};

function clip(x: Rows, y: Rows, scale: number): number {
  const direction = (own: Rows, others: Rows) =>
    mean(
      own.map((row, i) =>
        crossEntropy(
          others.map((other) => scale * dot(row, other)),
          i,
        ),
      ),
    );
  return (direction(x, y) + direction(y, x)) / 2;
}
