import type { Choice, ChosenPreset, Control } from './option.ts';

/** The value that a text stands for, or what is wrong with it in the reader's words. */
export type Reading = { readonly value: unknown } | { readonly wrong: string };

/** Reads the text of a control that is not empty. */
export function readText(control: Control, text: string): Reading {
  const trimmed = text.trim();
  switch (control.kind) {
    case 'switch':
      return trimmed === 'on' || trimmed === 'off'
        ? { value: trimmed === 'on' }
        : { wrong: 'Only on and off are known.' };
    case 'count':
      return /^[-−]?\d+$/.test(trimmed)
        ? within(numberOf(trimmed), { least: 1, ...control })
        : { wrong: 'Enter a whole number.' };
    case 'number':
      return NUMBER.test(trimmed) ? within(numberOf(trimmed), control) : { wrong: 'Enter a number.' };
    case 'counts':
      return readCounts(control, trimmed);
    case 'choice':
      return readChoice(control.choices, trimmed);
    case 'choices':
      return readChoices(control.choices, trimmed);
    case 'preset':
      return readPreset(control.presets, trimmed);
    case 'code':
      return { value: text };
  }
}

const NUMBER = /^[-−]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const LIST = /^[-−]?\d+((\s*,\s*|\s+)[-−]?\d+)*$/;

/** A minus sign counts as one, however it was typed. */
const numberOf = (text: string): number => Number(text.replace('−', '-'));

interface Bounds {
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
}

function within(value: number, { least = -Infinity, most = Infinity, above = -Infinity }: Bounds): Reading {
  if (value <= above) return { wrong: `More than ${above}.` };
  if (value < least) return { wrong: `At least ${least}.` };
  return value > most ? { wrong: `At most ${most}.` } : { value };
}

function readCounts(
  { least = 0, most, atMost = Infinity }: Extract<Control, { kind: 'counts' }>,
  text: string,
): Reading {
  const values = LIST.test(text) ? text.split(/[\s,]+/).map(numberOf) : [];
  if (values.length === 0 || values.length > atMost) {
    return { wrong: atMost === 2 ? 'One or two whole numbers are needed.' : 'Whole numbers are needed.' };
  }
  const bad = values.map((value) => within(value, { least, most })).find((one) => 'wrong' in one);
  return bad ?? { value: values };
}

const inWords = (names: readonly string[]): string => names.join(names.length === 2 ? ' and ' : ', ');

/** Nothing to choose is no choice to name. */
const NOTHING: readonly string[] = ['off', 'none'];

function readChoice(choices: readonly Choice[], text: string): Reading {
  const values = choices.map(({ value }) => value);
  if (values.includes(text)) return { value: text };
  return { wrong: `Only ${inWords(values.filter((value) => !NOTHING.includes(value)))} are known.` };
}

function readChoices(choices: readonly Choice[], text: string): Reading {
  const known = choices.map(({ value }) => value);
  if (text === 'all') return { value: known };
  const asked = text === 'none' ? [] : text.split(/[\s,]+/).filter((part) => part !== '');
  const isKnown = asked.every((part) => known.includes(part));
  return isKnown ? { value: asked } : { wrong: `Only ${inWords(known)} are known.` };
}

function readPreset(presets: readonly Choice[], text: string): Reading {
  const [, name = '', rest] = /^([\w-]+)(?::(.*))?$/s.exec(text) ?? [];
  if (!presets.some(({ value }) => value === name)) {
    return { wrong: `Only ${inWords(presets.map(({ value }) => value))} are known.` };
  }
  if (rest === undefined || rest.trim() === '') return { value: { name } };
  const params: Record<string, unknown> = {};
  for (const part of outsideBrackets(rest)) {
    const [, key = '', value = ''] = /^\s*(\w+)\s*=(.*)$/s.exec(part) ?? [];
    const read = fromJson(value);
    if (read === undefined) return { wrong: `'${part.trim()}' is no parameter: write name=value.` };
    params[key] = read;
  }
  return { value: { name, params } };
}

/** Parts between commas that stand in no brackets. */
function outsideBrackets(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const letter of `${text},`) {
    if (letter === '[') depth++;
    if (letter === ']') depth--;
    if (letter === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else {
      part += letter;
    }
  }
  return part === '' ? parts : [...parts, part];
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `slidingWindow:left=128,right=0`: what `readText` reads. */
export function presetText({ name, params = {} }: ChosenPreset): string {
  const parts = Object.entries(params).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return parts.length === 0 ? name : `${name}:${parts.join(',')}`;
}
