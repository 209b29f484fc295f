/** A tag for HTML templates: Lit's on the pages, or the one of the HTML report. */
export type HtmlTag<Html> = (
  strings: TemplateStringsArray,
  ...parts: readonly (Html | string | readonly Html[])[]
) => Html;

/** A table of texts that scrolls sideways by itself. @param label what it shows, for those who cannot see it */
export function plainTable<Html>(
  html: HtmlTag<Html>,
  label: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): Html {
  return html`<div class="scroller" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
