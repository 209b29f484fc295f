import { parseFields, type Fields, type Settings } from './fields.ts';
import { BadLinkError, isLink, packLink, unpackLink, type LinkFormat } from './link-codec.ts';

/** The settings that a link asks for, and a notice about parts that could not be read. */
export interface UrlState {
  readonly fields: Fields;
  /** The link set at least one field. */
  readonly given: boolean;
  readonly notice?: string;
}

/** The names of the pages' fields, and usual values. It is part of version 1 and must not change. */
const DICTIONARY =
  '"operation":"attention-backward","window":"","softcap":"","bias":"none","mask":"none","seqLensKV":"","alibi":"on",' +
  '"sinks":"on","lesson":"contrastive","loss":"siglip","normalize":"no","numRows":"512, 1024, 2048, 4096","embedDim":' +
  '"512","logitScale":"14.3","logitBias":"-4","gradients":"all","blockM":"4","blockN":"4","step":"1","seed":"2",' +
  '"yardstick":"off","batch":"1","causal":"bottom-right","numHeads":"8","headDim":"128","params":"flash.blockM:64,' +
  'split-kv.blockN:32,two-pass.rows:4,naive,subgroup,tiled,panelled.cols:4","variants":"naive,flash","budgetMs":"500"' +
  '{"seqLenQ":"64, 128, 256, 512, 1024, 2048","seqLenKV":"","batch":"1","numHeads":"2","numKVHeads":"","headDim":"64",' +
  '"headDimV":"","causal":"off","variants":"all","params":"","budgetMs":"2000"}';

/** Each page counts its own versions. */
const formatOf = ({ version }: Settings<unknown>): LinkFormat => ({ version, dictionary: DICTIONARY });

/** The fragment that carries every field whose default may depend on the device: a link means the same on any. */
export function writeUrl(settings: Settings<unknown>, fields: Fields): string {
  const { unset, unlinked = [] } = settings;
  const set = Object.entries(fields).filter(
    ([name, value]) => unset[name] !== value && !unlinked.includes(name),
  );
  return packLink(formatOf(settings), Object.fromEntries(set));
}

/**
 * Reads what `writeUrl` wrote, or else a query that somebody typed: `?v=1&seqLenQ=64,128&causal=off`. What is missing or
 * bad keeps its default, and the notice says so.
 */
export function readUrl(
  settings: Settings<unknown>,
  { search, hash }: Pick<Location, 'search' | 'hash'>,
  defaults: Fields,
): UrlState {
  try {
    const asked = isLink(hash) ? fieldsOf(unpackLink(formatOf(settings), hash)) : ofQuery(settings, search);
    return Object.keys(asked).length === 0
      ? { fields: defaults, given: false }
      : repaired(settings, asked, defaults);
  } catch (error) {
    if (!(error instanceof BadLinkError)) throw error;
    return { fields: defaults, given: false, notice: `${error.message} The defaults are shown instead.` };
  }
}

/** @throws BadLinkError */
function fieldsOf(unpacked: unknown): Fields {
  const isText = (value: unknown) => typeof value === 'string';
  if (typeof unpacked !== 'object' || unpacked === null || !Object.values(unpacked).every(isText)) {
    throw new BadLinkError('This link is damaged: it holds no settings.');
  }
  return unpacked as Fields;
}

/** @throws BadLinkError */
function ofQuery({ version: expected }: Settings<unknown>, search: string): Fields {
  const { v: version, ...asked } = Object.fromEntries(new URLSearchParams(search));
  if (Object.keys(asked).length > 0 && version !== String(expected)) {
    const made = version === undefined ? 'carries no version' : `is of version ${version}`;
    throw new BadLinkError(`This link ${made}; this page reads version ${expected}.`);
  }
  return asked;
}

/** @throws BadLinkError if no part of it can be kept */
function repaired(settings: Settings<unknown>, asked: Fields, defaults: Fields): UrlState {
  const known = Object.fromEntries(Object.entries(asked).filter(([name]) => Object.hasOwn(defaults, name)));
  const unknown = Object.keys(asked).filter((name) => !Object.hasOwn(defaults, name));
  const fields = { ...defaults, ...known };
  const bad = Object.keys(parseFields(settings, fields).errors ?? {});
  const mended = { ...fields, ...Object.fromEntries(bad.map((name) => [name, defaults[name] ?? ''])) };
  if (bad.includes('') || parseFields(settings, mended).errors !== undefined) {
    throw new BadLinkError('The settings of this link do not go together.');
  }
  const refused = [...bad.map((name) => `${name}=${asked[name] ?? ''}`), ...unknown];
  if (refused.length === 0) return { fields, given: true };
  return {
    fields: mended,
    given: true,
    notice: `This link asks for what this page does not know: ${refused.join(', ')}. There the defaults are shown.`,
  };
}
