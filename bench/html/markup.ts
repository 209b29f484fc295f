/** A text that is HTML already, and is not escaped again. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/** A template of HTML. Its values are escaped unless they are markup themselves; lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, index) => text + render(parts[index])).join('') };
}

/** Declares a text to be HTML, for output of other libraries. */
export const raw = (markup: string): Markup => ({ markup });

function render(part: Part): string {
  if (part === undefined) return '';
  if (isList(part)) return part.map(render).join('');
  return typeof part === 'object' ? part.markup : escapeHtml(String(part));
}

const isList = (part: Part): part is readonly Part[] => Array.isArray(part);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** JSON that cannot end the `script` element it stands in, whatever its strings hold. */
export function scriptJson(value: unknown): Markup {
  return raw(JSON.stringify(value).replace(/</g, '\\u003c'));
}
