import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { messageOf } from '../../../../core/errors.ts';
import { placeOf, type Access, type Finding } from '../../../../core/finding.ts';
import { FIRST_INVOCATION, MOST_PROBED, type Probed } from '../../../../core/probe.ts';
import { problemTitle } from '../../../../measure/describe.ts';
import type { CodeFault, Examined, KernelArgs, LabClient } from '../../../../worker/api.ts';
import { valueOf } from '../../../form/form-fields.ts';
import { CallController } from '../../../lab/call-controller.ts';
import { base, denseControls } from '../../../shell/styles.ts';
import { callsProbe, notesOf, probedIn, probeList, type ProbeNote } from './probe-list.ts';

/** A place in a text. */
type Place = Pick<Access, 'file' | 'line' | 'column'>;

/**
 * A button that has the kernel run in an interpreter, what that found, and what the code passed to `probe`. Tells of the places with
 * `code-marks`, of the values with `code-notes`, and of a place that is chosen with `code-place`.
 */
@customElement('tw-race-finder')
export class RaceFinder extends LitElement {
  @property({ attribute: false }) lab: LabClient | undefined;
  @property({ attribute: false }) kernel: KernelArgs | undefined;
  @property({ type: Boolean }) disabled = false;
  private readonly calls = new CallController<Examined>(this);
  /** The kernel that was examined last. */
  @state() private examined = '';
  /** The invocations whose values were asked for. */
  private asked = FIRST_INVOCATION;
  /** The invocations whose values are told, as they are typed. */
  @state() private workgroup = '0';
  @state() private invocations = '0';

  override render() {
    const { run } = this.calls;
    return html`
      ${
        run.kind === 'running'
          ? html`<wa-button
              data-action="cancel-races"
              size="s"
              appearance="outlined"
              ?disabled=${run.cancelling}
              @click=${() => {
                this.calls.cancel();
              }}
              >Cancel: looking for races…</wa-button
            >`
          : html`<wa-button
              data-action="races"
              size="s"
              appearance="outlined"
              ?disabled=${this.disabled || this.lab === undefined || this.kernel === undefined || this.probed === undefined}
              @click=${this.look}
              >${this.hasProbes ? 'Look for races, show values' : 'Look for races'}</wa-button
            >`
      }
      ${this.hasProbes ? this.probedFields() : nothing}
      <div aria-live="polite">${this.isCurrent ? this.outcome() : nothing}</div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('kernel') && this.examined !== '' && !this.isCurrent) this.mark([], []);
  }

  private get hasProbes(): boolean {
    return this.kernel !== undefined && callsProbe(this.kernel);
  }

  private get probed() {
    return probedIn(this.workgroup, this.invocations);
  }

  private probedFields(): TemplateResult {
    return html`
      <label class="small"
        >of workgroup
        <input
          name="workgroup"
          inputmode="numeric"
          size="4"
          .value=${this.workgroup}
          @input=${(event: Event) => {
            this.workgroup = valueOf(event);
          }}
      /></label>
      <label class="small"
        >invocations
        <input
          name="invocations"
          inputmode="numeric"
          size="10"
          .value=${this.invocations}
          @input=${(event: Event) => {
            this.invocations = valueOf(event);
          }}
      /></label>
      ${
        this.probed === undefined
          ? html`<p class="bad small" role="alert">
              The workgroup is one whole number; invocations are 1 to ${MOST_PROBED} of them, such as 0, 5.
            </p>`
          : nothing
      }
    `;
  }

  private get isCurrent(): boolean {
    return this.examined === JSON.stringify(this.kernel);
  }

  private outcome(): TemplateResult | typeof nothing {
    const { run } = this.calls;
    if (run.kind === 'failed') return html`<p class="bad">${messageOf(run.error)}</p>`;
    if (run.kind !== 'done') return nothing;
    const { findings, probes: told, problem, stopped, passes } = run.value;
    const faults = findings.filter(({ harmless }) => !harmless);
    const operation = this.kernel?.operation ?? '';
    return html`
      <p class="small" data-state="examined">
        ${faults.length === 0 ? 'Nothing found' : `${faults.length} found`} in ${passes.length} passes on
        ${problemTitle({ operation, problem })}, run in an interpreter. Other problems may have faults that
        this one does not show.
        ${stopped === undefined ? nothing : html`<strong>Not run to its end: ${stopped}.</strong>`}
      </p>
      ${
        faults.length === 0
          ? nothing
          : html`<ul aria-label="Findings">
              ${faults.map((finding) => html`<li>${places(finding).map((one) => this.place(one))} ${finding.message}</li>`)}
            </ul>`
      }
      ${told === undefined ? nothing : probeList(told, this.asked, (one) => this.place(one))}
    `;
  }

  private place(access: Place): TemplateResult {
    return html`<button
      type="button"
      @click=${() => {
        this.dispatchEvent(new CustomEvent<Place>('code-place', { detail: access }));
      }}
    >
      <code>${placeOf(access)}</code>
    </button>`;
  }

  private readonly look = async (): Promise<void> => {
    const { lab, kernel } = this;
    if (lab === undefined || kernel === undefined) return;
    this.examined = JSON.stringify(kernel);
    const { probed = FIRST_INVOCATION } = this;
    this.asked = probed;
    const examined = await this.calls.replace(({ signal }) => lab.examine(kernel, { signal, probed }));
    if (examined === undefined || !this.isCurrent) return;
    this.mark(
      examined.findings.filter(({ harmless }) => !harmless),
      examined.probes ?? [],
    );
  };

  private mark(findings: readonly Finding[], probed: readonly Probed[]): void {
    const detail = findings.flatMap((finding) =>
      places(finding).map(({ file, line, column }) => ({ file, line, column, message: finding.message })),
    );
    this.dispatchEvent(new CustomEvent<CodeFault[]>('code-marks', { detail }));
    this.dispatchEvent(new CustomEvent<readonly ProbeNote[]>('code-notes', { detail: notesOf(probed) }));
  }

  static override readonly styles = [
    base,
    denseControls,
    css`
      :host {
        display: block;
        padding: 0.6rem 1.15rem;
      }
      wa-button {
        margin-bottom: 0.4rem;
      }
      label {
        display: inline-flex;
        gap: 0.3rem;
        align-items: center;
        margin: 0 0.3rem 0.4rem 0;
      }
      ul {
        margin: 0;
        padding-left: 1.2rem;
      }
      li {
        overflow-wrap: anywhere;
      }
      li button {
        border: 0;
        background: none;
        color: var(--wa-color-text-link);
        cursor: pointer;
      }
      .bad {
        color: var(--wa-color-danger-on-quiet);
      }
    `,
  ];
}

/** The places of a finding, each once. */
function places({ first, second }: Finding): Access[] {
  const all = second === undefined ? [first] : [first, second];
  return all.filter((one, index) => index === 0 || placeOf(one) !== placeOf(first));
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-race-finder': RaceFinder;
  }
}
