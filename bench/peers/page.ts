/** The page that the command line drives. It measures every library in turn, on one adapter. */
import { openSession } from '../../src/gpu/session.ts';
import { environment } from '../../src/measure/environment.ts';
import { answer, type Answer } from '../answer.ts';
import type { PeerCase } from './cases.ts';
import { measureCase, type Rounds } from './measure.ts';
import type { OpenPeers, Peer, PeerId } from './peer.ts';
import type { PeerResult, PeersReport } from './report.ts';

export interface PeersPlan {
  readonly cases: readonly PeerCase[];
  readonly only: readonly PeerId[];
  readonly rounds: Rounds;
}

declare global {
  interface Window {
    /** Set when this page's code has loaded. */
    tilewisePeers?: (plan: PeersPlan) => Promise<Answer<PeersReport>>;
    /** Set by the command line. */
    peersProgress?: (message: string) => Promise<void>;
  }
}

/** The libraries' adapters. Each is loaded when it is chosen, because libraries have tens of megabytes. */
const LIBRARIES: Readonly<Record<PeerId, () => Promise<OpenPeers>>> = {
  tilewise: async () => (await import('./adapters/tilewise.ts')).openTilewise,
  ort: async () => (await import('./adapters/ort.ts')).openOrt,
  tfjs: async () => (await import('./adapters/tfjs.ts')).openTfjs,
  jax: async () => (await import('./adapters/jax.ts')).openJax,
};

window.tilewisePeers = (plan) => answer(() => measurePeers(plan));

async function measurePeers({ cases, only, rounds }: PeersPlan): Promise<PeersReport> {
  const tell = (message: string) => void window.peersProgress?.(message);
  const session = await openSession(navigator.gpu, 'high-performance');
  const peers: Peer[] = [];
  for (const id of only) {
    tell(`opening ${id}`);
    const open = await LIBRARIES[id]();
    peers.push(...(await open(session)));
  }
  const results: PeerResult[] = [];
  for (const one of cases) results.push(...(await measureCase(one, peers, rounds, tell)));
  return {
    schema: 'tilewise-peers',
    version: 1,
    device: { ...session.identity, features: [...session.identity.features] },
    environment: environment(session.runner.timer !== undefined),
    peers: peers.map(({ id, title, version, device }) => ({ id, title, version, device })),
    results,
  };
}
