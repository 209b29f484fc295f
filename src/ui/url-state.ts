import { parseFields, type Fields, type Settings } from './fields.ts';

/** The settings a link asks for, and what could not be read of it. */
export interface UrlState {
  readonly fields: Fields;
  /** The link set at least one field. */
  readonly given: boolean;
  readonly notice?: string;
}

/** `?v=1&seqLenQ=64,128&…`: every field whose default may depend on the device, so that a link means the same on any. */
export function writeUrl({ version, unset }: Settings<unknown>, fields: Fields): string {
  const set = Object.entries(fields).filter(([name, value]) => unset[name] !== value);
  const query = new URLSearchParams({ v: String(version), ...Object.fromEntries(set) });
  // Commas and colons are legal in a query, and links are read by people.
  return `?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}

/** Reads what `writeUrl` wrote. What is missing or bad keeps its default, and the notice says so. */
export function readUrl(settings: Settings<unknown>, query: string, defaults: Fields): UrlState {
  const asked = Object.fromEntries(new URLSearchParams(query));
  const { v: version, ...rest } = asked;
  const known = Object.fromEntries(Object.entries(rest).filter(([name]) => name in defaults));
  const unknown = Object.keys(rest).filter((name) => !(name in defaults));
  if (Object.keys(rest).length === 0) return { fields: defaults, given: false };
  if (version !== String(settings.version)) {
    const made = version === undefined ? 'carries no version' : `is of version ${version}`;
    return {
      fields: defaults,
      given: false,
      notice: `This link ${made}; this page reads version ${settings.version}. The defaults are shown instead.`,
    };
  }
  const fields = { ...defaults, ...known };
  const bad = Object.keys(parseFields(settings, fields).errors ?? {});
  const repaired = { ...fields, ...Object.fromEntries(bad.map((name) => [name, defaults[name] ?? ''])) };
  const readable = parseFields(settings, repaired).errors === undefined;
  const refused = [
    ...bad.filter((name) => name !== '').map((name) => `${name}=${asked[name] ?? ''}`),
    ...unknown,
  ];
  if (!readable || bad.includes('')) {
    return {
      fields: defaults,
      given: false,
      notice: 'The settings of this link do not go together. The defaults are shown instead.',
    };
  }
  if (refused.length === 0) return { fields, given: true };
  return {
    fields: repaired,
    given: true,
    notice: `This link asks for what this page does not know: ${refused.join(', ')}. There the defaults are shown.`,
  };
}
