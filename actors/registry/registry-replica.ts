import { type ActorRef, type Context, defineActor } from '../../runtime/index.js';
import { LeaseWords } from './lease-words.js';
import type { RegistryMessage, RegistryNews } from './protocol.js';
import type { RegistryLimits } from './registry-options.js';
import { placeOf, type ReplicaPlace } from './replica-directory.js';
import { ReplicaView } from './replica-view.js';

/** What a replica is spawned with. */
export interface ReplicaArgs {
  readonly registry: ActorRef<RegistryMessage>;
  readonly memory: SharedArrayBuffer;
  readonly limits: RegistryLimits;
}

/** What a replica is told. */
export type ReplicaMessage = RegistryNews | { type: 'subscribe' } | { type: 'keep' };

interface ReplicaState {
  readonly args: ReplicaArgs;
  readonly place: ReplicaPlace;
  readonly view: ReplicaView;
  readonly words: LeaseWords;
}

/** The name of a replica's watch. */
const WATCH = 'replica';
/** How often it makes sure that it has missed nothing. */
const RESUBSCRIBE_MS = 5000;
/** How often kept registrations are looked at, at most and at least. */
const MIN_KEEP_MS = 10;
const MAX_KEEP_MS = 1000;

/** The copy of the catalog on one thread. A child of the registry; there is one on each thread. */
export const RegistryReplica = defineActor<ReplicaMessage>()({
  module: import.meta.url,
  name: 'RegistryReplica',
  turn: 'interleave',
  mailbox: { capacity: 2 ** 20 },
  init: (args: ReplicaArgs, ctx): ReplicaState => {
    ctx.self.tell({ type: 'subscribe' });
    ctx.startInterval('subscribe', RESUBSCRIBE_MS, { type: 'subscribe' });
    ctx.self.tell({ type: 'keep' });
    const place = placeOf(args.registry);
    place.wake = () => void ctx.self.tell({ type: 'keep' });
    return {
      args,
      place,
      view: new ReplicaView(args.limits.serviceCount),
      words: new LeaseWords(args.memory),
    };
  },
  handlers: {
    'registry-news'({ args, place, view, words }, { name, event }, ctx) {
      const touched = view.apply(event);
      const { index } = event;
      args.registry.tell({ type: 'acknowledge', name, subscriber: ctx.self, index });
      place.open(view, words);
      // What was there before the registry restarted, and does not come back, is in no snapshot.
      const isWhole = event.kind === 'snapshot';
      for (const error of place.notify(isWhole ? undefined : touched)) {
        ctx.publish('registry-listener-failed', { error: String(error) });
      }
      if (isWhole) place.wake?.();
    },
    subscribe: (state, _message, ctx) => subscribe(state, ctx),
    keep: ({ place }, _message, ctx) => {
      // Twice as often as wanted, so that one that comes a little early is not late the next time.
      const everyMs = place.keep(ctx.now()) / 2;
      const nextMs = Math.min(MAX_KEEP_MS, Math.max(MIN_KEEP_MS, everyMs));
      ctx.startTimer('keep', nextMs, { type: 'keep' });
    },
  },
  stopped({ place, view }) {
    if (place.view === view) place.view = undefined;
    place.wake = undefined;
  },
});

/** Watches from where it is: were an event lost on the way, it comes again, or a snapshot. */
async function subscribe(
  { args, view }: ReplicaState,
  ctx: Context<ReplicaMessage, void>,
): Promise<void> {
  const from = view.index < 0 ? undefined : view.index;
  const watch = { type: 'watch', name: WATCH, subscriber: ctx.self, from } as const;
  try {
    // A registry that ends answers nobody and waits for its replicas.
    await ctx.ask(args.registry, watch, { signal: ctx.signal });
  } catch {
    // The registry is being restarted, or ends; the next try, or the end of this replica, is near.
    if (!ctx.signal.aborted) ctx.startTimer('again', 100, { type: 'subscribe' });
  }
}
