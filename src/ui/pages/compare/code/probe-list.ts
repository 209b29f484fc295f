import { html, nothing, type TemplateResult } from 'lit';
import { placeOf } from '../../../../core/finding.ts';
import {
  hasProbe,
  MOST_PROBED,
  proberText,
  valuesText,
  type ProbedInvocations,
} from '../../../../core/probe.ts';
import type { KernelArgs, Probed } from '../../../../worker/api.ts';
import type { LineNote } from '../../../code/editor/line-notes.ts';

/** Values that stand behind a line of a file. */
export interface ProbeNote extends LineNote {
  readonly file: string;
}

/** Values of one invocation behind a line; the list below the code has more. */
const MOST_IN_LINE = 8;
const MOST_IN_LIST = 64;

/** Whether the edited texts of a kernel call `probe(slot, value)`. */
export const callsProbe = ({ sources, modifiers }: KernelArgs): boolean =>
  [...Object.values(sources ?? {}), ...Object.values(modifiers ?? {})].some(
    (text) => typeof text === 'string' && hasProbe(text),
  );

/**
 * The invocations that a form's words name: `0` and `0, 5`.
 * @returns nothing where they name none
 */
export function probedIn(workgroup: string, invocations: string): ProbedInvocations | undefined {
  const isIndex = (word: string) => /^\d{1,9}$/.test(word);
  const words = invocations.split(/[\s,]+/).filter((word) => word !== '');
  if (!isIndex(workgroup.trim()) || words.length === 0 || words.length > MOST_PROBED) return undefined;
  return words.every(isIndex) ? { workgroup: Number(workgroup), invocations: words.map(Number) } : undefined;
}

/** Notes behind the lines: all that was passed there, by pass and invocation. */
export function notesOf(probed: readonly Probed[]): ProbeNote[] {
  const places = [...new Set(probed.map(placeOf))];
  return places.flatMap((place) => {
    const there = probed.filter((one) => placeOf(one) === place);
    const [first] = there;
    if (first === undefined) return [];
    const { file, line } = first;
    const text = there.map((one) => `${proberText(one)}: ${valuesText(one, MOST_IN_LINE)}`).join(' · ');
    return [{ file, line, text }];
  });
}

/** All that was passed to `probe`, who passed it, and who was asked for and passed nothing. */
export function probeList(
  probed: readonly Probed[],
  { workgroup, invocations }: ProbedInvocations,
  place: (one: Probed) => TemplateResult,
): TemplateResult {
  const silent = invocations.filter((asked) => !probed.some(({ invocation }) => invocation === asked));
  return html`
    <ul aria-label="Values passed to probe">
      ${probed.map(
        (one) =>
          html`<li>
            ${place(one)} ${one.pass}: invocation ${one.invocation} of workgroup ${workgroup}, slot
            ${one.slot},
            <code>${one.type}</code>: <code>${valuesText(one, MOST_IN_LIST)}</code>
          </li>`,
      )}
    </ul>
    ${
      silent.length === 0
        ? nothing
        : html`<p class="small" data-state="no-values">
            No value came from these invocations of workgroup ${workgroup}: ${silent.join(', ')}.
          </p>`
    }
  `;
}
