import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { CallState } from './call-controller.ts';
import { errorWords } from '../shell/error-words.ts';
import { infoIcon, stopIcon, warningIcon } from '../shell/icons.ts';
import './progress.ts';

/** The progress of a running call, with a button that cancels it. @param action the button's `data-action` */
export function progressLine(
  run: Extract<CallState, { kind: 'running' }>,
  cancel: () => void,
  { action = 'cancel', className = '' } = {},
): TemplateResult {
  return html`
    <tw-progress class=${className} .progress=${run.progress} .cancelling=${run.cancelling}>
      <wa-button data-action=${action} size="s" appearance="outlined" @click=${cancel}>
        <span slot="start">${stopIcon}</span>Cancel
      </wa-button>
    </tw-progress>
  `;
}

/**
 * The state of a run: its progress with a way to cancel it, or the error or abort that ended it.
 * @param more said of a run that failed
 */
export function runStatus(
  run: CallState,
  cancel: () => void,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult | typeof nothing {
  switch (run.kind) {
    case 'running':
      return progressLine(run, cancel, { className: 'panel' });
    case 'cancelled':
      return html`<wa-callout data-state="cancelled" size="s" variant="neutral">
        <span slot="icon">${infoIcon}</span>Cancelled. What was final by then is below.
      </wa-callout>`;
    case 'failed': {
      const { title, detail } = errorWords(run.error);
      return html`<wa-callout data-state="failed" size="s" variant="danger" role="alert">
        <span slot="icon">${warningIcon}</span><strong>${title}</strong><br />${detail} ${more}
      </wa-callout>`;
    }
    case 'idle':
    case 'done':
      return nothing;
  }
}
