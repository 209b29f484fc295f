import { formatShape } from '../../../core/tensor.ts';
import { floatsOf } from '../../../data/convert.ts';
import { DataError } from '../../../data/data-error.ts';
import { openArrays } from '../../../data/open.ts';
import type { StoredArray } from '../../../data/stored-array.ts';
import { retrieveFiles } from '../../../operations/retrieve/files.ts';
import type { Embeddings } from '../../../operations/retrieve/synthetic.ts';

/** Embeddings of a file, and how wide they are. */
export interface OwnEmbeddings extends Embeddings {
  readonly embedDim: number;
}

/**
 * Queries and documents of a file, by the names of its arrays; or the rows of its one array, of which the last `numQueries` are
 * the queries.
 * @throws DataError unless they are rows of one width, and some are left for documents
 */
export async function ownEmbeddings(file: File, numQueries: number): Promise<OwnEmbeddings> {
  const { arrays } = await openArrays(file);
  const [only, ...others] = arrays;
  if (only === undefined) throw new DataError(file.name, 'an array', 'none');
  if (others.length === 0) return split(only, await floatsOf(only), numQueries);
  const named = (argument: string): StoredArray => {
    const known = retrieveFiles.files.find((role) => role.argument === argument)?.known;
    const array = arrays.find(({ name }) => known?.test(name) === true);
    if (array !== undefined) return array;
    throw new DataError(
      file.name,
      `an array that is called ${argument}`,
      arrays.map(({ name }) => name).join(', '),
    );
  };
  const [query, document] = [named('query'), named('document')];
  const embedDim = widthOf(query);
  if (widthOf(document) !== embedDim) {
    throw new DataError(
      document.where,
      `rows of ${embedDim}, as the queries are`,
      formatShape(document.shape),
    );
  }
  return { query: await floatsOf(query), document: await floatsOf(document), embedDim };
}

function split(array: StoredArray, rows: Float32Array, numQueries: number): OwnEmbeddings {
  const embedDim = widthOf(array);
  const numDocuments = rows.length / embedDim - numQueries;
  if (numDocuments < 1) {
    throw new DataError(
      array.where,
      `more than ${numQueries} rows, which are queries`,
      formatShape(array.shape),
    );
  }
  const end = numDocuments * embedDim;
  return { document: rows.subarray(0, end), query: rows.subarray(end), embedDim };
}

function widthOf({ where, shape }: StoredArray): number {
  const [rows = 0, width = 0] = shape;
  if (shape.length === 2 && rows > 0 && width > 0) return width;
  throw new DataError(where, 'an array of two dimensions, [rows, dim]', formatShape(shape));
}
