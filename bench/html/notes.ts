import { formatBytes, formatGflops, formatNumber, formatTime } from '../../src/measure/format.ts';
import type { Report } from '../../src/measure/report.ts';
import { deviceName } from '../device.ts';
import { html, type Markup } from './markup.ts';

/** The device and browser that the figures belong to. Figures of an unknown device mean nothing. */
export function deviceCard({ device, environment, matmul, peaks }: Report): Markup {
  const { limits, features } = device;
  const limit = (name: string) => {
    const bytes = limits[name];
    return bytes === undefined ? 'not known' : formatBytes(bytes);
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
    Median of one execution, with its 95 % interval. Compiling and warming up are not timed. Variants take
    turns round by round, so that a machine that slows down slows all of them alike.
  </dd>
  <dt>Versus the baseline</dt>
  <dd>
    Baseline time / this time, within the same rounds. It says <em>cannot tell</em> where the interval is too
    wide for a verdict.
  </dd>
  <dt>Throughput and % of matmul</dt>
  <dd>
    Throughput counts useful operations only, so recomputing something does not raise it. % of matmul is its
    share of the best plain matrix product on the same device.
  </dd>
  <dt>Workspace</dt>
  <dd>
    Memory beyond inputs and outputs. Where it grows with the square of the size it soon reaches the device’s
    limit, the <em>memory wall</em>.
  </dd>
  <dt>Error (bound)</dt>
  <dd>
    Relative L2 deviation from a float64 reference, and the most it may be. A result beyond its bound is
    marked WRONG and never ranked.
  </dd>
</dl>`;
