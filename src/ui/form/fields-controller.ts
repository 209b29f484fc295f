import type { ReactiveControllerHost } from 'lit';
import { parseFields, type Fields, type Settings } from './fields.ts';
import type { Form } from './form-fields.ts';
import { LinkController } from './link-controller.ts';
import { readUrl, writeUrl } from './url-state.ts';

/** The fields of a page's form, as its link has them and as the reader changes them. */
export class FieldsController<Plan> {
  fields: Fields;
  /** The error in the link, in words. */
  notice: string | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly settings: Settings<Plan>,
    defaults: Fields,
  ) {
    this.fields = defaults;
    new LinkController(host, () => {
      const { fields, notice } = readUrl(settings, location, defaults);
      this.fields = fields;
      this.notice = notice;
      host.requestUpdate();
    });
  }

  /** Gives some fields new texts. */
  change(fields: Fields): void {
    this.fields = { ...this.fields, ...fields };
    this.host.requestUpdate();
  }

  /** For the controls of the form: texts, what is wrong with some, and how to change one. */
  get form(): Form {
    const { errors = {} } = parseFields(this.settings, this.fields);
    const set = (name: string, value: string): void => {
      this.change({ [name]: value });
    };
    return { fields: this.fields, errors, set };
  }

  /** The plan that the fields ask for; `undefined` if one has an error. */
  get plan(): Plan | undefined {
    return parseFields(this.settings, this.fields).plan;
  }

  /** Puts the fields into the page's link, without a step to go back to. */
  keepInLink(): void {
    history.replaceState(null, '', writeUrl(this.settings, this.fields));
  }
}
