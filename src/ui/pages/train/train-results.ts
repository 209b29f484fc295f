import { median } from 'simple-statistics';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { OutOfMemoryError } from '../../../core/errors.ts';
import { formatBytes, formatMs } from '../../../measure/format.ts';
import type { Pair } from '../../../train/pairs.ts';
import { errorWords } from '../../shell/error-words.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { lossChart, recallChart } from './charts.ts';
import { AMONG, type CurveStep, type Shown } from './training-controller.ts';
import './similarity-matrix.ts';

const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;

/** The curves of a run, recall, and the similarities of a few held-out pairs. */
@customElement('tw-train-results')
export class TrainResults extends LitElement {
  @property({ attribute: false }) shown: Shown | undefined;
  /** Grows with what is shown, which is the same object throughout a run. */
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) pairs: readonly Pair[] = [];
  private readonly measured = new WidthController(this);

  override render() {
    const { shown, pairs } = this;
    if (shown === undefined) return nothing;
    const inner = this.measured.width - 42;
    const width = inner > 860 ? Math.floor((inner - 24) / 2) : Math.min(760, inner);
    const recall = shown.recalls.at(-1);
    return html`
      <section class="panel" data-state="learning">
        <h2>Learning</h2>
        ${figuresOf(shown)}
        ${
          width > 0
            ? html`<div class="charts">
                <div>${lossChart(shown, { width })}</div>
                <div>${recallChart(shown.recalls, AMONG, { width })}</div>
              </div>`
            : nothing
        }
        ${besides(shown)}
      </section>
      <section class="panel">
        <h2>Who is like whom</h2>
        <p class="small quiet">
          Rows are pictures that training never saw, columns their descriptions in the same order. The more
          blue, the more similar; the framed one is the best of its row. Learning brings both onto the
          diagonal${
            recall === undefined
              ? ''
              : html`, where among ${AMONG} pairs ${percent(recall.byPicture)} are now`
          }.
        </p>
        <tw-train-matrix .similarities=${shown.heldOut?.similarities} .pairs=${pairs}></tw-train-matrix>
      </section>
    `;
  }

  static override readonly styles = [
    base,
    panel,
    figures,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
        min-width: 0;
      }
      section {
        min-width: 0;
        padding: 1rem 1.15rem 1.15rem;
      }
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr));
        gap: 1rem 1.5rem;
        margin-top: 0.9rem;
      }
      .charts > div {
        min-width: 0;
      }
      .now {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(6.25rem, 1fr));
        gap: 0.6rem 1rem;
        margin-top: 0.7rem;
      }
      .now dt {
        color: var(--wa-color-text-quiet);
        font-size: 0.8125rem;
      }
      .now dd {
        font-size: 1.125rem;
        font-variant-numeric: tabular-nums;
      }
      h2 + p {
        max-width: 70ch;
        margin: 0.4rem 0 0.8rem;
      }
      .besides {
        max-width: 70ch;
        margin-top: 0.7rem;
      }
    `,
  ];
}

function figuresOf({ steps, recalls }: Shown): TemplateResult {
  const last = steps.at(-1);
  const recall = recalls.at(-1);
  const figure = (name: string, words: string, value: string): TemplateResult =>
    html`<div>
      <dt>${words}</dt>
      <dd data-figure=${name}>${value}</dd>
    </div>`;
  return html`
    <dl class="now">
      ${figure('step', 'step', String(last?.step ?? recall?.step ?? 0))}
      ${figure('samples', 'pairs seen', (last?.samples ?? recall?.samples ?? 0).toLocaleString('en'))}
      ${figure('loss', 'loss', last === undefined ? '–' : last.loss.toFixed(3))}
      ${figure('recall', `recall@1 among ${AMONG}, by words`, recall === undefined ? '–' : percent(recall.byWords))}
      ${figure('temperature', 'temperature', last === undefined ? '–' : last.temperature.toFixed(3))}
      ${figure('ms', 'a step takes', last === undefined ? '–' : formatMs(usualMs(steps)))}
      ${figure('workspace', 'kernels’ workspace', last === undefined ? '–' : formatBytes(last.run.workspaceBytes))}
    </dl>
  `;
}

/** The median of the last steps: one alone may have waited for its kernels to compile. */
const usualMs = (steps: readonly CurveStep[]): number => median(steps.slice(-5).map(({ ms }) => ms));

/** Naive beside tiled, in words. */
function besides({ steps, naive, naiveEnd }: Shown): TemplateResult | typeof nothing {
  if (naive.length === 0 && naiveEnd === undefined) return nothing;
  const apart = naive.map(
    ({ step, loss }) => Math.abs(loss - (lossAt(steps, step) ?? loss)) / Math.abs(loss),
  );
  const workspace = (run: readonly CurveStep[]) => formatBytes(run.at(-1)?.run.workspaceBytes ?? 0);
  return html`
    <p class="besides" data-state=${naiveEnd === undefined ? 'beside' : 'naive-ended'}>
      Naive and tiled learn the same from the same batches: their losses differ by
      <span data-figure="apart">${Math.max(0, ...apart).toExponential(1)}</span> at most. Beside the
      embeddings naive held ${workspace(naive)}, tiled ${workspace(steps)}.
      ${
        naiveEnd === undefined
          ? nothing
          : html`<strong>Naive ended at a batch of ${naiveEnd.batch}.</strong> ${endWords(naiveEnd.error)}
              Tiled goes on.`
      }
    </p>
  `;
}

/** Memory may be less than the device allows, because the form says so. */
const endWords = (error: unknown): string =>
  error instanceof OutOfMemoryError
    ? `The buffer “${error.buffer}” asks for ${formatBytes(error.bytesAsked)}, and may have ${formatBytes(error.bytesLimit)}.`
    : errorWords(error).detail;

const lossAt = (steps: readonly CurveStep[], step: number): number | undefined =>
  steps.find((one) => one.step === step)?.loss;

declare global {
  interface HTMLElementTagNameMap {
    'tw-train-results': TrainResults;
  }
}
