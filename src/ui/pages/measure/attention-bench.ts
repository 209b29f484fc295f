import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { MeasurePlan } from '../../../measure/measure-plan.ts';
import { attentionBackward } from '../../../operations/attention-backward/operation.ts';
import { attention } from '../../../operations/attention/operation.ts';
import { listed } from '../../../operations/listed.ts';
import { enlist } from '../../../operations/registry.ts';
import { measureForm } from '../../form/measure-form.ts';
import { BenchPage } from './bench-page.ts';

enlist(listed(attention), listed(attentionBackward));

/** Measures attention's variants over sequence lengths. */
@customElement('tw-attention-bench')
export class AttentionBench extends BenchPage {
  protected override readonly problems = measureForm('attention', 'attention-backward');

  /** Panels about the largest problem: bytes that tiles move, and memory of shared caches. */
  protected override model(plan: MeasurePlan | undefined) {
    return html`
      <tw-io-model
        .problem=${plan?.cases.at(-1)}
        .device=${this.device}
        .results=${this.bench.results}
        ?busy=${this.bench.run.kind === 'running'}
        @sweep=${({ detail }: CustomEvent<MeasurePlan>) => this.measure(detail)}
      ></tw-io-model>
      <tw-cache-memory .problem=${plan?.cases.at(-1)}></tw-cache-memory>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-attention-bench': AttentionBench;
  }
}
