import { floatTensor, type FloatTensor } from '../../core/tensor.ts';
import { floatsOf } from '../../data/convert.ts';
import { DataError } from '../../data/data-error.ts';
import { headsFirst } from '../../data/layout.ts';
import { openArrays } from '../../data/open.ts';
import { attentionFiles } from '../attention/files.ts';

/** Query, key and value of one layer, as a model had them: rotated already, and the last query at the last key. */
export interface CapturedCache {
  readonly query: FloatTensor;
  readonly key: FloatTensor;
  readonly value: FloatTensor;
  readonly causal: true;
}

/**
 * Reads them from a file of arrays, by the names that models give them.
 * @throws DataError unless the file has all three
 */
export async function capturedCache(file: File): Promise<CapturedCache> {
  const { arrays } = await openArrays(file);
  const read = async (argument: 'query' | 'key' | 'value'): Promise<FloatTensor> => {
    const known = attentionFiles.files.find((role) => role.argument === argument)?.known;
    const array = arrays.find(({ name }) => known?.test(name) === true);
    if (array === undefined) {
      const names = arrays.map(({ name }) => name).join(', ');
      throw new DataError(file.name, `an array that is called ${argument}`, names || 'none');
    }
    const { shape } = headsFirst(array, 'heads-first');
    return floatTensor(shape, await floatsOf(array));
  };
  return { query: await read('query'), key: await read('key'), value: await read('value'), causal: true };
}
