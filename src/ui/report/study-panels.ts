import '@awesome.me/webawesome/dist/components/button/button.js';
import { css, html, type TemplateResult } from 'lit';
import { saveIcon } from '../shell/icons.ts';
import { saveFile } from '../shell/save-file.ts';

/**
 * All numbers of a study: a table that scrolls, and a button that saves the study as JSON.
 * @param name of the file, and of the format that it says it has
 */
export function numbersPanel(
  { name, study, caption, headings }: StudyNumbers,
  rows: readonly TemplateResult[],
  note: TemplateResult,
): TemplateResult {
  const save = (): void => {
    const text = JSON.stringify({ format: name, version: 1, ...study }, undefined, 2);
    saveFile(`${name}.json`, text, 'application/json');
  };
  return html`
    <section class="panel">
      <div class="head">
        <h2>All numbers</h2>
        <wa-button data-action="save" size="s" appearance="outlined" @click=${save}>
          <span slot="start">${saveIcon}</span>Save as JSON
        </wa-button>
      </div>
      <div class="scroller" tabindex="0" role="region" aria-label=${`${caption}, scrollable`}>
        <table>
          <caption class="hidden-words">
            ${caption}
          </caption>
          <thead>
            <tr>
              ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      <p class="small quiet">${note}</p>
    </section>
  `;
}

interface StudyNumbers {
  readonly name: string;
  readonly study: object;
  readonly caption: string;
  readonly headings: readonly string[];
}

export const studyPanelStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.6rem;
    padding: 1.1rem 1.25rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  th:first-child {
    text-align: left;
  }
  /* On a phone, more columns are in view without scrolling. */
  @media (max-width: 480px) {
    th,
    td {
      padding-inline: 0.3rem;
    }
    th {
      white-space: normal;
    }
  }
`;
