import { customElement } from 'lit/decorators.js';
import type { DeviceReport } from '../../../measure/report.ts';
import { attentionFields } from '../../form/attention-fields.ts';
import { ATTENTION_OPERATIONS, attentionDefaults, attentionSettings } from '../../form/attention-settings.ts';
import { BenchPage } from './bench-page.ts';
import type { Form } from '../../form/form-fields.ts';

/** Measures attention's variants over sequence lengths. */
@customElement('tw-attention-bench')
export class AttentionBench extends BenchPage {
  protected override readonly operations = ATTENTION_OPERATIONS;
  protected override readonly settings = attentionSettings();
  protected override readonly sizeField = 'seqLenQ';

  protected override defaults(device?: DeviceReport) {
    return attentionDefaults(device);
  }

  protected override problemFields(form: Form) {
    return attentionFields(form, 'many');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-attention-bench': AttentionBench;
  }
}
