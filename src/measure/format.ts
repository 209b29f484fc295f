const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/**
 * Bytes in words: `1.5 MiB`, `0 B`. A limit just below a whole unit shows that, because a request for the whole unit
 * fails: `1 GiB − 4 B`.
 */
export function formatBytes(bytes: number): string {
  const whole = 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
  if (bytes >= 2 ** 20 && bytes < whole && whole - bytes <= 256) {
    return `${formatBytes(whole)} − ${whole - bytes} B`;
  }
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${formatNumber(value)} ${UNITS[unit] ?? 'B'}`;
}

/** A time in three significant digits: `12.3 ms`, `850 µs`, `4.56 s`. */
export function formatMs(ms: number): string {
  if (ms >= 1000) return `${formatNumber(ms / 1000)} s`;
  if (ms >= 1 || ms === 0) return `${formatNumber(ms)} ms`;
  return `${formatNumber(ms * 1000)} µs`;
}

/** An interval in the unit of its median, so that both ends have the same unit: `11.9–12.8`. */
export function formatMsInterval(medianMs: number, lowMs: number, highMs: number): string {
  const scale = medianMs >= 1000 ? 1 / 1000 : medianMs >= 1 || medianMs === 0 ? 1 : 1000;
  return `${formatNumber(lowMs * scale)}–${formatNumber(highMs * scale)}`;
}

/** A speed in words: `3.42 GFLOP/s`, `12.1 TFLOP/s`. */
export function formatGflops(gflops: number): string {
  return gflops >= 1000 ? `${formatNumber(gflops / 1000)} TFLOP/s` : `${formatNumber(gflops)} GFLOP/s`;
}

/** A number in three significant digits, without an exponent for everyday magnitudes: `0.123`, `12.3`, `1234`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7)) return value.toExponential(1);
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** The share of a dense run's tiles that was visited: `52 % of the tiles`. */
export const formatTiles = ({ visited, total }: { visited: number; total: number }): string =>
  `${formatNumber(Number(((100 * visited) / total).toPrecision(2)))} % of the tiles`;

/** A deviation or its bound: `1.2e-6`. */
export function formatError(value: number): string {
  return value === 0 || !Number.isFinite(value) ? String(value) : value.toExponential(1);
}

/** A moment in ISO 8601, to the second: `2026-01-31 12:00:00 UTC`. */
export const formatTime = (iso: string): string => iso.replace('T', ' ').replace(/\..*$/, ' UTC');
