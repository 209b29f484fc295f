import { html, type TemplateResult } from 'lit';
import { rankTimes } from '../../../core/rank-times.ts';
import type { RankRun } from '../../../core/run.ts';
import { formatBytes, formatMs } from '../../../measure/format.ts';
import { theoryAt, type RingOutcome, type RingPlan } from './settings.ts';

/** Memory, bytes and times of each rank, one device first. */
export function ranksTable({ plan, ranksRun, alone }: RingOutcome): TemplateResult {
  const one = 'run' in alone ? alone.run : undefined;
  return html`
    <div class="scroller" tabindex="0" role="region" aria-label="Figures of each rank">
      <table>
        <thead>
          <tr>
            <th scope="col">device</th>
            <th scope="col">its share</th>
            <th scope="col">workspace</th>
            <th scope="col">sent</th>
            <th scope="col">received</th>
            <th scope="col">computes</th>
            <th scope="col">waits</th>
            <th scope="col">transfers hidden</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">one</th>
            <td>${formatBytes(plan.shareBytes(1))}</td>
            <td>${one ? formatBytes(one.workspaceBytes) : '–'}</td>
            <td>–</td>
            <td>–</td>
            <td>${one ? formatMs(one.wallMs) : '–'}</td>
            <td>–</td>
            <td>–</td>
          </tr>
          ${ranksRun.map((run, rank) => rankRow(run, rank, plan.shareBytes(plan.ranks)))}
        </tbody>
      </table>
    </div>
  `;
}

function rankRow(run: RankRun, rank: number, share: number): TemplateResult {
  const { workMs, waitMs, transferMs, hiddenMs } = rankTimes(run.timeline);
  return html`
    <tr data-rank=${rank}>
      <th scope="row">rank ${rank}</th>
      <td>${formatBytes(share)}</td>
      <td>${formatBytes(run.workspaceBytes)}</td>
      <td data-figure="sent">${formatBytes(run.sentBytes)}</td>
      <td>${formatBytes(run.receivedBytes)}</td>
      <td>${formatMs(workMs)}</td>
      <td>${formatMs(waitMs)}</td>
      <td>${transferMs === 0 ? '–' : `${Math.round((100 * hiddenMs) / transferMs)} %`}</td>
    </tr>
  `;
}

/** The figures that do scale, by arithmetic. */
export function scalingTable(plan: RingPlan): TemplateResult {
  const rings = [1, 2, 4, 8].filter((ranks) => ranks <= plan.mostRanks);
  return html`
    <div class="scroller" tabindex="0" role="region" aria-label="What scales with the number of ranks">
      <table>
        <thead>
          <tr>
            <th scope="col">ranks</th>
            <th scope="col">share of a rank</th>
            <th scope="col">it sends</th>
            <th scope="col">it sends, if length grows with ranks</th>
          </tr>
        </thead>
        <tbody>
          ${rings.map(
            (ranks) => html`
              <tr>
                <th scope="row">${ranks}</th>
                <td>${formatBytes(plan.shareBytes(ranks))}</td>
                <td>${formatBytes(plan.sentBytes(ranks))}</td>
                <td>${grown(plan, ranks)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** Options that name extents, such as lengths of sequences, do not grow with them. */
function grown(plan: RingPlan, ranks: number): string {
  try {
    return formatBytes(theoryAt(plan, ranks).sentBytes(ranks));
  } catch {
    return '–';
  }
}
