import { css, html, nothing, type TemplateResult } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import type { RankSpan } from '../../../core/run.ts';
import { formatBytes, formatMs } from '../../../measure/format.ts';
import { seriesStyles } from '../../shell/series-styles.ts';
import type { RingOutcome } from './settings.ts';

/** The rank that a span's shard is at home with: the number its label ends with. Heads are computed by their own rank. */
const homeOf = ({ label }: RankSpan, rank: number): number =>
  label.startsWith('heads') ? rank : Number(/ (\d+)$/.exec(label)?.[1] ?? rank);

/** Ranks as lanes on an axis of time, shards in the colour of their home, and one device above them. */
export function lanes({ ranksRun, alone, plan: { ranks } }: RingOutcome): TemplateResult {
  const wallMs = 'run' in alone ? alone.run.wallMs : 0;
  const ends = ranksRun.flatMap(({ timeline }) => timeline.map(({ endMs }) => endMs));
  const total = Math.max(wallMs, ...ends);
  const names = ['one device', ...Array.from({ length: ranks }, (_, rank) => `rank ${rank}`)];
  const colors = seriesStyles(names);
  const colorOf = (name: string) => colors.get(name)?.color ?? 'currentColor';
  const whole: RankSpan = { kind: 'work', label: 'the whole problem', startMs: 0, endMs: wallMs };
  return html`
    <div class="lanes" role="list" aria-label="What each rank does when">
      ${lane('one device', wallMs === 0 ? [] : [span(whole, total, colorOf('one device'))])}
      ${ranksRun.map(({ timeline }, rank) =>
        lane(
          `rank ${rank}`,
          timeline.map((one) => span(one, total, colorOf(`rank ${homeOf(one, rank)}`))),
        ),
      )}
      <div class="axis" aria-hidden="true">
        <span></span>
        <div class="ticks">
          <span>0</span><span>${formatMs(total / 2)}</span><span>${formatMs(total)}</span>
        </div>
      </div>
    </div>
    <p class="legend small quiet">
      <span><i class="work"></i> computes, in the colour of the shard’s home</span>
      <span><i class="wait"></i> waits</span>
      <span><i class="transfer"></i> a shard on its way to it</span>
    </p>
  `;
}

const lane = (name: string, spans: readonly TemplateResult[]): TemplateResult => html`
  <div class="lane" role="listitem" data-lane=${name}>
    <span class="small">${name}</span>
    <div class="track">${spans}</div>
  </div>
`;

function span(
  { kind, label, startMs, endMs, bytes }: RankSpan,
  total: number,
  color: string,
): TemplateResult {
  const words = { work: `computes ${label}`, wait: `waits for ${label}`, transfer: `${label} is on its way` }[
    kind
  ];
  const size = bytes === undefined ? '' : `, ${formatBytes(bytes)}`;
  const place = {
    left: `${(100 * startMs) / total}%`,
    width: `max(2px, ${(100 * (endMs - startMs)) / total}%)`,
    '--shard': color,
  };
  return html`<i
    class=${kind}
    style=${styleMap(place)}
    title="${words}: ${formatMs(endMs - startMs)}${size}"
    aria-hidden=${kind === 'wait' ? 'true' : nothing}
  ></i>`;
}

export const laneStyles = css`
  .lane,
  .axis {
    display: grid;
    grid-template-columns: 5.5rem minmax(0, 1fr);
    align-items: center;
    gap: 0.5rem;
  }
  .lane + .lane {
    margin-top: 0.35rem;
  }
  .track {
    position: relative;
    height: 2.4rem;
    overflow: hidden;
    border-radius: var(--wa-border-radius-s);
    background: var(--wa-color-surface-lowered);
  }
  .track i {
    position: absolute;
  }
  i.work {
    top: 0.75rem;
    bottom: 0.15rem;
    border-radius: 2px;
    background: var(--shard, currentColor);
  }
  i.wait {
    top: 0.75rem;
    bottom: 0.15rem;
    background: repeating-linear-gradient(-45deg, transparent 0 4px, var(--wa-color-text-quiet) 4px 5px);
    opacity: 0.7;
  }
  i.transfer {
    top: 0.2rem;
    height: 0.35rem;
    border-radius: 99px;
    background: var(--shard, currentColor);
  }
  .ticks {
    display: flex;
    justify-content: space-between;
    padding-top: 0.25rem;
    color: var(--wa-color-text-quiet);
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    margin-top: 0.7rem;
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
  }
  .legend i {
    position: static;
    width: 1.4rem;
    height: 0.8rem;
  }
  .legend i.transfer {
    height: 0.35rem;
  }
`;
