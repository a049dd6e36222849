import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStream, SystemEvents } from 'troupe';
import type { BureauMode } from './credit-bureau.js';
import { CREDIT, type CreditMessage } from './credit-desk.js';
import { Saboteur } from './saboteur.js';
import type { Site } from './site.js';

/** What a fault is done to. */
export interface Scene {
  readonly site: Site;
  /** The service outside, which can be told how to be. */
  readonly bureau: { set(mode: BureauMode): void };
  /** How long something outside is ill. */
  readonly illMs: number;
  /** Ends the wait for what a fault leads to. */
  readonly signal: AbortSignal;
}

/** One fault of the story. */
export interface Fault {
  readonly name: string;
  /** Does the harm. Resolves when the system itself is whole again, as far as it can tell. */
  readonly harm: (scene: Scene) => Promise<void>;
}

const LIMIT_MS = 30_000;
const LOOK_MS = 20;

/** The faults, in their order. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'a crashed actor',
    async harm({ site: { system, parts }, signal }) {
      const isDesk = ({ kind }: { readonly kind: string }): boolean => kind === 'CreditDesk';
      const restarted = next(system.events, 'actor-restarted', isDesk, signal);
      const [desk] = parts.registry.discover<CreditMessage>(CREDIT).instances;
      desk?.ref?.tell({ type: 'crash' });
      await restarted;
    },
  },
  {
    name: 'a killed thread',
    async harm({ site, signal }) {
      // That of the Raft leader, which takes aggregates, a broker shard and a cache shard along.
      const thread = await leader(site, signal);
      const replaced = replacement(site, thread, signal);
      site.system.killThread(thread);
      await replaced;
    },
  },
  {
    name: 'a stuck handler',
    async harm({ site, signal }) {
      const thread = 1 + ((await leader(site, signal)) % site.system.threads);
      const replaced = replacement(site, thread, signal);
      const options = { placement: thread, restart: 'temporary' } as const;
      site.system.spawn(Saboteur, undefined, options).tell({ type: 'never-end' });
      await replaced;
    },
  },
  {
    name: 'a flaky dependency',
    async harm({ site, bureau, illMs, signal }) {
      bureau.set('ill');
      await sleep(illMs, undefined, { signal });
      bureau.set('well');
      await until(() => site.parts.breaker.phase === 'closed', signal);
    },
  },
];

/** The thread of the node that leads the Raft group: they have the same numbers. */
async function leader({ parts }: Site, signal: AbortSignal): Promise<number> {
  let id = 0;
  await until(async () => {
    for (const node of parts.settings.nodes) {
      const status = await node.ask({ type: 'status' }, { timeoutMs: 1000 }).catch(() => undefined);
      if (status?.role === 'leader') id = status.id;
    }
    return id > 0;
  }, signal);
  return id;
}

function replacement({ system }: Site, thread: number, signal: AbortSignal): Promise<void> {
  return next(system.events, 'thread-replaced', (event) => event.thread === thread, signal);
}

/** The next event of a kind that fits. @throws when none comes in time */
function next<E extends keyof SystemEvents>(
  events: EventStream,
  name: E,
  fits: (event: Parameters<SystemEvents[E]>[0]) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let isThere = false;
  const listener = (event: Parameters<SystemEvents[E]>[0]): void => {
    isThere ||= fits(event);
  };
  events.on(name, listener as SystemEvents[E]);
  return until(() => isThere, signal).finally(() => events.off(name, listener as SystemEvents[E]));
}

/** Looks until it is so. @throws when it is not in time */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const lastMs = performance.now() + LIMIT_MS;
  while (!(await isSo())) {
    if (performance.now() > lastMs) throw new Error(`it took longer than ${LIMIT_MS} ms`);
    await sleep(LOOK_MS, undefined, { signal });
  }
}
