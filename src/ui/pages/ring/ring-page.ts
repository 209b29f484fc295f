import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { formatError, formatMs } from '../../../measure/format.ts';
import { choiceField, type Form } from '../../form/form-fields.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import { CallController } from '../../lab/call-controller.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { runIcon } from '../../shell/icons.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import '../../shell/no-webgpu.ts';
import {
  EXPERIMENTS,
  mostRanks,
  problemWords,
  runExperiment,
  type Experiment,
  type ExperimentId,
  type RingOutcome,
} from './experiment.ts';
import { laneStyles, lanes } from './lanes.ts';
import { ranksTable, scalingTable } from './ring-tables.ts';

const choices = (values: readonly number[], unit: string) =>
  values.map((value) => ({ value: String(value), label: `${value} ${unit}` }));

/** A ring of devices: lanes on an axis of time, figures of each rank, and one device beside it. */
@customElement('tw-ring-page')
export class RingPage extends LitElement {
  readonly labs = new LabController(this);
  private readonly calls = new CallController<RingOutcome>(this);
  @state() private experiment: Experiment = { id: 'ring', ranks: 4, size: 256 };
  @state() private outcome: RingOutcome | undefined;

  override render() {
    const { state } = this.labs;
    if (state.kind === 'unavailable') return html`<tw-no-webgpu .error=${state.error}></tw-no-webgpu>`;
    const { run } = this.calls;
    return html`
      <div class="layout">
        ${this.form(run.kind === 'running')}
        <div class="outcome" aria-live="polite">
          ${runStatus(run, () => {
            this.calls.cancel();
          })}
          ${this.outcome ? this.found(this.outcome) : nothing}
          <section class="panel">
            <h2>What scales, and what does not</h2>
            <p class="small quiet">
              On one CPU or one GPU more ranks are no faster: they share it, and hand shards round on top.
              Ranks with devices of their own share the work. What does scale anywhere is what each rank
              holds, and what it sends:
            </p>
            ${scalingTable(this.experiment)}
          </section>
        </div>
      </div>
    `;
  }

  private form(running: boolean): TemplateResult {
    const { id, ranks, size } = this.experiment;
    const form: Form = {
      fields: { id, ranks: String(ranks), size: String(size) },
      errors: {},
      set: (name, value) => {
        this.set(name, value);
      },
    };
    const operations = Object.entries(EXPERIMENTS).map(([value, label]) => ({ value, label }));
    return html`
      <form class="panel" novalidate @submit=${this.submit} aria-label="What to share">
        <fieldset>
          <legend>One problem for all ranks</legend>
          <div class="fields">
            <div class="wide">${choiceField(form, 'id', 'Operation', operations)}</div>
            ${choiceField(form, 'ranks', 'Ranks', choices([1, 2, 3, 4], ''))}
            ${choiceField(form, 'size', id === 'clip' ? 'Rows' : 'Tokens', choices([64, 256, 1024], ''))}
          </div>
          <p class="small quiet about">${problemWords(id)}</p>
        </fieldset>
        <div class="go">
          <div class="buttons">
            <wa-button
              type="submit"
              variant="brand"
              size="m"
              ?loading=${running}
              ?disabled=${running || this.labs.lab === undefined}
            >
              <span slot="start">${runIcon}</span>Run
            </wa-button>
          </div>
        </div>
      </form>
    `;
  }

  private found(outcome: RingOutcome): TemplateResult {
    const { id, ranks, size, deviation, ringMs, alone } = outcome;
    return html`
      <section class="panel" data-state="found">
        <h2>${EXPERIMENTS[id]}: ${size} ${id === 'clip' ? 'rows' : 'tokens'}, ${ranks} ranks</h2>
        <p class="small">
          The ring took ${formatMs(ringMs)}, one device ${formatMs(alone.wallMs)}. Their results differ by
          <span data-figure="deviation">${formatError(deviation)}</span> (relative L2).
        </p>
        ${lanes(outcome)}
      </section>
      <section class="panel">
        <h2>What each rank held and sent</h2>
        ${ranksTable(outcome)}
      </section>
    `;
  }

  private set(name: string, value: string): void {
    const id = name === 'id' && value in EXPERIMENTS ? (value as ExperimentId) : this.experiment.id;
    const next = { ...this.experiment, ...(name === 'id' ? { id } : { [name]: Number(value) }) };
    this.experiment = { ...next, ranks: Math.min(next.ranks, mostRanks(id)) };
  }

  private readonly submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { lab } = this.labs;
    if (lab === undefined) return;
    const outcome = await this.calls.call((options) => runExperiment(lab, this.experiment, options));
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
      .about {
        margin-top: 0.7rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-ring-page': RingPage;
  }
}
