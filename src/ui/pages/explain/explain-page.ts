import '@awesome.me/webawesome/dist/components/callout/callout.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { parseFields, type FieldErrors, type Fields } from '../../form/fields.ts';
import { valueOf, type Form } from '../../form/form-fields.ts';
import { warningIcon } from '../../shell/icons.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { LinkController } from '../../form/link-controller.ts';
import { base, panel } from '../../shell/styles.ts';
import { readUrl, writeUrl } from '../../form/url-state.ts';
import { explainStyles } from './explain-styles.ts';
import type { Frame } from './frame.ts';
import { LessonController } from './lesson-controller.ts';
import { LESSONS } from './lessons.ts';
import { problemForm } from './problem-form.ts';
import { EXPLAIN_DEFAULTS, EXPLAIN_SETTINGS } from './settings.ts';
import '../../shell/no-webgpu.ts';
import './gpu-agreement.ts';
import './shader-lines.ts';
import './state-table.ts';
import './step-controls.ts';
import './tile-matrix.ts';
import './traffic-panel.ts';

/** Browsers limit how often a page may change its address. */
const ADDRESS_MS = 200;

/** Steps through a tiled kernel on a small problem. */
@customElement('tw-explain')
export class ExplainPage extends LitElement {
  private readonly lessons = new LessonController(this);
  readonly labs = new LabController(this, (lab) => this.lessons.connect(lab));
  @state() private fields: Fields = EXPLAIN_DEFAULTS;
  @state() private notice: string | undefined;
  private addressTimer: number | undefined;

  constructor() {
    super();
    new LinkController(this, () => this.readLink());
  }

  override disconnectedCallback(): void {
    window.clearTimeout(this.addressTimer);
    super.disconnectedCallback();
  }

  private readLink(): void {
    const { fields, notice } = readUrl(EXPLAIN_SETTINGS, location, EXPLAIN_DEFAULTS);
    this.fields = fields;
    this.notice = notice;
    this.showLesson();
  }

  override render() {
    const { errors = {} } = parseFields(EXPLAIN_SETTINGS, this.fields);
    const { lesson } = this.lessons;
    return html`
      ${
        this.notice === undefined
          ? nothing
          : html`<wa-callout size="s" variant="warning" role="status">
              <span slot="icon">${warningIcon}</span>${this.notice}
            </wa-callout>`
      }
      ${this.problem(errors)} ${lesson ? this.stage(lesson.frame(this.step), lesson.steps) : nothing}
      ${
        this.labs.state.kind === 'unavailable'
          ? html`<tw-no-webgpu .error=${this.labs.state.error}></tw-no-webgpu>`
          : nothing
      }
    `;
  }

  private problem(errors: FieldErrors): TemplateResult {
    const form: Form = {
      fields: this.fields,
      errors,
      set: (name, value) => this.set({ [name]: value, step: '1' }),
    };
    return html`
      <section class="panel problem" aria-label="What to step through">
        <wa-radio-group
          size="s"
          name="lesson"
          label="Lesson"
          orientation="horizontal"
          .value=${this.fields['lesson'] ?? ''}
          @change=${(event: Event) => form.set('lesson', valueOf(event))}
        >
          ${LESSONS.map(({ id, title }) => html`<wa-radio appearance="button" value=${id}>${title}</wa-radio>`)}
        </wa-radio-group>
        ${problemForm(form)}
      </section>
    `;
  }

  private stage(frame: Frame, steps: number): TemplateResult {
    const go = ({ detail }: CustomEvent<number>) => this.set({ step: String(detail + 1) });
    return html`
      <div class="stage" data-phase=${frame.phase}>
        <section class="panel say" aria-label="This step">
          <div aria-live="polite">
            <h2>${frame.title}</h2>
            <p class="formula">${frame.formula}</p>
            <p class="words">${frame.words}</p>
          </div>
        </section>
        <section class="panel matrix" aria-label="The matrix that is never stored">
          <tw-tile-matrix .view=${frame.matrix} @step-change=${go}></tw-tile-matrix>
          ${legend(frame)}
        </section>
        <section class="panel kept" aria-label="What is kept">
          ${frame.states.map((view) => html`<tw-state-table .view=${view}></tw-state-table>`)}
        </section>
        <section class="panel code" tabindex="0" aria-label="The kernel’s lines">
          <h3>The lines that do it</h3>
          <tw-shader-lines .excerpts=${frame.excerpts}></tw-shader-lines>
        </section>
        <section class="panel traffic" aria-label="Memory">
          <tw-traffic-panel .view=${frame.traffic}></tw-traffic-panel>
        </section>
        <section class="panel gpu" aria-label="Agreement">
          <tw-gpu-agreement .state=${this.lessons.run}></tw-gpu-agreement>
        </section>
        <tw-step-controls
          class="panel"
          .step=${this.step}
          .steps=${steps}
          @step-change=${go}
        ></tw-step-controls>
      </div>
    `;
  }

  /** The step from 0. A link may ask for one past the last. */
  private get step(): number {
    const asked = Number(this.fields['step']) - 1;
    return Math.max(0, Math.min(asked, (this.lessons.lesson?.steps ?? 1) - 1));
  }

  private set(changes: Fields): void {
    this.fields = { ...this.fields, ...changes };
    this.notice = undefined;
    this.showLesson();
    window.clearTimeout(this.addressTimer);
    this.addressTimer = window.setTimeout(() => {
      history.replaceState(null, '', location.pathname + writeUrl(EXPLAIN_SETTINGS, this.fields));
    }, ADDRESS_MS);
  }

  /** While a field cannot be read, the last lesson stays. */
  private showLesson(): void {
    const { plan } = parseFields(EXPLAIN_SETTINGS, this.fields);
    if (plan) this.lessons.show(plan);
  }

  static override readonly styles = [base, panel, explainStyles];
}

const legend = ({ matrix }: Frame): TemplateResult => {
  const hasSkipped = matrix.tiles.some(({ state }) => state === 'skipped');
  return html`
    <ul class="legend small" aria-hidden="true">
      <li class="now">at work</li>
      <li class="done">computed, forgotten</li>
      ${hasSkipped ? html`<li class="skipped">skipped: no row sees it</li>` : nothing}
      <li class="kept">${matrix.colProgress ? 'kept of rows and columns' : 'kept of each row'}</li>
    </ul>
  `;
};

declare global {
  interface HTMLElementTagNameMap {
    'tw-explain': ExplainPage;
  }
}
