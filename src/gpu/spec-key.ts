import type { ShaderSpec } from '../core/plan.ts';

/** A stable text of everything that shapes the compiled code: the cache key. */
export function specKey(spec: ShaderSpec): string {
  const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const on = sorted(spec.conditions).filter(([, value]) => value === true);
  const modules = sorted(spec.modules ?? {});
  const texts = [sorted(spec.injected ?? {}), sorted(spec.sources ?? {})];
  return JSON.stringify([spec.shader, on, sorted(spec.constants), modules, ...texts, spec.mostTurns]);
}
