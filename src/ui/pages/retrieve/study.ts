import { adapterName } from '../../../measure/device.ts';
import { floatTensor } from '../../../core/tensor.ts';
import type { Embeddings } from '../../../operations/retrieve/synthetic.ts';
import type { Storage } from '../../../operations/retrieve/storage.ts';
import type { LabClient } from '../../../worker/api.ts';
import type { CallOptions } from '../../lab/call-controller.ts';

/** One form that documents are searched in. */
export interface SearchForm {
  readonly storage: Storage;
  /** How many of the nearest are compared once more, in f32. */
  readonly rerank?: number;
}

/** A form, what it takes and what it finds. */
export interface RecallRow extends SearchForm {
  readonly label: string;
  /** Bytes of a document as all queries read it, and its share of the candidates, which each query reads in f32. */
  readonly bytesPerRow: number;
  /** The share of the k nearest in f32 that are listed. */
  readonly recall: number;
  /** The share of queries whose nearest document comes first. */
  readonly first: number;
}

export interface RecallStudy {
  readonly numQueries: number;
  readonly numDocuments: number;
  readonly embedDim: number;
  readonly k: number;
  readonly adapter: string;
  readonly rows: readonly RecallRow[];
}

const labelOf = ({ storage, rerank }: SearchForm): string =>
  rerank === undefined ? storage : `${storage}, ${rerank} candidates`;

/** Searches the same documents in each form, and compares the lists with that of f32. */
export async function recallStudy(
  lab: LabClient,
  { query, document }: Embeddings,
  embedDim: number,
  k: number,
  forms: readonly SearchForm[],
  { signal, onProgress }: CallOptions,
): Promise<RecallStudy> {
  const [numQueries, numDocuments] = [query.length / embedDim, document.length / embedDim];
  const tensors = {
    query: floatTensor([numQueries, embedDim], query),
    document: floatTensor([numDocuments, embedDim], document),
  };
  const listsOf = async (form: SearchForm) => {
    const { indices, bytesPerRow } = await lab.retrieve({ ...tensors, k, ...form }, { signal, onProgress });
    return { lists: Uint32Array.from(indices.data), bytesPerRow };
  };
  const exact = await listsOf({ storage: 'f32' });
  const rows: RecallRow[] = [];
  for (const form of forms.filter(({ rerank = 0 }) => rerank <= numDocuments)) {
    const { lists, bytesPerRow } = form.storage === 'f32' ? exact : await listsOf(form);
    const again = (4 * embedDim * (form.rerank ?? 0)) / numDocuments;
    rows.push({
      ...form,
      label: labelOf(form),
      bytesPerRow: bytesPerRow + again,
      ...recallOf(exact.lists, lists, k),
    });
  }
  return { numQueries, numDocuments, embedDim, k, adapter: adapterName(lab.device), rows };
}

/** Recall of the lists of all queries, k documents each, nearest first. */
export function recallOf(
  exact: Uint32Array,
  found: Uint32Array,
  k: number,
): Pick<RecallRow, 'recall' | 'first'> {
  let [hits, first] = [0, 0];
  for (let start = 0; start < exact.length; start += k) {
    const listed = new Set(found.subarray(start, start + k));
    for (const index of exact.subarray(start, start + k)) if (listed.has(index)) hits++;
    if (exact[start] === found[start]) first++;
  }
  return { recall: hits / exact.length, first: first / (exact.length / k) };
}
