import { ZodError } from 'zod';
import { messageOf } from '../../errors.ts';
import { setupSchema, type Setup } from './setup.ts';

/** Raised when an old link would mean something else. */
export const LINK_VERSION = 1;

/** Of what a link unpacks to: a small one can be made to unpack to gigabytes. */
const MAX_BYTES = 2 ** 21;

/** A link that cannot be read. The message is for the reader of the page. */
export class BadLinkError extends Error {
  override readonly name = 'BadLinkError';
}

/** The fragment of a link, which browsers send to no server: `#1.` and the setup, deflated, in base64url. */
export async function writeLink(setup: Setup): Promise<string> {
  const packed = new Blob([JSON.stringify(setup)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `#${LINK_VERSION}.${toBase64Url(await bytesOf(packed, Infinity))}`;
}

/** Reads what `writeLink` wrote. @throws BadLinkError */
export async function readLink(fragment: string): Promise<Setup> {
  const [, version, body = ''] = /^#(\d+)\.([\w-]*)$/.exec(fragment) ?? [];
  if (version === undefined) throw new BadLinkError('This link is damaged: it has no version.');
  if (Number(version) !== LINK_VERSION) {
    throw new BadLinkError(`This link is of version ${version}; this page reads version ${LINK_VERSION}.`);
  }
  try {
    return setupSchema.parse(JSON.parse(await unpack(body)));
  } catch (error) {
    if (error instanceof BadLinkError) throw error;
    const [issue] = error instanceof ZodError ? error.issues : [];
    throw new BadLinkError(
      issue === undefined
        ? `This link is damaged: ${messageOf(error)}.`
        : `This link asks for what this page does not know: ${issue.path.join('.')}: ${issue.message}.`,
    );
  }
}

async function unpack(body: string): Promise<string> {
  const unpacked = new Blob([fromBase64Url(body)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  return new TextDecoder().decode(await bytesOf(unpacked, MAX_BYTES));
}

async function bytesOf(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: BlobPart[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw new BadLinkError('This link is too large to be one of ours.');
    }
    parts.push(next.value as Uint8Array<ArrayBuffer>);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
}
