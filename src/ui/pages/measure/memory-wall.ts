import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BoundProblem } from '../../../core/bind.ts';
import { requireOperation } from '../../../operations/registry.ts';
import { AbortError, TilewiseError } from '../../../core/errors.ts';
import { largestBuffer, profileOf } from '../../../measure/device.ts';
import { formatBytes, formatNumber } from '../../../measure/format.ts';
import { plannedVariants, type Planned } from '../../../measure/planned.ts';
import type { DeviceReport } from '../../../measure/report.ts';
import { reach, type Reach } from '../../../measure/wall.ts';
import { seriesStyles } from '../../shell/series-styles.ts';
import { parseFields, type Fields, type Settings } from '../../form/fields.ts';
import { valueOf } from '../../form/form-fields.ts';
import { wallStyles } from './memory-wall-styles.ts';
import { base, panel } from '../../shell/styles.ts';

const MOST = 2 ** 18;
/** The sizes of the slider: 64, 96, 128, 192 … */
const SIZES = Array.from({ length: 25 }, (_, i) => 2 ** Math.floor(6 + i / 2) * (i % 2 === 0 ? 1 : 1.5));

/** How far each variant goes on a device, and what it would ask for at any size: from plans alone, nothing runs. */
@customElement('tw-memory-wall')
export class MemoryWall extends LitElement {
  @property({ attribute: false }) settings: Settings | undefined;
  /** The form's fields, of which all but the size make the problem. */
  @property({ attribute: false }) fields: Fields = {};
  /** The field that the size is. */
  @property() size = '';
  @property({ attribute: false }) device: DeviceReport | undefined;
  /** The reader's own choice; until then the first size that naive does not reach. */
  @state() private chosen: number | undefined;
  @state() private reaches: readonly Reach[] = [];
  private search = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (['settings', 'fields', 'size', 'device'].some((name) => changed.has(name))) {
      void this.findReaches(++this.search);
    }
  }

  override render() {
    const { device } = this;
    const [first] = this.reaches;
    if (!device || !first) return nothing;
    const { sizes } = this;
    const last = sizes.at(-1) ?? MOST;
    const size = Math.min(
      last,
      this.chosen ?? sizes.find((one) => one >= (first.wall?.size ?? MOST)) ?? last,
    );
    const problem = this.problemAt(size);
    if (!problem) return nothing;
    return html`
      <section class="panel">
        <h2>Memory wall</h2>
        <p>${wallWords(first, this.reaches, device)}</p>
        <label>
          <span>What each would ask for at <strong>N = ${grouped(size)}</strong></span>
          <input
            type="range"
            min="0"
            max=${sizes.length - 1}
            .value=${String(sizes.indexOf(size))}
            aria-valuetext=${`N = ${size}`}
            @input=${(event: Event) => {
              this.chosen = sizes[Number(valueOf(event))];
            }}
          />
        </label>
        <div class="scroller" tabindex="0" role="region" aria-label="Planned memory, scrollable">
          <table>
            <caption class="hidden-words">
              Planned memory of each variant at N = ${size}; nothing has run
            </caption>
            <thead>
              <tr>
                <th scope="col">Variant</th>
                <th scope="col">Goes to N</th>
                <th scope="col">Workspace</th>
                <th scope="col">All buffers</th>
                <th scope="col">Largest buffer, of ${formatBytes(largestBuffer(device))}</th>
              </tr>
            </thead>
            <tbody>
              ${plannedVariants(problem).map((one) => this.row(one, problem.variantIds, largestBuffer(device)))}
            </tbody>
          </table>
        </div>
        <p class="small quiet">Planned, not run: the sizes follow from the kernels’ plans.</p>
      </section>
    `;
  }

  private row(
    { variant, workspaceBytes, totalBytes, largest }: Planned,
    order: readonly string[],
    limit: number,
  ): TemplateResult {
    const far = this.reaches.find((one) => one.variant === variant);
    const share = largest.bytes / limit;
    const isOver = share > 1;
    const color = seriesStyles(order).get(variant)?.color ?? 'currentColor';
    return html`
      <tr data-planned=${variant} class=${isOver ? 'over' : ''}>
        <th scope="row">
          <span class="swatch" style=${`background: ${color}`}></span><code>${variant}</code>
        </th>
        <td>${far ? `${grouped(far.last)}${far.wall ? '' : ' and on'}` : ''}</td>
        <td>${workspaceBytes === 0 ? 'none' : formatBytes(workspaceBytes)}</td>
        <td>${formatBytes(totalBytes)}</td>
        <td>
          <span class="bar"
            ><span style=${`width: ${100 * Math.min(1, share)}%; background: ${color}`}></span
          ></span>
          <span class="figure">
            <code>${largest.name}</code> ${formatBytes(largest.bytes)}
            ${isOver ? html`<strong>cannot run: ${formatNumber(share)} × the limit</strong>` : nothing}
          </span>
        </td>
      </tr>
    `;
  }

  /** A later search makes an earlier one void. */
  private async findReaches(search: number): Promise<void> {
    const { device } = this;
    const problem = this.problemAt(SIZES[0] ?? 1);
    // The rest is shown beside fields that cannot be read, too.
    if (!device || !problem) return;
    const limit = largestBuffer(device);
    const at = (size: number) => this.problemAt(size) ?? problem;
    const pause = () =>
      new Promise<void>((resolve, reject) => {
        setTimeout(() => {
          if (search === this.search) resolve();
          else reject(new AbortError());
        });
      });
    const reaches: Reach[] = [];
    for (const { variant } of plannedVariants(problem)) {
      try {
        reaches.push(await reach(at, variant, limit, { step: this.step, most: MOST }, pause));
      } catch (error) {
        if (error instanceof AbortError) return;
        // A variant may serve small problems alone: no wall is known then.
        if (!(error instanceof TilewiseError)) throw error;
      }
    }
    this.reaches = reaches;
  }

  /** Sizes that every variant was planned at, or met its wall before. */
  private get sizes(): number[] {
    const most = Math.min(...this.reaches.map(({ wall, last }) => (wall ? MOST : last)));
    return SIZES.filter((size) => size <= most);
  }

  /** Some losses pair their rows: then only even sizes exist. */
  private get step(): number {
    return this.problemAt(65) ? 1 : 2;
  }

  /** The form's problem at another size; `undefined` where that cannot be. */
  private problemAt(size: number): BoundProblem | undefined {
    if (!this.settings || !this.device) return undefined;
    const { plan } = parseFields(this.settings, { ...this.fields, [this.size]: String(size) });
    const [item] = plan?.cases ?? [];
    return item && requireOperation(item.operation).bind(item.problem, profileOf(this.device));
  }

  static override readonly styles = [base, panel, wallStyles];
}

/** Why the first stops, and how far the others go. */
function wallWords(first: Reach, reaches: readonly Reach[], device: DeviceReport): TemplateResult {
  const { variant, wall, last } = first;
  if (!wall) return html`<code>${variant}</code> fits this device as far as N = ${grouped(last)}.`;
  const { name, bytes } = wall.planned.largest;
  const limit = largestBuffer(device);
  const others = reaches.filter((reach) => reach.last > last);
  const words = others.map(
    (reach) => `${reach.variant} ${reach.wall ? 'to' : 'past'} ${grouped(reach.last)}`,
  );
  return html`
    <code>${variant}</code> goes to N = <strong>${grouped(last)}</strong> on this device: past it, its buffer
    <code>${name}</code> asks for ${formatBytes(bytes - limit)} more than the ${formatBytes(limit)} that are
    allowed. ${words.length === 0 ? nothing : html`Others go on: ${words.join(', ')}.`}
  `;
}

/** `262,144`. */
const grouped = (value: number): string => value.toLocaleString('en');

declare global {
  interface HTMLElementTagNameMap {
    'tw-memory-wall': MemoryWall;
  }
}
