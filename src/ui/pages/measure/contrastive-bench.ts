import { customElement } from 'lit/decorators.js';
import { requireOperation } from '../../../operations/index.ts';
import type { DeviceReport } from '../../../measure/report.ts';
import { BenchPage } from './bench-page.ts';
import { contrastiveFields } from '../../form/contrastive-fields.ts';
import { contrastiveDefaults, contrastiveSettings } from '../../form/contrastive-settings.ts';
import type { Form } from '../../form/form-fields.ts';

/** Measures the contrastive loss's variants over batch sizes. */
@customElement('tw-contrastive-bench')
export class ContrastiveBench extends BenchPage {
  protected override readonly operations = [requireOperation('contrastive')] as const;
  protected override readonly settings = contrastiveSettings(this.operations[0].variants);
  protected override readonly sizeField = 'numRows';

  protected override defaults(device?: DeviceReport) {
    return contrastiveDefaults(device);
  }

  protected override problemFields(form: Form) {
    return contrastiveFields(form, 'many');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-contrastive-bench': ContrastiveBench;
  }
}
