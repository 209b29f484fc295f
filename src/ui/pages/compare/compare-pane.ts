import '@awesome.me/webawesome/dist/components/button/button.js';
import { verdictWords } from '../../../measure/comparison-words.ts';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Result } from '../../../measure/report.ts';
import type { VariantInfo } from '../../../worker/api.ts';
import { seriesStyles } from '../../shell/series-styles.ts';
import { valueOf } from '../../form/form-fields.ts';
import '../../form/compiled-kernels.ts';
import { badIcon, warningIcon } from '../../shell/icons.ts';
import { base, denseControls, panel } from '../../shell/styles.ts';
import type { KernelState } from './kernel-controller.ts';
import type { PaneRequest } from './pane-request.ts';
import { shippedPane, type Pane } from './setup.ts';
import { editWords, paramWords } from './words.ts';

/** One side of a comparison: which variant, with which parameters and code, and how it did. */
@customElement('tw-compare-pane')
export class ComparePane extends LitElement {
  @property() letter = '';
  /** The id of the operation that the pane's variant computes. */
  @property() operation = '';
  /** Whether the others are compared with it. */
  @property({ type: Boolean }) baseline = false;
  @property({ attribute: false }) pane: Pane = shippedPane('');
  @property({ attribute: false }) variants: readonly VariantInfo[] = [];
  @property({ attribute: false }) kernel: KernelState = {};
  @property({ attribute: false }) result: Result | undefined;
  /** Whether the result that `result` is compared with is of an earlier run. */
  @property({ type: Boolean }) baselineKept = false;
  /** Whether settings have changed since `result` was measured. */
  @property({ type: Boolean }) stale = false;
  @property({ type: Boolean }) removable = false;
  @property({ type: Boolean }) duplicable = false;

  override render() {
    const { pane, letter } = this;
    const variant = this.variants.find(({ id }) => id === pane.variant);
    const color = seriesStyles([letter]).get(letter)?.color;
    return html`
      <section
        class="panel"
        aria-label=${`Pane ${letter}: ${pane.variant}`}
        style=${`--pane: ${color ?? ''}`}
      >
        <header>
          <h3>
            <span class="letter">${letter}</span>
            <label>
              <span class="hidden-words">Variant of pane ${letter}</span>
              <select name="variant" .value=${pane.variant} @change=${this.chooseVariant}>
                ${this.variants.map(
                  ({ id, title }) =>
                    html`<option value=${id} ?selected=${id === pane.variant}>${id}: ${title}</option>`,
                )}
              </select>
            </label>
            ${this.baseline ? html`<span class="small quiet">baseline</span>` : nothing}
          </h3>
          ${
            this.removable
              ? html`<button
                  type="button"
                  class="remove"
                  aria-label=${`Remove pane ${letter}`}
                  @click=${() => {
                    this.request({ kind: 'remove' });
                  }}
                >
                  ${badIcon}
                </button>`
              : nothing
          }
        </header>
        <p class="small quiet idea">${variant?.idea}</p>
        ${variant && variant.params.length > 0 ? this.parameters(variant) : html`<p class="small quiet">It has no parameters.</p>`}
        <tw-compiled-kernels .operation=${this.operation} .variant=${pane.variant}></tw-compiled-kernels>
        ${this.code()} ${this.outcome()}
        <div class="buttons">
          <wa-button
            data-action="edit"
            size="s"
            appearance="outlined"
            @click=${() => {
              this.request({ kind: 'edit' });
            }}
          >
            Edit code
          </wa-button>
          <wa-button
            data-action="duplicate"
            size="s"
            appearance="outlined"
            ?disabled=${!this.duplicable}
            @click=${() => {
              this.request({ kind: 'duplicate' });
            }}
          >
            Duplicate
          </wa-button>
        </div>
      </section>
    `;
  }

  /** `auto` says which value that is, once it is known. */
  private parameters({ params }: VariantInfo): TemplateResult {
    const { pane, kernel } = this;
    return html`
      <div class="parameters">
        ${params.map(({ name, about, choices }) => {
          const chosen = pane.params[name];
          const auto = kernel.compiled?.params[name];
          const offered = chosen === undefined || choices.includes(chosen) ? choices : [...choices, chosen];
          return html`
            <label class="small" title=${about}>
              <code>${name}</code>
              <select
                name=${name}
                aria-label=${`${name}, ${about}`}
                .value=${String(chosen ?? '')}
                @change=${(event: Event) => {
                  this.setParam(name, valueOf(event));
                }}
              >
                <option value="" ?selected=${chosen === undefined}>
                  auto${auto === undefined || chosen !== undefined ? '' : `: ${auto}`}
                </option>
                ${offered.map(
                  (choice) => html`<option value=${choice} ?selected=${chosen === choice}>${choice}</option>`,
                )}
              </select>
            </label>
          `;
        })}
      </div>
    `;
  }

