import { customElement } from 'lit/decorators.js';
import { contrastive } from '../../../operations/contrastive/operation.ts';
import { listed } from '../../../operations/listed.ts';
import { enlist } from '../../../operations/registry.ts';
import { measureForm } from '../../form/measure-form.ts';
import { BenchPage } from './bench-page.ts';

enlist(listed(contrastive));

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
