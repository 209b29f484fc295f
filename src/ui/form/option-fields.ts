import { restingText, type Option } from '../../core/option.ts';
import type { DeviceReport } from '../../measure/report.ts';
import type { Fields } from './fields.ts';

type Row = Option<object>;

/** The class of device that first texts are chosen for: a CPU adapter is some hundred times slower. */
const scaleOf = (device: DeviceReport | undefined): 'cpu' | 'gpu' =>
  device?.isFallbackAdapter === false ? 'gpu' : 'cpu';

/** The text that an option's control holds at first. */
function firstText(option: Row, sizes: 'one' | 'many', scale: 'cpu' | 'gpu'): string {
  if (sizes === 'many' && option.sizes !== undefined) return option.sizes.initial[scale];
  const { initial = restingText(option) } = option;
  return typeof initial === 'string' ? initial : initial[scale];
}

/** Code of somebody else is not run because of a link. */
export const isLinked = ({ control }: Row): boolean => control.kind !== 'code';

/** The fields that a form begins with. Code is left out. */
export const firstFields = (
  options: readonly Row[],
  sizes: 'one' | 'many',
  device: DeviceReport | undefined,
): Fields =>
  Object.fromEntries(
    options.filter(isLinked).map((option) => [option.name, firstText(option, sizes, scaleOf(device))]),
  );

/** The fields among them that are the same on every device. */
export function fixedFields(options: readonly Row[], sizes: 'one' | 'many'): Fields {
  const fixed = options.filter(
    (option) => isLinked(option) && firstText(option, sizes, 'cpu') === firstText(option, sizes, 'gpu'),
  );
  return firstFields(fixed, sizes, undefined);
}

/** Whether a text is what the option's control holds at first on some device, or nothing. */
export const isUsual = (option: Row, text: string): boolean =>
  text === '' || (['cpu', 'gpu'] as const).some((scale) => text === firstText(option, 'one', scale));
