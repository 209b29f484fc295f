import { normals, uniformStream } from '../../core/random.ts';

export const EMBEDDING_KINDS = ['topics', 'spread'] as const;
export type EmbeddingKind = (typeof EMBEDDING_KINDS)[number];

export const EMBEDDING_WORDS: Readonly<Record<EmbeddingKind, string>> = {
  topics: 'Documents lie around 64 topics, and queries near documents, as embeddings of texts do.',
  spread:
    'Documents and queries point anywhere: the nearest are hardly nearer than others, which is hard for few bits.',
};

/** Queries and documents of one width. */
export interface Embeddings {
  readonly query: Float32Array;
  readonly document: Float32Array;
}

interface EmbeddingShape {
  readonly numQueries: number;
  readonly numDocuments: number;
  readonly embedDim: number;
}

const TOPICS = 64;
/** Lengths of what sets a document apart from its topic, and a query from its document, beside directions of length 1. */
const APART = 0.8;
const NEAR = 0.3;

/** Seeded embeddings of length 1. */
export function syntheticEmbeddings(
  kind: EmbeddingKind,
  { numQueries, numDocuments, embedDim }: EmbeddingShape,
  seed = 1,
): Embeddings {
  const document = normals(numDocuments * embedDim, seed);
  const query = normals(numQueries * embedDim, seed + 1);
  if (kind === 'topics') {
    const uniform = uniformStream(seed + 2);
    const topics = normals(TOPICS * embedDim, seed + 3);
    move(document, embedDim, topics, APART, () => Math.floor(TOPICS * uniform()));
    lengthOne(document, embedDim);
    move(query, embedDim, document, NEAR, () => Math.floor(numDocuments * uniform()), Math.sqrt(embedDim));
  } else {
    lengthOne(document, embedDim);
  }
  lengthOne(query, embedDim);
  return { query, document };
}

/** Each row, `share` of it, added to a row of `centres` times `scale`. */
function move(
  rows: Float32Array,
  width: number,
  centres: Float32Array,
  share: number,
  centreOf: () => number,
  scale = 1,
): void {
  for (let start = 0; start < rows.length; start += width) {
    const from = centreOf() * width;
    for (let d = 0; d < width; d++) {
      rows[start + d] = share * (rows[start + d] ?? NaN) + scale * (centres[from + d] ?? NaN);
    }
  }
}

function lengthOne(rows: Float32Array, width: number): void {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const length = Math.hypot(...row);
    row.forEach((value, d) => {
      row[d] = value / length;
    });
  }
}
