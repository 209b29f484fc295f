import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BoundProblem } from '../kernels/bind.ts';
import { requireOperation } from '../kernels/registry.ts';
import { TilewiseError } from '../errors.ts';
import { largestBuffer, profileOf } from '../measure/device.ts';
import { formatBytes, formatNumber } from '../measure/format.ts';
import { plannedVariants, type Planned } from '../measure/planned.ts';
import type { DeviceReport } from '../measure/report.ts';
import { memoryWall, type Wall } from '../measure/wall.ts';
import { seriesStyles } from './charts/style.ts';
import { parseFields, type Fields, type Settings } from './fields.ts';
import { valueOf } from './form-fields.ts';
import { wallStyles } from './memory-wall-styles.ts';
import { base, panel } from './styles.ts';

/** 64, 96, 128, 192 … up to the largest that the forms take. */
const MOST = 2 ** 20;
const SIZES = Array.from({ length: 29 }, (_, i) => 2 ** Math.floor(6 + i / 2) * (i % 2 === 0 ? 1 : 1.5));

/** How far a variant goes. */
interface Reach {
  readonly variant: string;
  /** `undefined`: as far as the forms do. */
  readonly wall: Wall | undefined;
}

/** How far each variant goes on a device, and what it would ask for at any size: from plans alone, nothing runs. */
@customElement('tw-memory-wall')
export class MemoryWall extends LitElement {
  @property({ attribute: false }) settings: Settings | undefined;
  /** Of the form: all but the size is the problem. */
  @property({ attribute: false }) fields: Fields = {};
  /** The field that the size is. */
  @property() size = '';
  @property({ attribute: false }) device: DeviceReport | undefined;
  /** The reader's own choice; until then the first size that naive does not reach. */
  @state() private chosen: number | undefined;
  private reaches: readonly Reach[] = [];

  protected override willUpdate(changed: PropertyValues): void {
    if (['settings', 'fields', 'size', 'device'].some((name) => changed.has(name))) {
      this.reaches = this.measureReaches();
    }
  }

  override render() {
    const { device } = this;
    const [first] = this.reaches;
    if (!device || !first) return nothing;
    const size = this.chosen ?? SIZES.find((one) => one >= (first.wall?.size ?? MOST)) ?? MOST;
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
            max=${SIZES.length - 1}
            .value=${String(SIZES.indexOf(size))}
            aria-valuetext=${`N = ${size}`}
            @input=${(event: Event) => {
              this.chosen = SIZES[Number(valueOf(event))];
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
    const reach = this.reaches.find((one) => one.variant === variant);
    const share = largest.bytes / limit;
    const isOver = share > 1;
    const color = seriesStyles(order).get(variant)?.color ?? 'currentColor';
    return html`
      <tr data-planned=${variant} class=${isOver ? 'over' : ''}>
        <th scope="row">
          <span class="swatch" style=${`background: ${color}`}></span><code>${variant}</code>
        </th>
        <td>${reach?.wall ? grouped(reach.wall.last) : `${grouped(MOST)} and on`}</td>
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

  private measureReaches(): Reach[] {
    const { device } = this;
    const problem = this.problemAt(SIZES[0] ?? 1);
    if (!device || !problem) return [];
    const at = (size: number) => this.problemAt(size) ?? problem;
    return plannedVariants(problem).flatMap(({ variant }) => {
      try {
        return [
          { variant, wall: memoryWall(at, variant, largestBuffer(device), { step: this.step, most: MOST }) },
        ];
      } catch (error) {
        // A variant may serve small problems alone: no wall is known then.
        if (error instanceof TilewiseError) return [];
        throw error;
      }
    });
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
  const { variant, wall } = first;
  if (!wall) return html`<code>${variant}</code> fits this device as far as N = ${grouped(MOST)}.`;
  const { name, bytes } = wall.planned.largest;
  const limit = largestBuffer(device);
  const farthest = Math.max(...reaches.map(sizeOf));
  const others = reaches.filter((reach) => sizeOf(reach) === farthest && farthest > wall.size);
  const [other] = others;
  return html`
    <code>${variant}</code> goes to N = <strong>${grouped(wall.last)}</strong> on this device: past it, its
    buffer <code>${name}</code> asks for ${formatBytes(bytes - limit)} more than the ${formatBytes(limit)}
    that are allowed.
    ${
      other === undefined
        ? nothing
        : html`${others.map(({ variant }) => variant).join(', ')} ${others.length === 1 ? 'goes' : 'go'}
            ${other.wall ? 'to' : 'past'} N = <strong>${grouped(other.wall?.last ?? MOST)}</strong>.`
    }
  `;
}

const sizeOf = ({ wall }: Reach): number => wall?.size ?? Infinity;

/** `1,048,576`. */
const grouped = (value: number): string => value.toLocaleString('en');

declare global {
  interface HTMLElementTagNameMap {
    'tw-memory-wall': MemoryWall;
  }
}
