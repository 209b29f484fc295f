import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate';

/** How a page's links are packed. */
export interface LinkFormat {
  /** Raised when an old link would mean something else. */
  readonly version: number;
  /** Text that most links are made of, which none then carries. Another one is another version. */
  readonly dictionary?: string;
}

/** A link that cannot be read. The message is for the reader of the page. */
export class BadLinkError extends Error {
  override readonly name = 'BadLinkError';
}

/** The most bytes that a link may unpack to: a small one can be made to unpack to gigabytes. */
const MAX_BYTES = 2 ** 21;

/** Unpacked at once; deflate makes at most a thousand times as much of it. */
const PIECE_BYTES = 1024;

/** Places on a page that a fragment may name. */
const PLACES = ['#content'];

/** Whether a fragment is meant as a link, even a damaged one, rather than empty or a place on the page. */
export const isLink = (fragment: string): boolean => fragment.length > 1 && !PLACES.includes(fragment);

/** The fragment of an address, which browsers send to no server: `#1.` and the value as JSON, deflated, in base64url. */
export function packLink(format: LinkFormat, value: unknown): string {
  return `#${format.version}.${packed(value, format)}`;
}

/** A link with more behind its settings, which are read as before. */
export const withAttachment = (link: string, value: unknown): string => `${link}.${packed(value)}`;

/** Reads what `withAttachment` added to a link, if it did; it may still be any JSON. @throws BadLinkError */
export function attachmentOf(fragment: string): unknown {
  const [, attached] = /^#\d+\.[\w-]*\.([\w-]+)$/.exec(decoded(fragment)) ?? [];
  return attached === undefined ? undefined : unpacked(attached);
}

function packed(value: unknown, format: Pick<LinkFormat, 'dictionary'> = {}): string {
  return toBase64Url(deflateSync(strToU8(JSON.stringify(value)), { level: 9, ...dictionaryOf(format) }));
}

/** Reads what `packLink` wrote; it may still be any JSON. @throws BadLinkError */
export function unpackLink(format: LinkFormat, fragment: string): unknown {
  const [, version, body = ''] = /^#(\d+)\.([\w-]*)(?:\.[\w-]*)?$/.exec(decoded(fragment)) ?? [];
  if (version === undefined) {
    throw new BadLinkError('This link is damaged: it has no version, or holds signs that no link has.');
  }
  if (Number(version) !== format.version) {
    throw new BadLinkError(`This link is of version ${version}; this page reads version ${format.version}.`);
  }
  return unpacked(body, format);
}

function unpacked(body: string, format: Pick<LinkFormat, 'dictionary'> = {}): unknown {
  try {
    return JSON.parse(strFromU8(inflate(format, fromBase64Url(body))));
  } catch (error) {
    if (error instanceof BadLinkError) throw error;
    throw new BadLinkError('This link is damaged: a part of it is missing or changed.', { cause: error });
  }
}

/** Some programs write the dot of a link as `%2E`. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function inflate(format: Pick<LinkFormat, 'dictionary'>, packed: Uint8Array): Uint8Array {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const stream = new Inflate(dictionaryOf(format), (part) => {
    size += part.byteLength;
    if (size > MAX_BYTES) throw new BadLinkError('This link is too large to be one of ours.');
    parts.push(part);
  });
  for (let at = 0; at < packed.length; at += PIECE_BYTES) {
    stream.push(packed.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= packed.length);
  }
  const whole = new Uint8Array(size);
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.byteLength;
  }
  return whole;
}

const dictionaryOf = ({ dictionary }: Pick<LinkFormat, 'dictionary'>) =>
  dictionary === undefined ? {} : { dictionary: strToU8(dictionary) };

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
}
