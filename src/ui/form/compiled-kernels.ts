import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CompiledFor } from '../../measure/compiled-kernels.ts';
import { messageOf } from '../../core/errors.ts';
import { base, linkSummary } from '../shell/styles.ts';

/** Beside the landing page; read only when somebody opens an element. */
const FILE = '../../compiled-kernels.json';

let files: Promise<readonly CompiledFor[]> | undefined;

async function fetchFiles(): Promise<readonly CompiledFor[]> {
  const response = await fetch(FILE);
  if (!response.ok) throw new Error(`${FILE}: ${response.status} ${response.statusText}`);
  return (await response.json()) as CompiledFor[];
}

/** Registers, spills, occupancy and bound of a variant on GPUs that are not here, folded away until somebody wants them. */
@customElement('tw-compiled-kernels')
export class CompiledKernels extends LitElement {
  @property() operation = '';
  @property() variant = '';
  @state() private files: readonly CompiledFor[] | undefined;
  @state() private problem: string | undefined;

  override render() {
    return html`
      <details
        @toggle=${(event: Event) => {
          if ((event.currentTarget as HTMLDetailsElement).open) void this.load();
        }}
      >
        <summary class="small">Compiled for other GPUs</summary>
        ${this.content()}
      </details>
    `;
  }

  private content(): TemplateResult | typeof nothing {
    if (this.problem !== undefined) return html`<p class="small bad" role="alert">${this.problem}</p>`;
    return this.files
      ? html`<tw-compiled-table
          .files=${this.files}
          .operation=${this.operation}
          .variant=${this.variant}
        ></tw-compiled-table>`
      : nothing;
  }

  private async load(): Promise<void> {
    if (this.files) return;
    try {
      files ??= fetchFiles();
      const [loaded] = await Promise.all([files, import('./compiled-table.ts')]);
      this.files = loaded;
      this.problem = undefined;
    } catch (error) {
      // The next opening tries again.
      files = undefined;
      this.problem = messageOf(error);
    }
  }

  static override readonly styles = [
    base,
    linkSummary,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .bad {
        color: var(--bad);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-compiled-kernels': CompiledKernels;
  }
}
