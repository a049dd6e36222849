import { type ActorRef, defineActor } from '../../runtime/index.js';
import { instanceKey } from './instance.js';
import type { InstanceName } from './membership.js';
import { probe } from './probes.js';
import type { RegistryMessage } from './protocol.js';
import type { CheckSpec } from './registration.js';

/** What the registry has its checker do. */
export type HealthCheckerMessage =
  | {
      type: 'start-checks';
      service: string;
      instance: string;
      incarnation: number;
      checks: Readonly<Record<string, CheckSpec>>;
    }
  | { type: 'stop-checks'; service: string; instance: string }
  | { type: 'probe'; key: string; check: string; incarnation: number };

interface Probed {
  readonly name: InstanceName;
  readonly checks: Readonly<Record<string, CheckSpec>>;
  /** Probes under way, by check: a slow one is not begun again. */
  readonly underWay: Set<string>;
}

interface CheckerState {
  readonly registry: ActorRef<RegistryMessage>;
  readonly probed: Map<string, Probed>;
}

const timerKey = (key: string, check: string): string => `${key}\0${check}`;

/** Makes the HTTP and TCP probes of a registry, as its child, and tells it the results. */
export const HealthChecker = defineActor<HealthCheckerMessage>()({
  module: import.meta.url,
  name: 'HealthChecker',
  turn: 'interleave',
  mailbox: { capacity: 2 ** 20 },
  init: (args: { readonly registry: ActorRef<RegistryMessage> }): CheckerState => ({
    registry: args.registry,
    probed: new Map(),
  }),
  handlers: {
    'start-checks'(state, { service, instance, incarnation, checks }, ctx) {
      const key = instanceKey(service, instance);
      for (const check of Object.keys(state.probed.get(key)?.checks ?? {})) {
        ctx.cancelTimer(timerKey(key, check));
      }
      const name = { service, instance, incarnation };
      state.probed.set(key, { name, checks, underWay: new Set() });
      for (const [check, spec] of Object.entries(checks)) {
        if (spec.kind !== 'http' && spec.kind !== 'tcp') continue;
        const message = { type: 'probe', key, check, incarnation } as const;
        ctx.startInterval(timerKey(key, check), spec.intervalMs ?? 10_000, message);
        ctx.self.tell(message);
      }
    },
    'stop-checks'(state, { service, instance }, ctx) {
      const key = instanceKey(service, instance);
      for (const check of Object.keys(state.probed.get(key)?.checks ?? {})) {
        ctx.cancelTimer(timerKey(key, check));
      }
      state.probed.delete(key);
    },
    async probe(state, { key, check, incarnation }, ctx) {
      const probed = state.probed.get(key);
      const spec = probed?.checks[check];
      if (probed === undefined || spec === undefined || probed.underWay.has(check)) return;
      if (probed.name.incarnation !== incarnation) return;
      probed.underWay.add(check);
      const { result, output } = await probe(spec, ctx.signal);
      probed.underWay.delete(check);
      if (ctx.signal.aborted) return;
      state.registry.tell({ type: 'probed', name: probed.name, check, result, output });
    },
  },
});
