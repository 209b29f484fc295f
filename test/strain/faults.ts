import { setTimeout as sleep } from 'node:timers/promises';
import { openLab, TilewiseError, type LabClient } from '../../src/index.ts';
import { NodeWorker } from '../support/node-worker.ts';
import { goodCall, isWrong, settled } from './calls.ts';
import { Random } from './random.ts';
import type { Strain, StrainOptions } from './strain.ts';

/** A lab, and its worker of now. */
interface Victim {
  readonly lab: LabClient;
  readonly worker: () => NodeWorker;
}

async function open(): Promise<Victim> {
  let worker = new NodeWorker();
  const lab = await openLab({
    tuned: {},
    worker: () => {
      worker = new NodeWorker();
      return worker;
    },
  });
  return { lab, worker: () => worker };
}

/** Events that a lab outlives; `aborted` is one call's own. */
const EVENTS = {
  'device lost': ({ lab }: Victim) => lab.loseDevice(),
  'worker dead': ({ worker }: Victim) => {
    worker().fail('a strain ends it');
  },
  aborted: (_victim: Victim, abort: AbortController) => {
    abort.abort();
  },
  closed: ({ lab }: Victim) => {
    lab.close();
  },
} as const;
type EventName = keyof typeof EVENTS;

/**
 * Makes three good calls at a time, in the midst of which something happens to the lab. Each call is right or rejects by type,
 * they settle in their order, and the next call is right.
 */
export async function strainFaults({ turns, seed, computes }: StrainOptions): Promise<Strain> {
  const counts: Record<string, number> = {};
  const count = (what: string) => (counts[what] = (counts[what] ?? 0) + 1);
  const faults: string[] = [];
  let victim = await open();
  for (let turn = 0; turn < turns; turn++) {
    const random = new Random(seed + turn);
    const name = random.of(Object.keys(EVENTS) as [EventName, ...EventName[]]);
    const fault = (words: string) => faults.push(`seed ${seed + turn}, ${name}: ${words}`);
    count(name);
    const abort = new AbortController();
    const order: number[] = [];
    const calls = [0, 1, 2].map(async (at) => {
      const call = goodCall(random);
      const options = at === 1 ? { ...call.options, signal: abort.signal } : call.options;
      const outcome = await settled(victim.lab, { ...call, options });
      if (!(outcome instanceof Error)) order.push(at);
      else if (!(outcome instanceof TilewiseError))
        fault(`${call.method}: ${outcome.name}: ${outcome.message}`);
      if (computes && isWrong(outcome)) fault(`${call.method}: a wrong result`);
      count(outcome instanceof Error ? outcome.name : 'right');
    });
    await sleep(random.below(30));
    await EVENTS[name](victim, abort);
    await Promise.all(calls);
    if (order.join() !== [...order].sort().join()) fault(`calls settled in the order ${order.join()}`);
    if (name === 'closed') victim = await open();
    const after = await settled(victim.lab, goodCall(random));
    if (after instanceof Error) fault(`the next call: ${after.name}: ${after.message}`);
    else if (computes && isWrong(after)) fault('the next call is wrong');
  }
  victim.lab.close();
  return { counts, faults };
}
