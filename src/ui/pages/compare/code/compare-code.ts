import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { NOT_MODIFIABLE, type Modifiable } from '../../../../core/modifiers.ts';
import type { CodeFault, KernelArgs, LabClient, SourceFile } from '../../../../worker/api.ts';
import type { CodeEditor } from '../../../code/editor/code-editor.ts';
import { valueOf } from '../../../form/form-fields.ts';
import { badIcon, runIcon } from '../../../shell/icons.ts';
import { base, denseControls, panel } from '../../../shell/styles.ts';
import type { KernelState } from '../kernel-controller.ts';
import { isEdited, lettersOf, type Pane } from '../setup.ts';
import { editWords, isChecked, paramWords } from '../words.ts';
import { editsOf, faultsIn, linkedOrigins, linkedText, reverted, textsOf, withText } from './code-texts.ts';
import { codeStyles } from './code-styles.ts';
import { compiledWords } from './compiled-words.ts';
import type { CodeRequest } from './code-request.ts';
import '../../../code/editor/code-diff.ts';
import '../../../code/editor/code-editor.ts';
import './modifier-presets.ts';
import './race-finder.ts';
import type { ProbeNote } from './probe-list.ts';

const VIEWS = [
  { id: 'edit', title: 'Edit' },
  { id: 'linked', title: 'Linked WGSL' },
  { id: 'diff', title: 'Difference' },
] as const;

/** The code of the panes: to be edited, as it is linked, and what two of them differ in. */
@customElement('tw-compare-code')
export class CompareCode extends LitElement {
  /** The index of the pane. */
  @property({ type: Number }) shown = 0;
  @property({ attribute: false }) panes: readonly Pane[] = [];
  @property({ attribute: false }) states: readonly KernelState[] = [];
  /** The shipped files of each pane. */
  @property({ attribute: false }) files: readonly (readonly SourceFile[])[] = [];
  @property({ attribute: false }) lab: LabClient | undefined;
  @property({ attribute: false }) kernels: readonly KernelArgs[] = [];
  /** Whether code may be compiled; until then it is to be read. */
  @property({ type: Boolean }) trusted = false;
  /** The modifiers that the operation takes. */
  @property({ attribute: false }) modifiable: Modifiable = NOT_MODIFIABLE;
  @state() private view: (typeof VIEWS)[number]['id'] = 'edit';
  @state() private path = '';
  /** Races that were found in the pane that is shown. */
  @state() private marks: readonly CodeFault[] = [];
  /** Values that were passed to `probe` there. */
  @state() private notes: readonly ProbeNote[] = [];
  /** The line of the cursor. */
  @state() private line = 1;
  /** The other side of the difference: another pane, or the pane's own texts as they are shipped. */
  @state() private other: number | 'shipped' = 'shipped';

  override render() {
    const pane = this.panes[this.shown];
    if (!pane) return nothing;
    const letters = lettersOf(this.panes);
    return html`
      <section class="panel" aria-label=${`Code of pane ${this.letter}`}>
        <header>
          <h2>Code of ${this.nameOf(this.shown)}</h2>
          <div class="tabs" role="group" aria-label="Pane">
            ${this.panes.map(
              (_, index) => html`
                <button
                  type="button"
                  data-show=${letters[index]}
                  aria-pressed=${index === this.shown}
                  @click=${() => {
                    this.request({ kind: 'show', index });
                  }}
                >
                  ${letters[index]}
                </button>
              `,
            )}
          </div>
          <div class="tabs" role="group" aria-label="View">
            ${VIEWS.map(
              ({ id, title }) => html`
                <button
                  type="button"
                  data-view=${id}
                  aria-pressed=${id === this.view}
                  @click=${() => {
                    this.view = id;
                  }}
                >
                  ${title}
                </button>
              `,
            )}
          </div>
          <button
            type="button"
            class="close"
            aria-label="Close the code"
            @click=${() => {
              this.request({ kind: 'close' });
            }}
          >
            ${badIcon}
          </button>
        </header>
        ${this.view === 'edit' ? this.edit(pane) : this.view === 'linked' ? this.linked() : this.difference(pane)}
      </section>
    `;
  }

  private get letter(): string {
    return lettersOf(this.panes)[this.shown] ?? '';
  }

