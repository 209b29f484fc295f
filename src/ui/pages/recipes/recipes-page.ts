import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { adapterName } from '../../../measure/device.ts';
import type { Recipe, RecipeParam } from '../../../recipes/loss-recipes/recipe.ts';
import { RECIPES } from '../../../recipes/loss-recipes/table/index.ts';
import type { RecipeStudy } from '../../../recipes/loss-recipes/study.ts';
import { FieldsController } from '../../form/fields-controller.ts';
import { choiceField, textField, type Form } from '../../form/form-fields.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import { linkNotice, studyForm, studyFormStyles } from '../../form/study-form.ts';
import { CallController } from '../../lab/call-controller.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { base, panel } from '../../shell/styles.ts';
import { RECIPES_DEFAULTS, RECIPES_SETTINGS, UNSET_PARAMS } from './settings.ts';
import '../../shell/no-webgpu.ts';
import './recipe-card.ts';

/** Losses that are made of calls: one at a time, with its card, against float64 and beside the naive variant. */
@customElement('tw-recipes-page')
export class RecipesPage extends LitElement {
  readonly labs = new LabController(this);
  private readonly calls = new CallController<RecipeStudy>(this);
  private readonly fields = new FieldsController(this, RECIPES_SETTINGS, RECIPES_DEFAULTS);
  @state() private studies: readonly RecipeStudy[] = [];

  override render() {
    const { state: lab } = this.labs;
    if (lab.kind === 'unavailable') return html`<tw-no-webgpu .error=${lab.error}></tw-no-webgpu>`;
    const recipe = RECIPES.find(({ id }) => id === this.fields.fields['recipe']);
    const adapter = lab.kind === 'ready' ? adapterName(lab.lab.device) : '';
    return html`
      ${linkNotice(this.fields.notice)}
      <div class="layout">
        ${this.form(recipe)}
        <div class="outcome">
          ${runStatus(this.calls.run, () => this.calls.cancel())}
          <tw-recipe-results .studies=${this.studies} .adapter=${adapter}></tw-recipe-results>
          <tw-recipe-card .recipe=${recipe}></tw-recipe-card>
        </div>
      </div>
    `;
  }

  private form(recipe: Recipe | undefined): TemplateResult {
    const page = {
      fields: this.fields,
      open: this.labs.state.kind === 'ready',
      running: this.calls.run.kind === 'running',
      action: 'Run',
      run: () => void this.run(),
    };
    const params = Object.entries(recipe?.params ?? {});
    return studyForm(page, (form) => {
      // Another recipe may have other parameters of the same name.
      const chosen = {
        ...form,
        set: (name: string, value: string) => {
          this.fields.change({ ...UNSET_PARAMS, [name]: value });
        },
      };
      return html`
        <fieldset>
          <legend>Recipe</legend>
          ${choiceField(
            chosen,
            'recipe',
            'Loss',
            RECIPES.map(({ id, title }) => ({ value: id, label: title })),
          )}
          <div class="fields">
            ${textField(form, 'size', 'Rows')} ${textField(form, 'rounds', 'Rounds')}
            ${textField(form, 'seed', 'Seed')}
          </div>
        </fieldset>
        ${
          params.length === 0
            ? ''
            : html`<fieldset>
                <legend>Parameters</legend>
                ${params.map(([name, param]) => paramField(form, name, param))}
              </fieldset>`
        }
      `;
    });
  }

  private async run(): Promise<void> {
    const { plan } = this.fields;
    const { lab } = this.labs;
    if (plan === undefined || lab === undefined) return;
    this.fields.keepInLink();
    void import('./recipe-results.ts');
    const study = await this.calls.call(async (options) => {
      const { studyRecipe } = await import('../../../recipes/loss-recipes/study.ts');
      return studyRecipe(lab, plan, options);
    });
    if (study !== undefined) this.studies = [study, ...this.studies];
  }

  static override readonly styles = [base, panel, benchStyles, studyFormStyles];
}

function paramField(form: Form, name: string, { about, initial, choices }: RecipeParam): TemplateResult {
  const words = String(initial);
  if (choices === undefined) {
    return textField(form, name, name, { hint: about, placeholder: words, inputmode: 'decimal' });
  }
  const text = form.fields[name] ?? '';
  const fields = { ...form.fields, [name]: text === '' ? words : text };
  const values = choices.map((choice) => ({ value: String(choice), label: String(choice) }));
  return choiceField({ ...form, fields }, name, name, values);
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-recipes-page': RecipesPage;
  }
}
