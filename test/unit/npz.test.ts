import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { floatsOf } from '../../src/data/convert.ts';
import { writeNpy } from '../../src/data/npy.ts';
import { openNpz } from '../../src/data/npz.ts';

const numbers = writeNpy('f32', [2], Float32Array.of(1, 2));

/** A member whose elements NumPy calls `descr`. */
function strange(descr: string): Uint8Array {
  const text = new TextDecoder('latin1').decode(numbers).replace("'<f4'", `'${descr}'`);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

const open = (zip: Uint8Array) => openNpz(new Blob([Uint8Array.from(zip)]), 'x.npz');

test.each(['|O', '<U5', '<M8[ns]'])(
  'an array of %s is listed with the reason beside good ones',
  async (descr) => {
    const { arrays, unreadable } = await open(zipSync({ 'a.npy': numbers, 'b.npy': strange(descr) }));
    expect(arrays.map(({ name }) => name)).toEqual(['a']);
    expect(arrays[0] && [...(await floatsOf(arrays[0]))]).toEqual([1, 2]);
    expect(unreadable).toMatchObject([{ where: 'x.npz › b', name: 'b' }]);
    expect(unreadable[0]?.reason).toContain(descr);
  },
);

describe.each([
  { of: 'stored', level: 0 as const },
  { of: 'deflated', level: 9 as const },
])('$of members', ({ level }) => {
  const zip = zipSync({ 'a.npy': numbers, 'b.npy': numbers }, { level });

  /** The zip with the checksums of its directory changed. */
  const wrongSums = () => {
    const bytes = Uint8Array.from(zip);
    for (let at = 0; at + 20 < bytes.length; at++) {
      if (bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 1) bytes[at + 16] = 0x5a;
    }
    return bytes;
  };

  test('are read', async () => {
    expect((await open(zip)).arrays.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('are refused if they do not fit their checksum', async () => {
    await expect(open(wrongSums())).rejects.toThrow('x.npz › a: expected data that fit their checksum');
  });

  test('are refused if two have one name', async () => {
    const text = new TextDecoder('latin1').decode(zip).replaceAll('b.npy', 'a.npy');
    const twice = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    await expect(open(twice)).rejects.toThrow('x.npz: expected each name once, got a.npy twice');
  });
});

test('a changed byte of stored data is found', async () => {
  const zip = zipSync({ 'a.npy': numbers }, { level: 0 });
  const at = zip.lastIndexOf(0x3f);
  await expect(open(zip.map((byte, place) => (place === at ? 0x40 : byte)))).rejects.toThrow('checksum');
});

test('a zip without its directory is refused', async () => {
  await expect(open(zipSync({ 'a.npy': numbers }).slice(0, -60))).rejects.toThrow(
    'a zip file with a directory',
  );
});
