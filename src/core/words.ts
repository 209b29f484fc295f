import { readPresetLabel } from './preset-label.ts';
import type { ProblemFields, Words } from './operation.ts';

/** A field's number; NaN where it is missing or something else. */
export function numberIn(problem: ProblemFields, field: string): number {
  const value = problem[field];
  return typeof value === 'number' ? value : NaN;
}

/** `1 head`, `8 heads`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Names of the WGSL functions a user may write are followed by their code, shortened. */
export function optionWords(name: string, value: unknown): string[] {
  if (value === false || value === undefined) return [];
  if (Array.isArray(value))
    return [value.length > 4 ? `${value.length} ${name}` : `${name} ${value.join(' ')}`];
  if (typeof value === 'string' && value.includes('return')) return [`${name} ${shortened(value)}`];
  return [typeof value === 'number' || typeof value === 'string' ? `${name} ${value}` : name];
}

/** Code as one short line, enough to tell one modifier from another. A preset's code begins with its name. */
function shortened(code: string): string {
  const label = readPresetLabel(code);
  if (label !== undefined) return label.words;
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

/** Words that say no more than the fields do: for operations that only a report knows, and those with none of their own. */
export function plainWords(sizeField?: string): Words {
  const fieldOf = (problem: ProblemFields) =>
    sizeField ?? Object.keys(problem).find((name) => typeof problem[name] === 'number') ?? '';
  return {
    size: { field: sizeField ?? '', title: sizeField ?? 'size', unit: sizeField ?? 'size' },
    extents: (problem) => {
      const size = numberIn(problem, fieldOf(problem));
      return [size, size];
    },
    extent: (problem) => `${fieldOf(problem)} ${numberIn(problem, fieldOf(problem))}`,
    family: (problem) =>
      Object.entries(problem).flatMap(([name, value]) =>
        name === fieldOf(problem) ? [] : optionWords(name, value),
      ),
  };
}
