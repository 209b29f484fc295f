import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { formatError, formatMs } from '../../../measure/format.ts';
import type { Fields } from '../../form/fields.ts';
import { choiceField, type Form } from '../../form/form-fields.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import { LinkController } from '../../form/link-controller.ts';
import { fieldError, linkNotice } from '../../form/study-form.ts';
import { CallController } from '../../lab/call-controller.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { runIcon } from '../../shell/icons.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import '../../shell/no-webgpu.ts';
import { FIRST_FIELDS, isOperation, OPERATION_TITLES, SCHEDULE_TITLES } from './fields.ts';
import { laneStyles, lanes } from './lanes.ts';
import type * as TablesModule from './ring-tables.ts';
import type * as SettingsModule from './settings.ts';

type RingOutcome = SettingsModule.RingOutcome;
type RingPlan = SettingsModule.RingPlan;

/** The tables of options, with all that is made from them. */
interface Loaded {
  readonly settings: typeof SettingsModule;
  readonly tables: typeof TablesModule;
}

const choices = (values: readonly number[]) =>
  values.map((value) => ({ value: String(value), label: String(value) }));

const titles = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

/** Offers a value that came with a link, too. */
const withCurrent = (values: readonly number[], text: string | undefined): readonly number[] => {
  const current = Number(text);
  return Number.isInteger(current) && current > 0 && !values.includes(current)
    ? [...values, current]
    : values;
};

/** A ring of devices: lanes on an axis of time, figures of each rank, and one device beside it. */
@customElement('tw-ring-page')
export class RingPage extends LitElement {
  readonly labs = new LabController(this);
  private readonly calls = new CallController<RingOutcome>(this);
  @state() private fields: Fields = FIRST_FIELDS;
  /** Kernels' plans come with the options, so they wait until somebody opens or needs them. */
  @state() private loaded: Loaded | undefined;
  @state() private outcome: RingOutcome | undefined;
  private notice: string | undefined;
  /** The field that was changed last: conflicts with others are shown there. */
  private changed = '';

  constructor() {
    super();
    new LinkController(this, () => {
      if (location.hash !== '' || location.search !== '') void this.readLink();
    });
  }

  override render() {
    const { state } = this.labs;
    if (state.kind === 'unavailable') return html`<tw-no-webgpu .error=${state.error}></tw-no-webgpu>`;
    const { run } = this.calls;
    const { plan } = this;
    return html`
      ${linkNotice(this.notice)}
      <div class="layout">
        ${this.form(run.kind === 'running')}
        <div class="outcome" aria-live="polite">
          ${runStatus(run, () => {
            this.calls.cancel();
          })}
          ${this.outcome && this.loaded ? found(this.outcome, this.loaded) : nothing}
          <section class="panel">
            <h2>What scales, and what does not</h2>
            <p class="small quiet">
              On one CPU or one GPU more ranks are no faster: they share it, and hand shards round on top.
              Ranks with devices of their own share the work. What does scale anywhere is what each rank
              holds, and what it
              sends${plan ? ':' : '. A table says how much, once options are open or a ring has run.'}
            </p>
            ${plan && this.loaded ? this.loaded.tables.scalingTable(plan) : nothing}
          </section>
        </div>
      </div>
    `;
  }

  private form(running: boolean): TemplateResult {
    const { fields } = this;
    const form: Form = {
      fields,
      errors: this.errors,
      set: (name, value) => {
        this.changed = name;
        this.fields = { ...this.fields, [name]: value };
      },
    };
    const isLoss = fields['operation'] === 'contrastive';
    const isWrong = Object.keys(form.errors).length > 0;
    return html`
      <form class="panel" novalidate @submit=${this.submit} aria-label="What to share">
        <fieldset>
          <legend>One problem for all ranks</legend>
          <div class="fields">
            <div class="wide">${choiceField(form, 'operation', 'Operation', titles(OPERATION_TITLES))}</div>
            ${
              isLoss
                ? nothing
                : html`<div class="wide">
                    ${choiceField(form, 'schedule', 'Schedule', titles(SCHEDULE_TITLES))}
                  </div>`
            }
            ${choiceField(form, 'ranks', 'Ranks', choices(withCurrent([1, 2, 3, 4], fields['ranks'])))}
            ${choiceField(form, 'size', isLoss ? 'Rows' : 'Tokens', choices(withCurrent([64, 256, 1024], fields['size'])))}
          </div>
        </fieldset>
        <fieldset>
          <legend>Options</legend>
          ${this.options(form)} ${fieldError(form, '')}
        </fieldset>
        <div class="go">
          <div class="buttons">
            <wa-button
              type="submit"
              variant="brand"
              size="m"
              ?loading=${running}
              ?disabled=${running || isWrong || this.labs.lab === undefined}
            >
              <span slot="start">${runIcon}</span>Run
            </wa-button>
          </div>
        </div>
      </form>
    `;
  }

