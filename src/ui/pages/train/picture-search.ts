import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { messageOf } from '../../../core/errors.ts';
import type { FloatTensor } from '../../../core/tensor.ts';
import type { Pair } from '../../../train/pairs.ts';
import { normalized } from '../../../train/similarity.ts';
import type { Trainer } from '../../../train/trainer.ts';
import { readWords } from '../../../train/words.ts';
import { wordsOf } from '../../../train/world.ts';
import type { LabClient } from '../../../worker/api.ts';
import { valueOf } from '../../form/form-fields.ts';
import { base, panel } from '../../shell/styles.ts';
import './picture-canvas.ts';

/** Pictures that are shown. */
const SHOWN = 6;

interface Found {
  readonly pair: Pair;
  readonly score: number;
}

/** Finds, among the pictures that training never saw, those that a text describes. */
@customElement('tw-train-search')
export class TrainSearch extends LitElement {
  @property({ attribute: false }) lab: LabClient | undefined;
  @property({ attribute: false }) trainer: Trainer | undefined;
  @state() private text = 'two large blue circles at the top';
  @state() private found: readonly Found[] = [];
  @state() private notice = '';
  private gallery:
    { readonly of: Trainer; readonly step: number; readonly embeddings: FloatTensor } | undefined;

  override render() {
    return html`
      <section class="panel">
        <h2>Describe a picture, and find it</h2>
        <form novalidate @submit=${this.submit}>
          <wa-input
            size="s"
            name="description"
            label="Count, size, colour, shape, place and ground, or some of them"
            .value=${this.text}
            autocomplete="off"
            @input=${(event: Event) => {
              this.text = valueOf(event);
            }}
          ></wa-input>
          <wa-button type="submit" data-action="find" size="s" ?disabled=${this.trainer === undefined}
            >Find</wa-button
          >
        </form>
        <p class="small quiet" role="status" data-state=${this.found.length > 0 ? 'found' : 'empty'}>
          ${this.notice}
        </p>
        ${
          this.found.length === 0
            ? nothing
            : html`<ol>
                ${this.found.map(card)}
              </ol>`
        }
      </section>
    `;
  }

  private readonly submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { lab, trainer, text } = this;
    if (lab === undefined || trainer === undefined) return;
    const { counts, unknown } = readWords(text);
    if (!counts.some((count) => count > 0)) {
      this.found = [];
      this.notice =
        'None of these words is known here. Try: three small red squares at the bottom left on grey.';
      return;
    }
    try {
      const start = performance.now();
      const pairs = trainer.pairs.heldOut;
      const document = await this.embedded(trainer);
      const words = await trainer.embedTexts([text]);
      const query = { shape: words.shape, data: normalized(words) };
      const { indices, scores } = await lab.retrieve({ query, document, k: SHOWN });
      this.found = [...indices.data].flatMap((index, at): Found[] => {
        const pair = pairs[index];
        return pair === undefined ? [] : [{ pair, score: scores.data[at] ?? NaN }];
      });
      const missed = unknown.length === 0 ? '' : ` Not known, and left out: ${unknown.join(', ')}.`;
      this.notice = `The nearest of ${pairs.length} pictures that training never saw, by lab.retrieve, in ${Math.round(performance.now() - start)} ms.${missed}`;
    } catch (error) {
      this.notice = messageOf(error);
    }
  };

  /** The held-out pictures by the towers as they are now, of length 1. */
  private async embedded(trainer: Trainer): Promise<FloatTensor> {
    if (this.gallery?.of === trainer && this.gallery.step === trainer.steps) return this.gallery.embeddings;
    const { steps } = trainer;
    const raw = await trainer.embedPictures(trainer.pairs.heldOut);
    const embeddings = { ...raw, data: normalized(raw) };
    this.gallery = { of: trainer, step: steps, embeddings };
    return embeddings;
  }

  static override readonly styles = [
    base,
    panel,
    css`
      section {
        padding: 1rem 1.15rem 1.15rem;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.6rem;
        margin-top: 0.6rem;
      }
      wa-input {
        flex: 1 1 16rem;
      }
      p {
        margin-top: 0.6rem;
      }
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
        gap: 0.8rem;
        margin: 0.8rem 0 0;
        padding: 0;
        list-style: none;
      }
    `,
  ];
}

const card = ({ pair, score }: Found): TemplateResult => html`
  <li data-score=${score.toFixed(3)}>
    <tw-train-picture .pair=${pair}></tw-train-picture>
    <p class="small">${wordsOf(pair.description)} <span class="quiet">${score.toFixed(2)}</span></p>
  </li>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-train-search': TrainSearch;
  }
}
