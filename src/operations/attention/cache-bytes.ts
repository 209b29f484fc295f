import { ceilDiv } from '../../core/plan.ts';
import type { AttentionProblem } from './problem.ts';

/** A model whose layers are alike. */
export interface CachedModel extends Pick<
  AttentionProblem,
  'numHeads' | 'numKVHeads' | 'headDim' | 'headDimV' | 'dtype'
> {
  readonly layers: number;
}

/** A way to keep what later tokens need of earlier ones. */
export interface CacheKind {
  readonly title: string;
  readonly idea: string;
  /** Bytes of one token in all layers. */
  readonly bytesPerToken: number;
}

/** Layers that share a cache, as their authors recommend or measure most. */
const CLA_LAYERS = 2;
const MLKV_LAYERS = 4;

/** Keys and values by heads and by layers, and hidden states in their place. */
export function cacheKinds({
  layers,
  numHeads,
  numKVHeads,
  headDim,
  headDimV,
  dtype,
}: CachedModel): CacheKind[] {
  const element = dtype === 'f16' ? 2 : 4;
  const pair = (heads: number, ofLayers: number) => element * ofLayers * heads * (headDim + headDimV);
  const grouped = numKVHeads < numHeads && numKVHeads > 1;
  return [
    { title: 'Multi-head', idea: 'each head has keys and values', bytesPerToken: pair(numHeads, layers) },
    ...(grouped
      ? [
          {
            title: 'Grouped (GQA)',
            idea: `${numHeads} heads share ${numKVHeads}`,
            bytesPerToken: pair(numKVHeads, layers),
          },
        ]
      : []),
    { title: 'Multi-query (MQA)', idea: 'all heads share one', bytesPerToken: pair(1, layers) },
    {
      title: 'Cross-layer (CLA)',
      idea: `${CLA_LAYERS} neighbouring layers share those of one (Brandon et al., 2024)`,
      bytesPerToken: pair(numKVHeads, ceilDiv(layers, CLA_LAYERS)),
    },
    {
      title: 'Multi-layer (MLKV)',
      idea: `all heads of ${MLKV_LAYERS} layers share one (Zuhri et al., 2024)`,
      bytesPerToken: pair(1, ceilDiv(layers, MLKV_LAYERS)),
    },
    {
      title: 'Hidden states (EL-attention)',
      idea: 'all heads share the input of the layer, which is key and value (Yan et al., 2021)',
      bytesPerToken: element * layers * numHeads * headDim,
    },
  ];
}