  private options(form: Form): TemplateResult {
    const { operation } = this.fields;
    if (this.loaded === undefined || !isOperation(operation)) {
      return html`<wa-button data-action="options" size="s" appearance="outlined" @click=${this.load}>
        All options
      </wa-button>`;
    }
    return html`<div class="fields">${this.loaded.settings.ringControls(operation, form)}</div>`;
  }

  private get errors(): Form['errors'] {
    if (this.loaded === undefined) return {};
    return this.loaded.settings.readRing(this.fields, this.changed).errors ?? {};
  }

  private get plan(): RingPlan | undefined {
    return this.loaded?.settings.readRing(this.fields).plan;
  }

  private readonly load = async (): Promise<Loaded> => {
    if (this.loaded !== undefined) return this.loaded;
    const [settings, tables] = await Promise.all([import('./settings.ts'), import('./ring-tables.ts')]);
    this.fields = { ...settings.RING_DEFAULTS, ...this.fields };
    return (this.loaded = { settings, tables });
  };

  private async readLink(): Promise<void> {
    const { settings } = await this.load();
    const { fields, notice } = settings.linkedRing();
    this.notice = notice;
    this.fields = fields;
  }

  private readonly submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { lab } = this.labs;
    const { settings } = await this.load();
    const { plan } = this;
    if (lab === undefined || plan === undefined) return;
    settings.keepInLink(this.fields);
    const outcome = await this.calls.call(async (options) => {
      // Ranks come with plans and kernels of all operations, which nobody needs before the first run.
      const { runExperiment } = await import('./experiment.ts');
      return runExperiment(lab, plan, options);
    });
    if (outcome) this.outcome = outcome;
  };

  static override readonly styles = [
    base,
    panel,
    figures,
    benchStyles,
    laneStyles,
    css`
      section.panel {
        min-width: 0;
        padding: 1rem 1.15rem 1.15rem;
      }
      section h2 + * {
        margin-top: 0.5rem;
      }
      .lanes,
      .scroller {
        margin-top: 0.8rem;
      }
    `,
  ];
}

function found(outcome: RingOutcome, { tables }: Loaded): TemplateResult {
  const { plan, ringMs, alone } = outcome;
  const { operation, schedule, size, ranks, words } = plan;
  const isLoss = operation === 'contrastive';
  const how = isLoss ? '' : `, ${SCHEDULE_TITLES[schedule].toLowerCase()}`;
  return html`
    <section class="panel" data-state="found">
      <h2>${OPERATION_TITLES[operation]}${how}: ${size} ${isLoss ? 'rows' : 'tokens'}, ${ranks} ranks</h2>
      <p class="small quiet" data-state="words">${words}</p>
      <p class="small">
        The ring took ${formatMs(ringMs)}.
        ${
          'run' in alone
            ? html`One device took ${formatMs(alone.run.wallMs)}. Their results differ by
                <span data-figure="deviation">${formatError(alone.deviation)}</span> (relative L2).`
            : html`One device cannot: ${alone.cannot}`
        }
      </p>
      ${lanes(outcome)}
    </section>
    <section class="panel">
      <h2>What each rank held and sent</h2>
      ${tables.ranksTable(outcome)}
    </section>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-ring-page': RingPage;
  }
}
