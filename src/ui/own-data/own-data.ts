import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { arrayWords } from '../../data/convert.ts';
import { DATA_ENDINGS, openArrays } from '../../data/open.ts';
import type { HeadLayout } from '../../data/layout.ts';
import type { StoredArray, UnreadableArray } from '../../data/stored-array.ts';
import { messageOf } from '../../core/errors.ts';
import type { FileRole } from '../../core/option-kernel.ts';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { LabClient } from '../../worker/api.ts';
import { DropController } from '../shell/drop-controller.ts';
import { errorWords } from '../shell/error-words.ts';
import { openIcon, runIcon } from '../shell/icons.ts';
import { base, panel, plainButton } from '../shell/styles.ts';
import { ownCall, ownCase } from './call.ts';
import { CallController } from '../lab/call-controller.ts';
import { progressLine } from '../lab/run-status.ts';
import { ownRun, type OwnOutcome } from './own-run.ts';
import type { OwnKernel } from './kernels.ts';
import { ownStyles } from './own-styles.ts';
import { guess, rolesOf, type Chosen } from './roles.ts';
import { selectField } from './select-field.ts';
import { settingsWords, type OwnSettings } from './settings.ts';
import './own-result.ts';

/**
 * Runs an operation on arrays from files: choose or drop them, say which is which, run and check, save what comes out.
 * `own-measure` carries the case to be measured.
 */
@customElement('tw-own-data')
export class OwnData extends LitElement {
  @property({ attribute: false }) lab: LabClient | undefined;
  /** The operation and options to run the data with. */
  @property({ attribute: false }) settings: OwnSettings | undefined;
  /** The kernels to choose from; the first is chosen by default. */
  @property({ attribute: false }) kernels: readonly OwnKernel[] = [];
  /** The word for one of them: `Variant`, or `Pane`. */
  @property() kind = 'Variant';
  /** The label of the button that sends `own-measure`; without it, there is no button. */
  @property() measure = '';
  /** Whether the device is in use. */
  @property({ type: Boolean }) busy = false;

  @state() private arrays: readonly StoredArray[] = [];
  @state() private unreadable: readonly UnreadableArray[] = [];
  @state() private problems: readonly string[] = [];
  @state() private chosen: Chosen = {};
  @state() private layout: HeadLayout = 'heads-first';
  /** The id of the kernel that is chosen. */
  @state() private chosenKernel = '';
  @state() private open = false;
  private readonly runs = new CallController<OwnOutcome>(this);
  private readonly drops = new DropController(
    this,
    (name) => !name.endsWith('.json'),
    (files) => {
      this.open = true;
      void this.take(files).then(() => {
        this.scrollIntoView({ block: 'nearest' });
      });
    },
  );

  protected override willUpdate(changed: PropertyValues): void {
    const { settings } = this;
    if (changed.has('settings') && settings && isOther(changed.get('settings'), settings)) {
      this.chosen = guess(settings.operation, this.arrays);
      this.chosenKernel = '';
    }
  }

  override render() {
    return html`
      <details
        class="panel ${this.drops.hovering ? 'hovering' : ''}"
        ?open=${this.open || this.drops.hovering}
        @toggle=${({ currentTarget }: Event) => {
          this.open = currentTarget instanceof HTMLDetailsElement && currentTarget.open;
        }}
      >
        <summary>
          <h2>Your own data</h2>
          <span class="small quiet">${DATA_ENDINGS.join(', ')}</span>
        </summary>
        <div class="content">
          <p class="small quiet">
            Run the kernels on arrays captured from a model, and check them against float64. Files are read in
            this page and nowhere else: nothing is uploaded.
          </p>
          <div class="row">
            <wa-button
              size="s"
              appearance="outlined"
              data-action="choose"
              @click=${() => this.input?.click()}
            >
              <span slot="start">${openIcon}</span>Choose files
            </wa-button>
            <span class="small quiet">or drop them anywhere on this page</span>
            ${
              this.arrays.length + this.unreadable.length + this.problems.length === 0
                ? nothing
                : html`<button type="button" class="plain small" data-action="forget" @click=${this.forget}>
                    Forget them
                  </button>`
            }
          </div>
          <input type="file" hidden multiple accept=${DATA_ENDINGS.join(',')} @change=${this.choose} />
          ${this.problems.map((problem) => html`<p class="small problem" role="alert">${problem}</p>`)}
          ${this.unreadable.map(({ where, reason }) => html`<p class="small quiet">${where} is left out: ${reason}.</p>`)}
          ${
            this.arrays.length === 0
              ? nothing
              : this.settings
                ? this.mapping(this.settings)
                : html`<p class="small quiet" data-state="no-settings">
                    This operation takes no files, or the form is not complete.
                  </p>`
          }
        </div>
      </details>
    `;
  }

