import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { messageOf } from '../../core/errors.ts';
import { warningIcon } from './icons.ts';
import { base, panel } from './styles.ts';

/** Why nothing can run here, how to change that, and what works all the same. */
@customElement('tw-no-webgpu')
export class NoWebGpu extends LitElement {
  /** The error that `openLab` rejected with. */
  @property({ attribute: false }) error: unknown;

  override render() {
    return html`
      <section class="panel" role="alert">
        <h2>${warningIcon} No GPU to run on: ${title()}</h2>
        ${
          isSecureContext && 'gpu' in navigator
            ? html`<p class="mono small">${messageOf(this.error)}</p>`
            : nothing
        }
        <div class="columns">
          <div>
            <h3>To get WebGPU</h3>
            <ul>
              <li>Chrome or Edge 113 and later on Windows, macOS and ChromeOS, 121 on Android.</li>
              <li>
                Chrome or Chromium on Linux: start it with
                <code>--enable-unsafe-webgpu --enable-features=Vulkan</code>; without a GPU add
                <code>--use-webgpu-adapter=swiftshader</code>.
              </li>
              <li>Safari 26 and later; Firefox 141 and later on Windows, 145 on Apple silicon.</li>
              <li>
                A page over <code>https:</code> or from <code>localhost</code>: others are not given WebGPU.
              </li>
              <li><code>chrome://gpu</code> tells whether a driver is blocked.</li>
            </ul>
          </div>
          <div>
            <h3>What works without</h3>
            <ul>
              <li>Looking at a report that was saved elsewhere, on each demo’s page: tables and charts.</li>
              <li>Reading the ladder: every variant and its idea, from naive to tiled.</li>
              <li>The command line, which brings its own browser: <code>npm run bench -- --quick</code></li>
            </ul>
          </div>
        </div>
      </section>
    `;
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: block;
      }
      .panel {
        padding: 1.1rem 1.25rem;
        border-left: 3px solid var(--wa-color-warning-60);
        overflow-wrap: anywhere;
      }
      h2 svg {
        color: var(--wa-color-warning-60);
        vertical-align: -0.1em;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
        gap: 1rem 2rem;
        margin-top: 0.9rem;
        font-size: 0.9375rem;
      }
      ul {
        margin-top: 0.4rem;
        padding-left: 1.1rem;
      }
      li + li {
        margin-top: 0.3rem;
      }
      .small {
        margin-top: 0.4rem;
      }
    `,
  ];
}

function title(): string {
  if (!isSecureContext) return 'this page is not a secure context';
  if (!('gpu' in navigator)) return 'this browser has no WebGPU';
  return 'WebGPU gives no usable device here';
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-no-webgpu': NoWebGpu;
  }
}
