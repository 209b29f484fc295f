import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { look } from './look.ts';
import { wgsl } from './wgsl.ts';

/** Below this width, in CSS pixels, two columns of code cannot be read. */
const SIDE_BY_SIDE_FROM = 720;

/** Two texts and what differs, each under its name: side by side, or one in the other where that does not fit. */
@customElement('tw-code-diff')
export class CodeDiff extends LitElement {
  @property() left = '';
  @property() right = '';
  @property() leftName = '';
  @property() rightName = '';
  private view: MergeView | EditorView | undefined;
  private wasWide = false;
  private readonly own = new WidthController(this);

  override disconnectedCallback(): void {
    this.view?.destroy();
    this.view = undefined;
    super.disconnectedCallback();
  }

  private get isWide(): boolean {
    return this.own.width >= SIDE_BY_SIDE_FROM;
  }

  override render() {
    return html`
      <div class=${this.isWide ? 'names two' : 'names'}>
        <p data-side="left">${this.isWide ? '' : '− '}${this.leftName}</p>
        <p data-side="right">${this.isWide ? '' : '+ '}${this.rightName}</p>
      </div>
      ${this.left === this.right ? html`<p class="same">The two are the same.</p>` : ''}
      <div class="host"></div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    const parent = this.renderRoot.querySelector('.host');
    const turned = this.wasWide !== this.isWide;
    const isNew = this.view === undefined || turned || changed.has('left') || changed.has('right');
    if (!parent || this.own.width === 0 || !isNew) return;
    this.wasWide = this.isWide;
    this.view?.destroy();
    this.view = this.isWide ? this.sideBySide(parent) : this.unified(parent);
  }

  private sideBySide(parent: Element): MergeView {
    return new MergeView({
      a: { doc: this.left, extensions: extensions(this.leftName) },
      b: { doc: this.right, extensions: extensions(this.rightName) },
      parent,
      root: this.shadowRoot ?? document,
      collapseUnchanged: { margin: 4 },
    });
  }

  private unified(parent: Element): EditorView {
    const merge = unifiedMergeView({
      original: this.left,
      mergeControls: false,
      collapseUnchanged: { margin: 3 },
    });
    return new EditorView({
      doc: this.right,
      extensions: [...extensions(`${this.leftName} and ${this.rightName}`), merge],
      parent,
      root: this.shadowRoot ?? document,
    });
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .names {
        padding: 0.4rem 0.75rem;
        border-bottom: 1px solid var(--wa-color-surface-border);
        font-size: 0.8125rem;
        font-weight: 600;
      }
      .two {
        display: grid;
        grid-template-columns: 1fr 1fr;
      }
      .same {
        padding: 0.5rem 0.75rem;
      }
      .host {
        flex: 1;
        min-height: 0;
        overflow: auto;
      }
    `,
  ];
}

const extensions = (name: string): Extension[] => [
  lineNumbers(),
  wgsl(),
  look,
  EditorState.readOnly.of(true),
  EditorView.contentAttributes.of({ 'aria-label': `Code of ${name}` }),
];

declare global {
  interface HTMLElementTagNameMap {
    'tw-code-diff': CodeDiff;
  }
}