  private mapping(settings: OwnSettings): TemplateResult {
    const roles = rolesOf(settings.operation);
    const missing = roles.filter(({ argument, required }) => required === true && !this.chosen[argument]);
    const running = this.runs.run.kind === 'running';
    const ready = this.lab !== undefined && !this.busy && !running && missing.length === 0;
    return html`
      <div class="roles">
        ${roles.map((role) => this.roleField(role))}
        ${
          roles.some(({ as }) => as === 'heads')
            ? selectField('layout', 'Layout', this.layout, LAYOUTS, (value) => {
                this.layout = value === 'tokens-first' ? value : 'heads-first';
              })
            : nothing
        }
        ${selectField('kernel', this.kind, this.chosenKernel, this.kernelChoices, (value) => {
          this.chosenKernel = value;
        })}
      </div>
      <p class="small quiet">From the form: ${settingsWords(settings)}.</p>
      <div class="row">
        <wa-button size="s" variant="brand" data-action="run-own" ?disabled=${!ready} @click=${this.start}>
          <span slot="start">${runIcon}</span>Run and check
        </wa-button>
        ${
          this.measure !== ''
            ? html`<wa-button
                size="s"
                appearance="outlined"
                data-action="measure-own"
                ?disabled=${!ready}
                @click=${this.measureOwn}
              >
                ${this.measure}
              </wa-button>`
            : nothing
        }
        ${
          missing.length === 0
            ? nothing
            : html`<span class="small quiet"
                >Still to choose: ${missing.map(({ argument }) => argument).join(', ')}</span
              >`
        }
      </div>
      ${this.outcome()}
    `;
  }

  private outcome(): TemplateResult | typeof nothing {
    const { run } = this.runs;
    switch (run.kind) {
      case 'idle':
        return nothing;
      case 'running':
        return progressLine(run, this.cancel, { action: 'cancel-own' });
      case 'cancelled':
        return html`<p class="small quiet" role="status">Cancelled.</p>`;
      case 'failed': {
        const { title, detail } = errorWords(run.error);
        return html`<p class="small problem" role="alert"><strong>${title}.</strong> ${detail}</p>`;
      }
      case 'done':
        return html`<tw-own-result .result=${run.value.result} .odd=${run.value.odd}></tw-own-result>`;
    }
  }

  private roleField({ argument: name, about, required }: FileRole): TemplateResult {
    const none = { value: '', label: required ? 'choose one' : 'none' };
    const choices = this.arrays.map((array, index) => ({
      value: String(index),
      label: `${array.name} · ${arrayWords(array)}`,
    }));
    const array = this.chosen[name];
    const at = array ? String(this.arrays.indexOf(array)) : '';
    return selectField(`role-${name}`, `${name}, ${about}`, at, [none, ...choices], (value) => {
      const { [name]: _, ...others } = this.chosen;
      const picked = value === '' ? undefined : this.arrays[Number(value)];
      this.chosen = picked ? { ...others, [name]: picked } : others;
    });
  }

  private get kernelChoices() {
    return this.kernels.map(({ id, title }) => ({ value: id, label: title }));
  }

  private get input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  private readonly choose = async (): Promise<void> => {
    const { input } = this;
    if (!input?.files) return;
    await this.take([...input.files]);
    // Otherwise the same files could not be chosen again.
    input.value = '';
  };

  /** Lists what files hold, beside what is there already; an array of the same file and name is replaced. */
  private async take(files: readonly File[]): Promise<void> {
    const opened = await Promise.allSettled(files.map(openArrays));
    const read = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const arrays = read.flatMap(({ arrays }) => arrays);
    this.problems = opened.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []));
    this.unreadable = read.flatMap(({ unreadable }) => unreadable);
    const replaced = new Set(arrays.map(({ where }) => where));
    this.arrays = [...this.arrays.filter(({ where }) => !replaced.has(where)), ...arrays];
    if (this.settings) this.chosen = guess(this.settings.operation, this.arrays);
    this.runs.clear();
  }

  private readonly forget = (): void => {
    this.arrays = [];
    this.unreadable = [];
    this.problems = [];
    this.chosen = {};
    this.runs.clear();
  };

  private get reading() {
    return { layout: this.layout, halves: this.lab?.device.features.includes('shader-f16') === true };
  }

  private readonly start = async (): Promise<void> => {
    const { lab, settings, chosen, kernels } = this;
    const kernel = kernels.find(({ id }) => id === this.chosenKernel) ?? kernels[0];
    if (!lab || !settings || !kernel) return;
    const read = () => ownCall(settings, chosen, this.reading);
    await this.runs.call((options) => ownRun(lab, read, kernel, options));
  };

  private readonly cancel = (): void => {
    this.runs.cancel();
  };

  private readonly measureOwn = async (): Promise<void> => {
    const { settings, chosen } = this;
    if (!settings) return;
    try {
      const detail = ownCase(await ownCall(settings, chosen, this.reading));
      this.runs.clear();
      this.dispatchEvent(new CustomEvent<MeasureCase>('own-measure', { detail }));
    } catch (error) {
      this.runs.fail(error);
    }
  };

  static override readonly styles = [base, panel, plainButton, ownStyles];
}

const LAYOUTS = [
  { value: 'heads-first', label: 'batch, heads, tokens, dim' },
  { value: 'tokens-first', label: 'batch, tokens, heads, dim' },
];

const isOther = (before: unknown, { operation }: OwnSettings): boolean =>
  typeof before !== 'object' || before === null || !('operation' in before) || before.operation !== operation;

declare global {
  interface HTMLElementTagNameMap {
    'tw-own-data': OwnData;
  }
  interface HTMLElementEventMap {
    'own-measure': CustomEvent<MeasureCase>;
  }
}
