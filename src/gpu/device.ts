import { DEVICE_LIMITS, type DeviceProfile, type SubgroupMatrix } from '../core/device-profile.ts';
import { Ending } from '../core/ending.ts';
import { AbortError, DeviceLostError, ShapeError, UnsupportedError } from '../core/errors.ts';

export type AdapterChoice = 'high-performance' | 'low-power' | 'fallback';

/** Who the device is: shown with every figure. */
export interface DeviceIdentity extends DeviceProfile {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** A device with its identity, and a promise that rejects once the device is lost. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly identity: DeviceIdentity;
  /** Settles like `work`, or rejects with DeviceLostError as soon as the device is lost. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Whether the device is gone. */
  isLost(): boolean;
  /** Destroys the device. Resolves when `isLost` says so. */
  lose(): Promise<void>;
}

/** The last is Dawn's alone, behind a flag of the browser. */
const WANTED_FEATURES = [
  'timestamp-query',
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
] as readonly GPUFeatureName[];

/**
 * Requests a device with every feature we know how to use and the adapter's own limits.
 * @throws UnsupportedError if there is no WebGPU or no adapter
 */
export async function openDevice(gpu: GPU | undefined, choice: AdapterChoice): Promise<OpenDevice> {
  if (gpu === undefined) throw new UnsupportedError('this browser has no WebGPU (navigator.gpu is missing)');
  const adapter = await gpu.requestAdapter(
    choice === 'fallback' ? { forceFallbackAdapter: true } : { powerPreference: choice },
  );
  if (adapter === null) throw new UnsupportedError(`WebGPU is there, but has no adapter for '${choice}'`);
  const device = await adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(DEVICE_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  return watch(device, identify(device, adapter));
}

/** Losing the device fails work in other ways a moment before WebGPU tells of the loss. */
const LOSS_LATENCY_MS = 50;

/** Whether an error has another cause than a lost device, however that failed. */
const isOfCaller = (error: unknown): boolean =>
  [ShapeError, UnsupportedError, AbortError].some((type) => error instanceof type);

/** Wraps a device that somebody else made. */
export function watch(device: GPUDevice, identity: DeviceIdentity): OpenDevice {
  const life = new Ending();
  const lost = device.lost.then(({ reason, message }) => {
    life.end(new DeviceLostError(message === '' ? reason : `${reason}: ${message}`, reason));
  });
  return {
    device,
    identity,
    isLost: () => life.reason !== undefined,
    lose() {
      device.destroy();
      return lost;
    },
    async guard(work) {
      try {
        return await life.guard(work);
      } catch (error) {
        if (!isOfCaller(error)) await life.guard(sleep(LOSS_LATENCY_MS)).catch(() => undefined);
        throw life.reason ?? error;
      }
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads the identity of a device; the adapter, where known, says whether it is a fallback. */
export function identify(device: GPUDevice, adapter?: GPUAdapter): DeviceIdentity {
  const info = adapter?.info ?? device.adapterInfo;
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    isFallbackAdapter: isFallback(info),
    features: [...device.features].sort(),
    limits: Object.fromEntries(
      DEVICE_LIMITS.map((limit) => [limit, device.limits[limit]]),
    ) as DeviceIdentity['limits'],
    subgroupMinSize: sizeOr(info.subgroupMinSize, 4),
    subgroupMaxSize: sizeOr(info.subgroupMaxSize, 128),
    ...matricesOf(info),
  };
}

function matricesOf(info: GPUAdapterInfo): Pick<DeviceIdentity, 'subgroupMatrices'> {
  const { subgroupMatrixConfigs = [] } = info as { subgroupMatrixConfigs?: readonly SubgroupMatrix[] };
  if (subgroupMatrixConfigs.length === 0) return {};
  // Dawn's own objects do not cross a worker.
  const plain = ({ componentType, resultComponentType, M, N, K }: SubgroupMatrix): SubgroupMatrix => ({
    ...{ componentType, resultComponentType },
    ...{ M, N, K },
  });
  return { subgroupMatrices: subgroupMatrixConfigs.map(plain) };
}

/** Old browsers leave the sizes out; then anything WebGPU permits is possible. */
const sizeOr = (size: number | undefined, fallback: number): number =>
  size === undefined || size === 0 ? fallback : size;

/** A CPU adapter that was chosen on the browser's command line does not call itself a fallback. */
function isFallback(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|warp/i.test(`${info.architecture} ${info.description}`)
  );
}
