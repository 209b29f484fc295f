import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { html, nothing, type TemplateResult } from 'lit';
import { warningIcon } from '../../shell/icons.ts';
import { isEdited, lettersOf } from './setup.ts';
import type { SetupController } from './setup-controller.ts';

/**
 * Notices about a link: parts that could not be read, and code of somebody else.
 * @param badReport what is wrong with the report that it carries
 */
export function setupNotices(
  { setup, notice, trusted }: SetupController,
  badReport: string | undefined,
  allow: () => void,
): TemplateResult {
  const letters = lettersOf(setup.panes);
  const foreign = setup.panes.flatMap((pane, index) => (isEdited(pane) ? [letters[index]] : []));
  return html`
    ${
      notice === undefined
        ? nothing
        : html`<wa-callout size="s" variant="warning" role="status" data-state="notice">
            <span slot="icon">${warningIcon}</span>${notice} The defaults are shown instead.
          </wa-callout>`
    }
    ${
      badReport === undefined
        ? nothing
        : html`<wa-callout size="s" variant="warning" role="status" data-state="notice">
            <span slot="icon">${warningIcon}</span>${badReport}
          </wa-callout>`
    }
    ${
      trusted
        ? nothing
        : html`<wa-callout size="s" variant="warning" role="status" data-state="foreign">
            <span slot="icon">${warningIcon}</span>
            <strong>This link carries code of somebody else, in pane ${foreign.join(' and ')}.</strong>
            It is shown, but neither compiled nor run until you allow it. It can reach nothing but this page’s
            GPU device; it can keep that busy for a long time.
            <div class="buttons">
              <wa-button data-action="allow" size="s" variant="brand" @click=${allow}
                >Allow this code</wa-button
              >
            </div>
          </wa-callout>`
    }
  `;
}
