import { selection } from '../selection.ts';
import { sinks as sinksParam } from './params.ts';

export const sinkWindow = selection({
  id: 'sink-window',
  title: 'Sink and window',
  idea: 'The first keys, which draw attention whatever they hold, and the last ones.',
  formula: 'kept: positions < sinks, and the last budget − sinks',
  source: 'Xiao et al., "Efficient Streaming Language Models with Attention Sinks" (2023)',
  params: [sinksParam],
  scores({ batch, numKVHeads, seqLenKV, params: { sinks = 0 } }) {
    // Later is better, and the sinks are best of all.
    const score = (key: number) => (key < sinks ? 2 * seqLenKV - key : key);
    return Float64Array.from({ length: batch * numKVHeads * seqLenKV }, (_, at) => score(at % seqLenKV));
  },
});
