import { html, type TemplateResult } from 'lit';

/** The placeholder for results. */
export const emptyComparison = (actions: TemplateResult): TemplateResult => html`
  <section class="panel empty">
    <h2>Nothing compared yet</h2>
    <p class="quiet">
      Run checks every pane against a float64 reference, and then times them in turn, round by round, so that
      whatever disturbs one disturbs all. The others are compared with pane A.
    </p>
    ${actions}
  </section>
`;
