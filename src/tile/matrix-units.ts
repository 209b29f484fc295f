import type { DeviceProfile, SubgroupMatrix } from '../core/device-profile.ts';
import type { Params, ParamSpec } from '../core/variant.ts';

/** The type of the fragments that a matrix unit multiplies. Their sums are f32. */
export type FragmentType = 'f16' | 'f32';

/** A parameter of kernels whose fragments may be of either type. */
export const FRAGMENT_BITS: ParamSpec = {
  name: 'fragmentBits',
  about: 'bits of an element of a fragment: 16 is f16, 32 is f32',
  choices: [16, 32],
};

/** The type that `fragmentBits` means. */
export const fragmentType = ({ fragmentBits }: Params): FragmentType => (fragmentBits === 16 ? 'f16' : 'f32');

/** Parameters of kernels on matrix units, which a device decides about. */
export const MATRIX_PARAMS: readonly ParamSpec[] = [
  { name: 'matrixM', about: 'rows of a fragment, as the device has them', choices: [8, 16] },
  { name: 'matrixN', about: 'columns of a fragment', choices: [8, 16] },
  { name: 'matrixK', about: 'elements contracted at a time', choices: [8, 16] },
  { name: 'subgroup', about: 'invocations of a subgroup', choices: [8, 16, 32, 64, 128] },
  {
    name: 'pinned',
    about: '1 asks for subgroups of that size, where the device has several sizes',
    choices: [0, 1],
  },
];

/** The units of a device that take fragments of a type and sum in f32. */
export const matrixUnits = (
  { subgroupMatrices = [] }: DeviceProfile,
  type: FragmentType,
): readonly SubgroupMatrix[] =>
  subgroupMatrices.filter(
    ({ componentType, resultComponentType }) => componentType === type && resultComponentType === 'f32',
  );

const FEATURE = 'chromium-experimental-subgroup-matrix';

const canPin = ({ features }: DeviceProfile): boolean => features.includes('subgroup-size-control');

/** `true`, or the reason why a device has no matrix units that a kernel can use, whatever the problem. */
export function hasMatrixUnits(device: DeviceProfile, types: readonly FragmentType[]): true | string {
  const { features, subgroupMinSize, subgroupMaxSize } = device;
  if (!features.includes(FEATURE)) return `it needs the feature ${FEATURE}, which the device does not have`;
  if (types.every((type) => matrixUnits(device, type).length === 0)) {
    return `the device has no matrix units for ${types.join(' or ')} fragments with f32 sums`;
  }
  return subgroupMinSize === subgroupMaxSize || canPin(device)
    ? true
    : `it needs subgroups of one size, or subgroup-size-control; the device has ${subgroupMinSize} to ${subgroupMaxSize}`;
}

/** The first unit of a device, and its smallest subgroups. */
export function matrixDefaults(device: DeviceProfile, type: FragmentType): Params {
  const { M, N, K } = matrixUnits(device, type)[0] ?? { M: 8, N: 8, K: 8 };
  const { subgroupMinSize, subgroupMaxSize } = device;
  const pinned = subgroupMinSize === subgroupMaxSize ? 0 : 1;
  return { matrixM: M, matrixN: N, matrixK: K, subgroup: subgroupMinSize, pinned };
}

/** `true`, or the reason why a device has no such unit, or no subgroups of that size. */
export function matrixFits(params: Params, device: DeviceProfile, type: FragmentType): true | string {
  const { matrixM = 0, matrixN = 0, matrixK = 0, subgroup = 0, pinned = 0 } = params;
  const { subgroupMinSize, subgroupMaxSize } = device;
  if (!matrixUnits(device, type).some(({ M, N, K }) => M === matrixM && N === matrixN && K === matrixK)) {
    return `the device has no matrix units for ${type} fragments of ${matrixM} × ${matrixN} × ${matrixK} with f32 sums`;
  }
  if (pinned === 0) {
    return subgroupMinSize === subgroupMaxSize && subgroup === subgroupMaxSize
      ? true
      : `it needs subgroups of one size, ${subgroup}; the device has ${subgroupMinSize} to ${subgroupMaxSize}`;
  }
  if (!canPin(device))
    return 'pinned needs the feature subgroup-size-control, which the device does not have';
  return subgroup >= subgroupMinSize && subgroup <= subgroupMaxSize && Number.isInteger(Math.log2(subgroup))
    ? true
    : `subgroup must be a power of two from ${subgroupMinSize} to ${subgroupMaxSize}, not ${subgroup}`;
}

/** Conditions and constants of a kernel on matrix units. */
export const matrixSpec = ({ matrixM = 0, matrixN = 0, matrixK = 0, subgroup = 0, pinned = 0 }: Params) => ({
  conditions: { MATRIX: true, SUBGROUPS: true, SUBGROUP_SIZE: pinned === 1 },
  constants: { MATRIX_M: matrixM, MATRIX_N: matrixN, MATRIX_K: matrixK, SUBGROUP: subgroup },
});
