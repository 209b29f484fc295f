import { customElement } from 'lit/decorators.js';
import { measureForm } from '../../form/measure-form.ts';
import { BenchPage } from './bench-page.ts';

/** Measures attention's variants over sequence lengths. */
@customElement('tw-attention-bench')
export class AttentionBench extends BenchPage {
  protected override readonly problems = measureForm('attention', 'attention-backward');
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-attention-bench': AttentionBench;
  }
}