  private edit(pane: Pane): TemplateResult {
    const files = this.files[this.shown] ?? [];
    const texts = textsOf(pane, files, this.modifiable);
    const chosen = texts.find(({ path }) => path === this.path);
    const current = chosen ?? texts.find(({ isEdited }) => isEdited) ?? texts[0];
    const errors = this.states[this.shown]?.compiled?.errors ?? [];
    if (!current) return html`<p class="note quiet">The sources are being fetched…</p>`;
    const { path } = current;
    return html`
      <div class="tools">
        <label class="small">
          File
          <select
            name="file"
            @change=${(event: Event) => {
              this.path = valueOf(event);
            }}
          >
            ${texts.map((text) => {
              const count = faultsIn(errors, text.path).length;
              const marks = [text.isEdited ? 'edited' : '', count === 0 ? '' : `${count} ✕`].filter(Boolean);
              return html`<option value=${text.path} ?selected=${text.path === path}>
                ${text.path}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}
              </option>`;
            })}
          </select>
        </label>
        ${
          this.modifiable.presets.length > 0
            ? html`<tw-modifier-presets
                .presets=${this.modifiable.presets}
                ?disabled=${!this.trusted}
                @modifiers=${({ detail }: CustomEvent<Pane['modifiers']>) => {
                  this.change({ ...pane, modifiers: detail });
                }}
              ></tw-modifier-presets>`
            : nothing
        }
        <div class="buttons">
          <wa-button
            data-action="run-edit"
            size="s"
            variant="brand"
            ?disabled=${!this.trusted || errors.length > 0}
            @click=${this.run}
          >
            <span slot="start">${runIcon}</span>Run against the original (Ctrl+Enter)
          </wa-button>
          <wa-button
            data-action="revert"
            size="s"
            appearance="outlined"
            ?disabled=${!current.isEdited || !this.trusted}
            @click=${() => {
              this.change(reverted(pane, files, path), path);
            }}
          >
            Revert this file
          </wa-button>
          ${this.toLinked(path)}
        </div>
      </div>
      ${this.note(pane, path)}
      <tw-code-editor
        .path=${`${this.letter}: ${path}`}
        .text=${current.text}
        .faults=${faultsIn([...errors, ...this.marks], path)}
        .notes=${this.notes.filter(({ file }) => file === path)}
        ?readonly=${!this.trusted}
        @code-change=${({ detail }: CustomEvent<string>) => {
          this.change(withText(pane, files, path, detail), path);
        }}
        @code-run=${this.run}
        @code-line=${this.atLine}
      ></tw-code-editor>
      ${compiledWords(this.states[this.shown] ?? {}, this.trusted, (fault) => this.goTo(fault))}
      <tw-race-finder
        .lab=${this.lab}
        .kernel=${this.kernels[this.shown]}
        ?disabled=${!this.trusted || errors.length > 0}
        @code-marks=${({ detail }: CustomEvent<CodeFault[]>) => {
          this.marks = detail;
        }}
        @code-notes=${({ detail }: CustomEvent<readonly ProbeNote[]>) => {
          this.notes = detail;
        }}
        @code-place=${({ detail }: CustomEvent<CodeFault>) => this.goTo(detail)}
      ></tw-race-finder>
    `;
  }

  /** Leads to the first line that the compiler gets of the one with the cursor; parts that are off get none. */
  private toLinked(path: string): TemplateResult {
    const compiled = this.states[this.shown]?.compiled;
    const at = compiled === undefined ? -1 : linkedOrigins(compiled).indexOf(`${path}:${this.line}`);
    return this.pointer('to-linked', `Line ${this.line} in linked WGSL`, at >= 0, () => {
      this.view = 'linked';
      return this.goToPlace(at + 1);
    });
  }

  /** The purpose of a text, where the text itself does not show it. */
  private note(pane: Pane, path: string): TemplateResult | typeof nothing {
    const signature = this.modifiable.signatures[path];
    if (signature === undefined) return nothing;
    const body = pane.modifiers[path];
    const unchecked = body !== undefined && !isChecked(path, body);
    return html`<p class="note small quiet">
      The body of <code>${signature}</code>, in WGSL.
      ${
        unchecked
          ? html`<strong
              >It is no preset’s as it stands, so there is no float64 reference for it: the pane is checked
              against naive in f32.</strong
            >`
          : nothing
      }
    </p>`;
  }

  private linked(): TemplateResult {
    const compiled = this.states[this.shown]?.compiled;
    if (!compiled) return html`<p class="note quiet">${this.waiting}</p>`;
    const origin = linkedOrigins(compiled)[this.line - 1] ?? '';
    const [file = '', line] = origin.split(':');
    return html`
      <div class="tools">
        <p class="small quiet">
          What the compiler gets: modules, conditions and constants put together, loops unrolled.
          ${compiled.errors.length > 0 ? 'Passes with mistakes that keep them from linking are left out.' : ''}
        </p>
        <div class="buttons">
          ${this.pointer(
            'to-source',
            origin === '' ? 'No line of a file' : `Go to ${origin}`,
            origin !== '',
            () => this.goTo({ file, line: Number(line), column: 1 }),
          )}
        </div>
      </div>
      <tw-code-editor
        readonly
        .path=${`${this.letter}, linked ${paramWords(compiled.params)}`}
        .text=${linkedText(compiled)}
        @code-line=${this.atLine}
      ></tw-code-editor>
    `;
  }

  /** A button that leads from a line to where it came from, or what became of it. */
  private pointer(action: string, words: string, leads: boolean, go: () => Promise<void>): TemplateResult {
    return html`<wa-button
      data-action=${action}
      size="s"
      appearance="outlined"
      ?disabled=${!leads}
      @click=${go}
      >${words}</wa-button
    >`;
  }

  private readonly atLine = ({ detail }: CustomEvent<number>): void => {
    this.line = detail;
  };

  private difference(pane: Pane): TemplateResult {
    const other = this.otherSide(pane);
    return html`
      <div class="tools">
        <label class="small">
          Pane ${this.letter} beside
          <select
            name="other"
            @change=${(event: Event) => {
              const value = valueOf(event);
              this.other = value === 'shipped' ? value : Number(value);
            }}
          >
            ${
              isEdited(pane)
                ? html`<option value="shipped" ?selected=${other === 'shipped'}>
                    its own texts as shipped
                  </option>`
                : nothing
            }
            ${this.panes.map((_, index) =>
              index === this.shown
                ? nothing
                : html`<option value=${index} ?selected=${index === other}>
                    ${this.nameOf(index)}, linked
                  </option>`,
            )}
          </select>
        </label>
      </div>
      ${other === 'shipped' ? this.ownEdits(pane) : this.linkedBeside(other)}
    `;
  }

  /** An edited pane is shown beside what it was, another beside the first other pane. */
  private otherSide(pane: Pane): number | 'shipped' {
    const { other, shown } = this;
    if (other === 'shipped' ? isEdited(pane) : other !== shown && this.panes[other]) return other;
    return shown === 0 ? 1 : 0;
  }

  private ownEdits(pane: Pane): TemplateResult {
    const files = this.files[this.shown] ?? [];
    const { shipped, edited } = editsOf(textsOf(pane, files, this.modifiable), files);
    return html`<tw-code-diff
      .left=${shipped}
      .right=${edited}
      .leftName=${`${this.letter} · ${pane.variant} as shipped`}
      .rightName=${this.nameOf(this.shown)}
    ></tw-code-diff>`;
  }

  private linkedBeside(other: number): TemplateResult {
    const [left, right] = other < this.shown ? [other, this.shown] : [this.shown, other];
    const [a, b] = [this.states[left]?.compiled, this.states[right]?.compiled];
    if (!a || !b) return html`<p class="note quiet">${this.waiting}</p>`;
    return html`<tw-code-diff
      .left=${linkedText(a)}
      .right=${linkedText(b)}
      .leftName=${this.nameOf(left)}
      .rightName=${this.nameOf(right)}
    ></tw-code-diff>`;
  }

  private get waiting(): string {
    return this.trusted ? 'Compiling…' : 'Not linked: this is somebody else’s code.';
  }

  /** `B · flash · blockM 32, blockN 16 · 1 file edited`: which side is which. */
  private nameOf(index: number): string {
    const pane = this.panes[index];
    if (!pane) return '';
    const params = paramWords(this.states[index]?.compiled?.params ?? pane.params);
    return [lettersOf(this.panes)[index] ?? '', pane.variant, params, editWords(pane)]
      .filter((word) => word !== '')
      .join(' · ');
  }

  private goTo({ file, line, column }: Pick<CodeFault, 'file' | 'line' | 'column'>): Promise<void> {
    this.view = 'edit';
    this.path = file;
    return this.goToPlace(line, column);
  }

  private async goToPlace(line: number, column = 1): Promise<void> {
    await this.updateComplete;
    const editor = this.renderRoot.querySelector<CodeEditor>('tw-code-editor');
    await editor?.updateComplete;
    editor?.goTo(line, column);
  }

  private readonly run = (): void => {
    const errors = this.states[this.shown]?.compiled?.errors ?? [];
    if (this.trusted && errors.length === 0) this.request({ kind: 'run', index: this.shown });
  };

  /** @param path of the text that was changed, which stays in sight */
  private change(pane: Pane, path = this.path): void {
    this.path = path;
    this.request({ kind: 'change', index: this.shown, pane });
  }

  private request(detail: CodeRequest): void {
    this.dispatchEvent(new CustomEvent<CodeRequest>('code-request', { detail }));
  }

  static override readonly styles = [base, denseControls, panel, codeStyles];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-compare-code': CompareCode;
  }
}
