import type { Recipe } from '../recipe.ts';
import { LOGIT_SCALE } from '../recipe.ts';
import { clusteredBatches, clusterRows } from '../clusters.ts';
import { crossEntropy, dot, mean, type Rows } from '../float64-rows.ts';
import { addRows, askedFor, chosenRows, hostRows } from '../host-rows.ts';
import { rowsAbout, seedOf, unitRows } from '../seeded-rows.ts';

/** How far f32 may be off where it orders distances. */
const SLACK = 1e-4;
/** Enough for seeded rows, which lie in heaps, to settle. */
const TURNS = 50;
const SEEDED_HEAPS = 8;

export const neighbours: Recipe<
  'x' | 'documents',
  { readonly clusters: number; readonly batch: number; readonly logitScale: number }
> = {
  id: 'neighbours',
  title: 'Batches of neighbours',
  idea:
    'Rows of one cluster are hard negatives of each other. k-means finds the clusters: each turn is one search on the GPU, and means are taken on ' +
    'the host. Clusters are then cut into batches. The value is the mean loss over one epoch of batches.',
  formula: 'mean over the batches of mean −log (exp z⁺ / Σⱼ exp zⱼ), j over the batch',
  source: 'Dahiya et al., “NGAME” (2023); Morris and Rush, “Contextual Document Embeddings” (2024)',
  link: 'https://arxiv.org/abs/2207.04452',
  call: `const { clusterOf } = await clusterRows(lab, { rows: documents, count: 256 });
for (const rows of clusteredBatches({ clusterOf, batch: 512, seed: epoch })) {
  await contrastiveStep(lab, { loss: 'info-nce', falseNegativeMargin: 0.05, logitScale, towers: towersOf(rows) });
}`,
  params: {
    clusters: { about: 'of the documents', initial: SEEDED_HEAPS, least: 1, most: 4096, whole: true },
    batch: { about: 'rows of a batch', initial: 64, least: 1, most: 65_536, whole: true },
    logitScale: LOGIT_SCALE,
  },
  inputs(seed, size) {
    const heaps = unitRows(seedOf(seed, 1), SEEDED_HEAPS);
    const rowOf = (row: number) => row % SEEDED_HEAPS;
    const documents = rowsAbout(heaps, { seed: seedOf(seed, 2), spread: 0.3, numRows: size, rowOf });
    return { documents, x: rowsAbout(documents, { seed: seedOf(seed, 3), spread: 1, numRows: size }) };
  },
  async run(lab, { x, documents }, { clusters, batch, logitScale }, options) {
    const [all, queries] = [hostRows('documents', documents), hostRows('x', x)];
    const count = Math.min(clusters, all.numRows);
    const { clusterOf } = await clusterRows(lab, { rows: documents, count, turns: TURNS }, options);
    const batches = batchesOf(clusterOf, batch);
    const [xGrad, yGrad] = [new Float64Array(x.data.length), new Float64Array(documents.data.length)];
    let sum = 0;
    for (const rows of batches) {
      const found = await lab.contrastive(
        {
          ...{ loss: 'info-nce', x: chosenRows(queries, rows), y: chosenRows(all, rows) },
          ...{ logitScale, gradients: ['x', 'y'] },
        },
        options,
      );
      sum += found.loss / batches.length;
      addRows(xGrad, askedFor(found.xGrad), rows, 1 / batches.length);
      addRows(yGrad, askedFor(found.yGrad), rows, 1 / batches.length);
    }
    return {
      values: [sum],
      gradients: {
        x: { ...x, data: Float32Array.from(xGrad) },
        documents: { ...documents, data: Float32Array.from(yGrad) },
      },
      choices: { clusterOf },
    };
  },
  reference({ documents }, { clusters, batch, logitScale }, choices) {
    const clusterOf = Uint32Array.from(choices['clusterOf'] ?? []);
    if (!isSettled(documents, clusterOf, Math.min(clusters, documents.length))) return () => [NaN];
    const batches = batchesOf(clusterOf, batch);
    return (all) => [
      mean(
        batches.map((rows) =>
          mean(
            Array.from(rows, (row, at) =>
              crossEntropy(
                Array.from(rows, (other) => logitScale * dot(all.x[row], all.documents[other])),
                at,
              ),
            ),
          ),
        ),
      ),
    ];
  },
};

const batchesOf = (clusterOf: Uint32Array, batch: number): Uint32Array[] =>
  clusteredBatches({ clusterOf, batch: Math.min(batch, clusterOf.length) });

/** Whether each row is in the cluster whose mean is nearest, as far as f32 can tell. */
function isSettled(rows: Rows, clusterOf: Uint32Array, count: number): boolean {
  if (clusterOf.length !== rows.length) return false;
  const centres = Array.from({ length: count }, (_, cluster) => {
    const own = rows.filter((_, row) => clusterOf[row] === cluster);
    return (rows[0] ?? new Float64Array()).map((_, d) => mean(own.map((row) => row[d] ?? NaN)));
  });
  return rows.every((row, at) => {
    const distances = centres.map((centre) => dot(row, row) - 2 * dot(row, centre) + dot(centre, centre));
    const own = distances[clusterOf[at] ?? NaN] ?? NaN;
    // The centre of a cluster without rows is NaN, and nobody's nearest.
    return (
      own <= distances.filter((distance) => distance >= 0).reduce((a, b) => Math.min(a, b), Infinity) + SLACK
    );
  });
}
