import { customElement } from 'lit/decorators.js';
import { measureForm } from '../../form/measure-form.ts';
import { BenchPage } from './bench-page.ts';

/** Measures the contrastive loss's variants over batch sizes. */
@customElement('tw-contrastive-bench')
export class ContrastiveBench extends BenchPage {
  protected override readonly problems = measureForm('contrastive');
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-contrastive-bench': ContrastiveBench;
  }
}
