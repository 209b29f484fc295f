import { parseFields, type Fields } from '../../src/ui/form/fields.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import { readUrl, writeUrl } from '../../src/ui/form/url-state.ts';
import { Random } from './random.ts';
import type { Strain, StrainOptions } from './strain.ts';

const FORMS = [measureForm('attention', 'attention-backward'), measureForm('contrastive')] as const;
const VALUES = ['', '64', '-1', '1e99', 'NaN', 'on', '<img src=x>', '__proto__', '2, 3', '\u0000'] as const;

/** Reads damaged links: each gives fields, and a notice where it asked for what cannot be. */
export function strainLinks({ turns, seed }: Omit<StrainOptions, 'computes'>): Strain {
  let [read, noticed] = [0, 0];
  const faults: string[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const random = new Random(seed + turn);
    const { settings, defaults } = random.of(FORMS);
    const fields = defaults();
    const link = damagedLink(random, settings, fields);
    try {
      const state = readUrl(settings, link, fields);
      parseFields(settings, state.fields);
      if (Object.values(state.fields).some((value) => typeof value !== 'string'))
        throw new Error('a field is no text');
      if (Object.keys(state.fields).some((name) => !(name in fields)))
        throw new Error('a field that no form has');
      if (state.notice === undefined) read++;
      else noticed++;
    } catch (error) {
      faults.push(`seed ${seed + turn}, ${JSON.stringify(link)}: ${String(error)}`);
    }
  }
  return { counts: { read, noticed }, faults };
}

/** A link that was written and damaged, or a query that somebody typed. */
function damagedLink(
  random: Random,
  settings: (typeof FORMS)[number]['settings'],
  defaults: Fields,
): { readonly search: string; readonly hash: string } {
  // Two in three ask for what a form has anyway, so that some links are sound.
  const usual = random.below(3) > 0;
  const names = [...Object.keys(defaults), ...(usual ? [] : ['constructor', '__proto__'])];
  const some = Array.from({ length: 1 + random.below(4) }, () => {
    const name = names[random.below(names.length)] ?? '';
    return [name, (usual ? defaults[name] : undefined) ?? random.of(VALUES)] as const;
  });
  if (random.below(2) === 0) {
    const pairs = some.map(
      ([name, value]) => `${name}=${!usual && random.below(4) === 0 ? '%E0%A4' : encodeURIComponent(value)}`,
    );
    return { search: `?${pairs.join('&')}`, hash: '' };
  }
  const known = some.filter(([name]) => name in defaults && name !== '__proto__');
  const letters = Array.from(writeUrl(settings, { ...defaults, ...Object.fromEntries(known) }));
  for (let times = random.below(4); times > 0; times--) {
    const at = random.below(letters.length);
    if (random.below(3) === 0) letters.length = at;
    else letters[at] = String.fromCharCode(33 + random.below(94));
  }
  const hash = letters.join('');
  return { search: '', hash: hash.startsWith('#') ? hash : `#${hash}` };
}
