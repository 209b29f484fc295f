import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CodeFault } from '../../../worker/api.ts';
import { lineNotes, setLineNotes, type LineNote } from './line-notes.ts';
import { look } from './look.ts';
import { wgsl } from './wgsl.ts';

/**
 * One text of WGSL or WESL. Tells of every change with `code-change`, of Ctrl+Enter with `code-run`, and of the line that the
 * cursor has come to with `code-line`.
 */
@customElement('tw-code-editor')
export class CodeEditor extends LitElement {
  /** Which text this is: another one comes with a history of its own. */
  @property() path = '';
  @property() text = '';
  @property({ type: Boolean }) readonly = false;
  @property({ attribute: false }) faults: readonly CodeFault[] = [];
  @property({ attribute: false }) notes: readonly LineNote[] = [];
  private view: EditorView | undefined;
  private line = 1;
  private readonly editable = new Compartment();

  override render() {
    return html`<div class="host"></div>`;
  }

  override disconnectedCallback(): void {
    this.view?.destroy();
    this.view = undefined;
    super.disconnectedCallback();
  }

  protected override updated(changed: PropertyValues): void {
    const parent = this.renderRoot.querySelector('.host');
    if (!parent) return;
    if (this.view === undefined || changed.has('path')) {
      this.view?.destroy();
      this.view = new EditorView({ parent, root: this.shadowRoot ?? document, state: this.newState() });
      this.tell('code-line', (this.line = 1));
    } else {
      const own = this.view.state.doc.toString();
      // The text that comes back is mostly the one that was just typed.
      if (own !== this.text) this.view.dispatch({ changes: { from: 0, to: own.length, insert: this.text } });
      if (changed.has('readonly')) {
        this.view.dispatch({ effects: this.editable.reconfigure(EditorState.readOnly.of(this.readonly)) });
      }
    }
    this.view.dispatch(setDiagnostics(this.view.state, this.diagnostics(this.view.state)));
    this.view.dispatch({ effects: setLineNotes.of(this.notes) });
  }

  /** Puts the cursor there, 1-based, and the focus on it. */
  goTo(line: number, column: number): void {
    const { view } = this;
    if (!view) return;
    const at = placeOf(view.state, line, column);
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    view.focus();
  }

  private newState(): EditorState {
    return EditorState.create({
      doc: this.text,
      extensions: [
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        lintGutter(),
        lineNotes,
        history(),
        drawSelection(),
        bracketMatching(),
        indentUnit.of('  '),
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => this.tell('code-run') }])),
        // Escape lets Tab leave the editor, as CodeMirror has it by default.
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        wgsl(),
        look,
        this.editable.of(EditorState.readOnly.of(this.readonly)),
        EditorView.contentAttributes.of({ 'aria-label': `Code of ${this.path}` }),
        EditorView.updateListener.of(({ docChanged, state, transactions }) => {
          const { number } = state.doc.lineAt(state.selection.main.head);
          if (number !== this.line) this.tell('code-line', (this.line = number));
          if (!docChanged || !transactions.some((one) => one.isUserEvent('input') || isEdit(one))) return;
          this.tell('code-change', state.doc.toString());
        }),
      ],
    });
  }

  private diagnostics(state: EditorState): Diagnostic[] {
    return this.faults.map(({ line, column, message }) => {
      const from = placeOf(state, line, column);
      const end = state.doc.lineAt(from).to;
      return { from, to: Math.max(from, Math.min(end, wordEnd(state, from))), severity: 'error', message };
    });
  }

  private tell(name: 'code-change' | 'code-run' | 'code-line', detail: string | number = ''): boolean {
    this.dispatchEvent(new CustomEvent(name, { detail }));
    return true;
  }

  static override readonly styles = css`
    :host {
      display: block;
      overflow: hidden;
    }
    .host {
      height: 100%;
    }
  `;
}

/** Deleting, undoing and pasting are the reader's own doing, too; replacing the whole text from outside is not. */
const isEdit = (transaction: { isUserEvent(event: string): boolean }): boolean =>
  ['delete', 'undo', 'redo', 'move'].some((event) => transaction.isUserEvent(event));

/** The compiler may point past what is there by now. */
function placeOf({ doc }: EditorState, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(at.from + Math.max(column - 1, 0), at.to);
}

function wordEnd(state: EditorState, from: number): number {
  return state.wordAt(from)?.to ?? from + 1;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-code-editor': CodeEditor;
  }
}
