import { affine } from '../codecs/coded.ts';
import type { CacheMethod } from '../method.ts';
import { whole } from '../part.ts';

const form = affine({ bits: 8 });

export const int8: CacheMethod = {
  id: 'int8',
  kind: 'format',
  title: 'INT8 by token',
  idea: 'Each key and each value is 256 steps between its least and its largest element.',
  source: 'Dettmers et al., "LLM.int8()" (2022), by rows',
  params: [],
  parts: (problem) => whole(problem, { keys: form, values: form }),
};
