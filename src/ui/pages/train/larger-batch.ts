import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatMs } from '../../../measure/format.ts';
import type { BatchOutcome } from '../../../train/larger-batch.ts';
import { whyNoScale } from '../../../train/noise-scale.ts';
import { HELD_OUT } from '../../../train/pairs.ts';
import type { LabClient } from '../../../worker/api.ts';
import { CallController, type CallOptions } from '../../lab/call-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { runIcon } from '../../shell/icons.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import { towersDevice, type TrainPlan } from './settings.ts';
import { turns } from './turns.ts';

const BATCHES = [32, 128, 512] as const;
/** Pairs that each run sees. */
const SAMPLES = 8192;

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** Recall over the batch at equal samples, and the gradient noise scale. */
@customElement('tw-train-batches')
export class TrainBatches extends LitElement {
  @property({ attribute: false }) lab: LabClient | undefined;
  @property({ attribute: false }) plan: TrainPlan | undefined;
  /** Whether something else trains. */
  @property({ type: Boolean }) busy = false;
  @state() private outcomes: readonly BatchOutcome[] = [];
  private readonly calls = new CallController<readonly BatchOutcome[]>(this);

  override render() {
    const { run } = this.calls;
    return html`
      <section class="panel">
        <h2>Is a larger batch worth it?</h2>
        <p class="small quiet">
          Towers are trained from the same first parameters with batches of ${BATCHES.join(', ')}, each on
          ${SAMPLES.toLocaleString('en')} pairs, by the loss chosen above. The learning rate grows with the
          square root of the batch. On a CPU this takes minutes.
        </p>
        <wa-button
          data-action="compare-batches"
          size="s"
          appearance="outlined"
          ?disabled=${this.busy || run.kind === 'running' || this.lab === undefined || this.plan === undefined}
          @click=${this.compare}
        >
          <span slot="start">${runIcon}</span>Train with each
        </wa-button>
        ${runStatus(run, () => {
          this.calls.cancel();
        })}
        ${this.outcomes.length === 0 ? nothing : table(this.outcomes)}
      </section>
    `;
  }

  private readonly compare = async (): Promise<void> => {
    const { lab, plan } = this;
    if (lab === undefined || plan === undefined) return;
    this.outcomes = [];
    await this.calls.call((options) => this.trainEach(lab, plan, options));
  };

  private async trainEach(
    lab: LabClient,
    { settings, towers }: TrainPlan,
    { signal, onProgress }: CallOptions,
  ): Promise<readonly BatchOutcome[]> {
    const [{ loadJax }, { largerBatch }] = await Promise.all([
      import('../../../train/load-jax.ts'),
      import('../../../train/larger-batch.ts'),
    ]);
    const { jax } = await loadJax(towersDevice(towers, lab.device));
    return largerBatch(
      jax,
      lab,
      { ...settings, breathe: turns() },
      {
        batches: BATCHES,
        samples: SAMPLES,
        signal,
        onStep: (batch, samples) => {
          const before = BATCHES.findIndex((one) => one === batch);
          onProgress({
            stage: 'measure',
            fraction: (before + Math.min(1, samples / SAMPLES)) / BATCHES.length,
            message: `batch ${batch}: ${samples.toLocaleString('en')} pairs`,
          });
        },
        onOutcome: (outcome) => {
          this.outcomes = [...this.outcomes, outcome];
        },
      },
    );
  }

  static override readonly styles = [
    base,
    panel,
    figures,
    css`
      section {
        min-width: 0;
        padding: 1rem 1.15rem 1.15rem;
      }
      p {
        max-width: 70ch;
        margin: 0.4rem 0 0.8rem;
      }
      .scroller,
      tw-progress,
      wa-callout {
        margin-top: 0.8rem;
      }
    `,
  ];
}

const table = (outcomes: readonly BatchOutcome[]): TemplateResult => html`
  <div class="scroller" tabindex="0" role="region" aria-label="Recall by batch">
    <table>
      <thead>
        <tr>
          <th scope="col">batch</th>
          <th scope="col">steps</th>
          <th scope="col">recall@1</th>
          <th scope="col">noise scale</th>
          <th scope="col">took</th>
        </tr>
      </thead>
      <tbody>
        ${outcomes.map(
          ({ batch, steps, recall, noise, ms }) => html`
            <tr>
              <th scope="row">${batch}</th>
              <td>${steps}</td>
              <td>${percent(recall.cols)}</td>
              <td>${noise.pairs === undefined ? '–' : Math.round(noise.pairs).toLocaleString('en')}</td>
              <td>${formatMs(ms)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  </div>
  ${outcomes.map(({ batch, noise }) => {
    const why = whyNoScale(noise);
    return why === undefined
      ? nothing
      : html`<p class="small">Batch ${batch} has no noise scale: ${why}.</p>`;
  })}
  <p class="small quiet">
    Recall is that of pictures by their words, among ${HELD_OUT} held-out pairs, from one seed. The noise
    scale is the batch at which noise and gradient are of one size, at the end of a run (McCandlish et al.
    2018): while a batch is far below it, doubling it saves nearly half of the steps. Fewer pairs are fewer
    negatives as well, so it is a guide and no law.
  </p>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-train-batches': TrainBatches;
  }
}
