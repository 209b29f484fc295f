import { BufferSet } from '../../../src/gpu/buffers.ts';
import { attention } from '../../../src/operations/attention/operation.ts';
import { DATA_ROLES } from '../../../src/core/plan.ts';
import { bind } from '../../../src/core/bind.ts';
import { contrastive } from '../../../src/operations/contrastive/operation.ts';
import { version } from '../../../package.json';
import { SHARED_DEVICE, type OpenPeers, type Work } from '../peer.ts';

/** The outputs that every library has. Tilewise's plans have more, such as lse. */
const OUTPUTS = {
  attention: ['output'],
  contrastive: ['loss', 'xGrad', 'yGrad', 'logitScaleGrad'],
};

/**
 * Opens Tilewise: the variant that runs where none is named, encoded as an application with its own device would do
 * it.
 */
export const openTilewise: OpenPeers = ({ device, identity, runner }) => {
  const bound = (work: Work) =>
    work.operation === 'attention'
      ? bind(attention, work.problem, identity)
      : bind(contrastive, work.problem, identity);
  return Promise.resolve([
    {
      id: 'tilewise',
      title: 'Tilewise',
      version,
      device: SHARED_DEVICE,
      async prepare(work) {
        const variant = bound(work).preferred();
        const plan = variant.plan();
        const data = await BufferSet.allocate(device, plan, DATA_ROLES);
        data.upload(work.inputs);
        const job = await runner.prepare(plan, data.buffers);
        return {
          run() {
            const encoder = device.createCommandEncoder();
            job.encode(encoder);
            device.queue.submit([encoder.finish()]);
            return Promise.resolve();
          },
          settle: () => device.queue.onSubmittedWorkDone(),
          async outputs() {
            const names = OUTPUTS[work.operation];
            const read = async (name: string) => [name, new Float32Array(await data.read(name))] as const;
            return Object.fromEntries(await Promise.all(names.map(read)));
          },
          dispose() {
            job.destroy();
            data.destroy();
          },
        };
      },
    },
  ]);
};
