import { formatBytes, formatGflops, formatNumber, formatTime } from '../../src/measure/format.ts';
import type { Report } from '../../src/measure/report.ts';
import { deviceName } from '../device.ts';
import { html, type Markup } from './markup.ts';

/** Whose figures these are: without it they mean nothing. */
export function deviceCard({ device, environment, matmul, peaks }: Report): Markup {
  const { limits, features } = device;
  const limit = (name: string) => {
    const bytes = limits[name];
    return bytes === undefined ? 'not told' : formatBytes(bytes);
  };
  return html`<dl class="card">
    ${[
      ['Adapter', deviceName(device)],
      ['Kind', device.isFallbackAdapter ? 'CPU (fallback adapter)' : 'GPU'],
      ['Subgroup size', `${device.subgroupMinSize} to ${device.subgroupMaxSize}`],
      ['Largest buffer', limit('maxBufferSize')],
      ['Largest storage binding', limit('maxStorageBufferBindingSize')],
      ['Workgroup memory', limit('maxComputeWorkgroupStorageSize')],
      ['Best matmul here', matmul ? `${formatGflops(matmul.gflops)} at ${matmul.size}³` : 'not measured'],
      ['Multiply-adds here', peaks ? formatGflops(peaks.fma.gflops) : 'not measured'],
      ['Copies here', peaks ? `${formatNumber(peaks.copy.gbPerS)} GB/s` : 'not measured'],
      ['Timestamps', environment.timestamps ? 'GPU timestamps' : 'wall clock only'],
      ['Logical processors', String(environment.hardwareConcurrency)],
      ['Tilewise', environment.tilewise],
      ['Measured', formatTime(environment.date)],
    ].map((entry) => cardEntry('', entry))}
    ${[
      ['Features', features.join(', ') || 'none'],
      ['Host', environment.userAgent],
    ].map((entry) => cardEntry('wide', entry))}
  </dl>`;
}

function cardEntry(className: string, [name, value]: readonly string[]): Markup {
  return html`<div class="${className}">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

export const howToRead: Markup = html`<dl class="read">
  <dt>Time</dt>
  <dd>
    Median of one execution and its 95 % interval. Compilation and warm-up are outside; variants take turns,
    round by round, so that a drifting clock hits all of them alike.
  </dd>
  <dt>Versus naive</dt>
  <dd>
    Naive time / this time, within the same rounds. It says <em>cannot tell</em> where the interval leaves it
    open.
  </dd>
  <dt>GFLOP/s and % matmul</dt>
  <dd>
    Useful operations alone, recomputation earns nothing; and the share of the best plain matrix product that
    was measured on the same device in the same run.
  </dd>
  <dt>Workspace</dt>
  <dd>
    Memory beyond inputs and outputs. Where it grows with the square of the size, the device’s limit is near:
    the <em>memory wall</em>, marked where a variant met it.
  </dd>
  <dt>Error (bound)</dt>
  <dd>
    Relative L2 deviation from a float64 reference, and the most it may be. A result beyond its bound is
    marked WRONG and never ranked.
  </dd>
</dl>`;