  private code(): TemplateResult | typeof nothing {
    const { pane, kernel } = this;
    const words = editWords(pane);
    const errors = kernel.compiled?.errors ?? [];
    const [first] = errors;
    return html`
      ${words === '' ? nothing : html`<p class="small edited" data-state="edited">Code: ${words}</p>`}
      ${
        first === undefined
          ? nothing
          : html`<p class="small bad" data-state="faulty">
              ${warningIcon} ${errors.length} ${errors.length === 1 ? 'mistake' : 'mistakes'}, first at
              <code>${first.file}:${first.line}:${first.column}</code>
            </p>`
      }
      ${kernel.refused === undefined ? nothing : html`<p class="small bad">${warningIcon} ${kernel.refused}</p>`}
    `;
  }

  private outcome(): TemplateResult | typeof nothing {
    const { result } = this;
    if (!result) return nothing;
    const { status, reason, params } = result;
    const when = this.stale ? 'before the last change: ' : result.kept ? 'kept from an earlier run: ' : '';
    const where = result.data === undefined ? '' : ', own data';
    const what = `${result.variant} · ${paramWords(params) || 'no parameters'}${where}`;
    const label = html`<span class="quiet">${when}${what}</span>`;
    if (status !== 'ok') {
      const word = status === 'wrong' ? 'WRONG, so not ranked' : status;
      return html`<p class="verdict bad" data-verdict=${status}>${word}: ${reason}<br />${label}</p>`;
    }
    const verdict = result.versusBaseline?.verdict ?? (result.computesOther === true ? 'other' : 'baseline');
    return html`<p class="verdict" data-verdict=${verdict} ?data-stale=${this.stale}>
      <strong>${this.verdict(result)}</strong><br />${label}
    </p>`;
  }

  private verdict({ label, versusBaseline, baseline, computesOther, kept, time }: Result): string {
    if (label === baseline) return 'the baseline';
    if (computesOther === true) return `computes something else than ${baseline}, so there is no verdict`;
    if (!versusBaseline) return `${baseline} has no time to compare with`;
    const than = this.baselineKept && kept !== true ? `kept samples of ${baseline}` : baseline;
    return verdictWords(versusBaseline, time?.samples ?? 0, than);
  }

  private readonly chooseVariant = (event: Event): void => {
    this.request({
      kind: 'change',
      pane: { ...this.pane, variant: valueOf(event), params: {}, sources: {} },
    });
  };

  private setParam(name: string, value: string): void {
    const { [name]: _, ...others } = this.pane.params;
    const params = value === '' ? others : { ...others, [name]: Number(value) };
    this.request({ kind: 'change', pane: { ...this.pane, params } });
  }

  private request(detail: PaneRequest): void {
    this.dispatchEvent(new CustomEvent<PaneRequest>('pane-request', { detail }));
  }

  static override readonly styles = [
    base,
    denseControls,
    panel,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      section {
        display: flex;
        flex-direction: column;
        gap: 0.6rem;
        height: 100%;
        padding: 0.9rem 1rem 1rem;
        border-top: 3px solid var(--pane);
      }
      header,
      h3 {
        display: flex;
        align-items: center;
        gap: 0.55rem;
        min-width: 0;
      }
      header {
        justify-content: space-between;
      }
      h3 label {
        min-width: 0;
      }
      .letter {
        flex: none;
        width: 1.6rem;
        border-radius: var(--wa-border-radius-s);
        background: var(--pane);
        color: var(--wa-color-surface-default);
        line-height: 1.6rem;
        text-align: center;
      }
      select {
        text-overflow: ellipsis;
      }
      h3 select {
        font-weight: 600;
      }
      .remove {
        padding: 0.3rem;
        border: 0;
        background: none;
        color: var(--wa-color-text-quiet);
        cursor: pointer;
      }
      .parameters {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr));
        gap: 0.4rem 0.75rem;
      }
      .parameters label {
        display: grid;
        gap: 0.15rem;
      }
      .bad {
        color: var(--bad);
        overflow-wrap: anywhere;
      }
      .bad svg {
        vertical-align: -0.1em;
      }
      .edited {
        overflow-wrap: anywhere;
      }
      .verdict {
        padding: 0.55rem 0.75rem;
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        font-size: 0.875rem;
        line-height: 1.45;
      }
      .verdict .quiet {
        font-size: 0.75rem;
      }
      [data-verdict='faster'] strong {
        color: var(--good);
      }
      [data-verdict='slower'] strong {
        color: var(--bad);
      }
      [data-stale] strong {
        color: var(--wa-color-text-quiet);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-top: auto;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-compare-pane': ComparePane;
  }
}
