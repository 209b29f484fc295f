import { Runner } from './runner.ts';

/**
 * For people who own a device already: `describeDevice` and `bind` turn a problem into a variant's plan,
 * `runner.prepare` binds it to your buffers, and `job.encode` puts it into your command encoder.
 */
export const createRunner = (device: GPUDevice): Runner => new Runner(device);
