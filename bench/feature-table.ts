import type { ActorRef, ActorSystem, Definition, OverflowPolicy, SystemOptions } from 'troupe';
import type { FeatureName } from './feature-names.js';
import { check } from './harness.js';
import {
  AsyncTally,
  Nest,
  PriorityTally,
  StashingTally,
  Tally,
  type TallyMessage,
  Watcher,
} from './tally-actors.js';

/** Makes the receiver on a thread. */
type MakeReceiver = (system: ActorSystem, thread: number) => Promise<ActorRef<TallyMessage>>;

/** How a system is set up with a feature or without it. What is left out is the default. */
export interface FeatureSetup {
  readonly system?: SystemOptions;
  /** False: nobody listens for dead letters and failures. */
  readonly listens?: boolean;
  readonly receiver?: MakeReceiver;
  /** Runs beside each round. @returns what ends it */
  readonly beside?: (system: ActorSystem) => () => void;
}

/** A feature: the same work without it and with it. */
export interface Feature {
  readonly off: FeatureSetup;
  readonly on: FeatureSetup;
}

/** Supervisors between a top-level actor and the receiver. */
const DEPTH = 64;
/** Less than the default, and more than two bursts: nothing overflows. */
const CAPACITY = 4096;
const WATCHER_COUNT = 100;
const METRICS_INTERVAL_MS = 100;

/** A receiver of that kind, right below the root. */
function receiver(kind: Definition<TallyMessage, undefined>): MakeReceiver {
  return async (system, placement) => system.spawn(kind, undefined, { placement });
}

function bounded(overflow: OverflowPolicy): Feature {
  return {
    off: {},
    on: {
      receiver: async (system, placement) =>
        system.spawn(Tally, undefined, { placement, mailbox: { capacity: CAPACITY, overflow } }),
    },
  };
}

function idleLevel(level: number): Feature {
  return { off: { system: { idleLevel: 0 } }, on: { system: { idleLevel: level } } };
}

const watched: MakeReceiver = async (system, placement) => {
  const of = system.spawn(Tally, undefined, { placement });
  const watchers = Array.from({ length: WATCHER_COUNT }, () => system.spawn(Watcher, { of }));
  await Promise.all(watchers.map((watcher) => system.started(watcher)));
  return of;
};

/** Reads all counters ten times a second, from before the first message to after the last. */
function readMetrics(system: ActorSystem): () => void {
  let sent = -1;
  const read = (): void => {
    const { total } = system.metrics();
    check(total.sent >= sent, () => `${total.sent} sent, ${sent} before`);
    sent = total.sent;
  };
  read();
  const interval = setInterval(read, METRICS_INTERVAL_MS);
  return () => {
    clearInterval(interval);
    read();
  };
}

/** Reads all figures ten times a second, as a dashboard with ten visitors would. */
function readFigures(system: ActorSystem): () => void {
  let handled = -1;
  const read = (): void => {
    const now = system.figures().threads.reduce((sum, row) => sum + row.counters.handled, 0);
    check(now >= handled, () => `${now} handled, ${handled} before`);
    handled = now;
  };
  read();
  const interval = setInterval(read, METRICS_INTERVAL_MS);
  return () => {
    clearInterval(interval);
    read();
  };
}

/** What is switched off and on. */
export const FEATURES: Readonly<Record<FeatureName, Feature>> = {
  'supervision-depth': {
    off: {},
    on: {
      receiver: (system, placement) =>
        system.spawn(Nest, { depth: DEPTH }, { placement }).ask({ type: 'bottom' }),
    },
  },
  'mailbox-reject': bounded('reject'),
  'mailbox-drop-oldest': bounded('drop-oldest'),
  'mailbox-fail': bounded('fail'),
  'mailbox-wait': bounded('wait'),
  'mailbox-priority': { off: {}, on: { receiver: receiver(PriorityTally) } },
  strict: { off: {}, on: { system: { strict: true } } },
  checksums: { off: {}, on: { system: { checksums: true } } },
  metrics: { off: {}, on: { beside: readMetrics } },
  'dead-letter-events': { off: { listens: false }, on: {} },
  'idle-level-1': idleLevel(1),
  'idle-level-10': idleLevel(10),
  stash: { off: {}, on: { receiver: receiver(StashingTally) } },
  'async-handler': { off: {}, on: { receiver: receiver(AsyncTally) } },
  'attribute-promises': {
    off: { system: { attributePromises: false }, receiver: receiver(AsyncTally) },
    on: { system: { attributePromises: true }, receiver: receiver(AsyncTally) },
  },
  watch: { off: {}, on: { receiver: watched } },
  metered: { off: {}, on: { system: { metrics: true }, beside: readFigures } },
  'trace-context': { off: {}, on: { system: { traceContext: true } } },
  'open-telemetry': { off: {}, on: { system: { openTelemetry: true } } },
};
