import { html, type TemplateResult } from 'lit';
import type { CodeFault } from '../../../../worker/api.ts';
import { goodIcon } from '../../../shell/icons.ts';
import type { KernelState } from '../kernel-controller.ts';

/** The outcome of compiling a pane's code, in words. @param goTo leads to a mistake that is chosen */
export function compiledWords(
  { compiled, refused }: KernelState,
  trusted: boolean,
  goTo: (fault: CodeFault) => Promise<void>,
): TemplateResult {
  if (refused !== undefined) return html`<p class="note bad" data-state="refused">${refused}</p>`;
  if (!trusted) return html`<p class="note quiet">Not compiled: this is somebody else’s code.</p>`;
  if (!compiled) return html`<p class="note quiet" data-state="compiling">Compiling…</p>`;
  const { errors, passes } = compiled;
  if (errors.length === 0) {
    return html`<p class="note good" data-state="compiles">
      ${goodIcon} Compiles: ${passes.length} ${passes.length === 1 ? 'shader' : 'shaders'}.
    </p>`;
  }
  return html`
    <ul class="faults" aria-label="Mistakes" data-state="mistakes">
      ${errors.map(
        (fault) =>
          html`<li>
            <button type="button" @click=${() => goTo(fault)}>
              <code>${fault.file}:${fault.line}:${fault.column}</code>
            </button>
            ${fault.message}
          </li>`,
      )}
    </ul>
  `;
}
