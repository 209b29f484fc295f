import type { ProblemFields, Words } from '../../core/operation.ts';
import { numberIn, optionWords, plural } from '../../core/words.ts';
import { shownShare, type BlockMask } from './block-mask.ts';
import { pageWaste, type PageLayout } from './pages.ts';
import type { AttentionProblem } from './problem.ts';
import { broadcastWords } from './broadcast.ts';
import type { Selection } from './selected.ts';

/** Attention problems, forward and backward, in words. */
export const attentionWords: Words = {
  size: { field: 'seqLenKV', title: 'length of the keys', unit: 'tokens' },
  extents: (problem) => [numberIn(problem, 'seqLenQ'), numberIn(problem, 'seqLenKV')],
  extent(problem) {
    const [queries, keys] = attentionWords.extents(problem);
    return queries === keys
      ? plural(keys, 'token')
      : `${plural(queries, 'query', 'queries')} × ${plural(keys, 'key')}`;
  },
  notes: pageNotes,
  family(problem) {
    const number = (field: string) => numberIn(problem, field);
    const [heads, kvHeads] = [number('numHeads'), number('numKVHeads')];
    const [headDim, headDimV] = [number('headDim'), number('headDimV')];
    return [
      ...(number('batch') === 1 ? [] : [`batch ${number('batch')}`]),
      heads === kvHeads ? plural(heads, 'head') : `${heads} heads on ${kvHeads} KV`,
      headDim === headDimV ? `headDim ${headDim}` : `headDim ${headDim}, headDimV ${headDimV}`,
      ...maskWords(problem),
      ...ropeWords(problem),
      ...Object.entries(problem).flatMap(([name, value]) => wordsOf(name, value)),
    ];
  },
};

/** Sizes of pages to compare with. */
const OTHER_SIZES = [1, 16, 64, 256];

/** Memory that pages of its size leave unused, and that other sizes would. */
function pageNotes(problem: ProblemFields): string[] {
  const { pages, seqLensKV } = problem as Partial<AttentionProblem>;
  if (pages === undefined) return [];
  const number = (field: string) => numberIn(problem, field);
  const lengths = seqLensKV ?? Array.from({ length: number('batch') }, () => number('seqLenKV'));
  const bytesPerKey =
    (problem['dtype'] === 'f16' ? 2 : 4) * number('numKVHeads') * (number('headDim') + number('headDimV'));
  const share = (pageSize: number) => {
    const { bytes, wasted } = pageWaste(lengths, pageSize, bytesPerKey);
    return `${Math.round((100 * wasted) / Math.max(1, bytes))} %`;
  };
  const { pages: count, wasted } = pageWaste(lengths, pages.pageSize, bytesPerKey);
  const others = OTHER_SIZES.filter((size) => size !== pages.pageSize);
  return [
    `${plural(count, 'page')} of ${plural(pages.pageSize, 'key')} leave ${wasted} bytes unused, ${share(pages.pageSize)} of the cache; ` +
      `${others.map((size) => `pages of ${size} would leave ${share(size)}`).join(', ')}.`,
  ];
}

/** Fields that every attention problem has, and those that follow from another option. */
const TOLD_ELSEWHERE: readonly string[] = [
  ...['batch', 'numHeads', 'numKVHeads', 'seqLenQ', 'seqLenKV'],
  ...['headDim', 'headDimV', 'softmaxScale', 'causal'],
  ...['scoreModGrad', 'cuSeqLensKV', 'rope', 'keysRotated'],
];

/** A window alone says that the problem is not dense. */
function maskWords({ causal, window }: ProblemFields): string[] {
  if (typeof causal === 'string') return [causal === 'bottom-right' ? 'causal' : `causal ${causal}`];
  return window === undefined ? ['dense'] : [];
}

/** `rope`, `rope base 500000 dim 32 interleaved`, `keys rotated`. */
function ropeWords({ rope, keysRotated }: ProblemFields): string[] {
  if (typeof rope !== 'object' || rope === null) return [];
  const parts = Object.entries(rope).flatMap(([name, value]) => {
    if (Array.isArray(value)) return [name === 'positionsQ' ? 'own query positions' : 'own key positions'];
    return optionWords(name, value);
  });
  return [['rope', ...parts].join(' '), ...(keysRotated === true ? ['keys rotated'] : [])];
}

/** `pages of 16`; of a report that may be made by anybody. */
function pageWords(value: unknown): string[] {
  const { pageSize } = value as Partial<PageLayout>;
  return [`pages of ${pageSize ?? '?'}`];
}

/** `1638 chosen keys by blocks`, `summary kept`; of a report that may be made by anybody. */
function choiceWords(value: unknown): string[] {
  const { slots, by, summary, hashing } = value as Partial<Selection>;
  const hashes = hashing === undefined ? '' : ` of ${hashing.tables} tables, ${plural(hashing.bits, 'bit')}`;
  return [
    `${slots ?? '?'} chosen keys${by === undefined ? '' : ` by ${by}${hashes}`}`,
    ...(summary === 'given' ? ['summary kept'] : []),
  ];
}

/** `block mask 64 × 64, 23 % of the blocks seen`; of a report that may be made by anybody. */
function blockMaskWords(value: unknown): string[] {
  const { blockM, blockN, shape, bits } = value as Partial<BlockMask>;
  if (blockM === undefined || blockN === undefined || !Array.isArray(shape) || typeof bits !== 'string')
    return ['block mask'];
  const seen = Math.round(100 * shownShare({ blockM, blockN, shape, bits }));
  return [`block mask ${blockM} × ${blockN}, ${seen} % of the blocks seen`];
}

/** `softcap 30`, `window 128 0`, `sinks`, `bias by head × key`: extents go with the size. */
function wordsOf(name: string, value: unknown): string[] {
  if (TOLD_ELSEWHERE.includes(name)) return [];
  if (name === 'dtype' && typeof value === 'string') return [value];
  if (name === 'cuSeqLensQ' && Array.isArray(value)) return [plural(value.length - 1, 'document')];
  if (name === 'pages') return pageWords(value);
  if (name === 'selected') return choiceWords(value);
  if (name === 'blockMask') return blockMaskWords(value);
  if (name.endsWith('Shape') && Array.isArray(value)) {
    const axes = broadcastWords(value.map(Number));
    return [`${name.slice(0, -'Shape'.length)}${axes && ` by ${axes}`}`];
  }
  return optionWords(name, value);
}
