import { type ActorRef, defineActor, type Request } from 'troupe';
import { connectRegistry, type RegistryClient, type RegistryMessage } from 'troupe/actors';
import { nowNs } from './harness.js';
import { discoverMany, heartbeatMany, reached } from './registry-load.js';

/** What one round has done, and how long it took. */
export interface ReaderResult {
  readonly elapsedNs: number;
  readonly sum: number;
}

export type ReaderMessage =
  | Request<{ type: 'discover'; count: number }, ReaderResult>
  | Request<{ type: 'heartbeat'; count: number }, ReaderResult>;

export interface ReaderArgs {
  readonly registry: ActorRef<RegistryMessage>;
  /** Index at which everything is registered. */
  readonly index: number;
}

/** Uses the registry on a worker thread. */
export const Reader = defineActor<ReaderMessage>()({
  module: import.meta.url,
  name: 'Reader',
  init: async (args: ReaderArgs, ctx) => {
    const client = connectRegistry(args.registry, ctx);
    await reached(client, args.index);
    return client;
  },
  handlers: {
    discover: (client, { count }) => timed(() => discoverMany(client, count)),
    heartbeat: (client, { count }) => timed(() => heartbeatMany(client, count)),
  },
});

function timed(work: () => number): ReaderResult {
  const startNs = nowNs();
  const sum = work();
  return { elapsedNs: nowNs() - startNs, sum };
}

/** The work on this thread. */
export function timedHere(
  kind: ReaderMessage['type'],
  client: RegistryClient,
  count: number,
): ReaderResult {
  return timed(() => (kind === 'discover' ? discoverMany : heartbeatMany)(client, count));
}
