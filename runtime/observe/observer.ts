import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { TracedMessage } from '../worker/traces.js';
import type { Dashboard, DashboardOptions } from './dashboard/dashboard.js';
import { EventHistory, type Subscribe } from './event-history.js';
import { type Figures, readFigures } from './figures.js';
import type { Inspection, InspectOptions } from './inspection.js';
import { Inspector } from './inspector.js';
import type { Observed } from './observed.js';
import { prometheusText } from './prometheus.js';

const TRACE_TIMEOUT_MS = 5000;

/** Called for each message of a traced actor, on the main thread. */
export type TraceListener = (message: TracedMessage) => void;

/** Everything that looks at one system. It costs the system nothing until it is asked. @thread main */
export class Observer {
  readonly history: EventHistory;
  readonly inspector: Inspector;
  readonly #observed: Observed;
  readonly #traces = new Map<string, Set<TraceListener>>();
  readonly #dashboards = new Set<Dashboard>();
  #isClosed = false;

  constructor(observed: Observed, subscribe: Subscribe) {
    this.#observed = observed;
    this.history = new EventHistory(observed.main.clock, subscribe);
    this.inspector = new Inspector(observed, this.history);
    subscribe('message-traced', (payload) => {
      const traced = payload as TracedMessage;
      for (const listener of this.#traces.get(traced.id) ?? []) listener(traced);
    });
  }

  /** See `ActorSystem.figures`. */
  figures(): Figures {
    return readFigures(this.#observed);
  }

  /** See `ActorSystem.prometheus`. */
  prometheus(): string {
    return prometheusText(this.figures());
  }

  /** See `ActorSystem.inspect`. */
  inspect(options?: InspectOptions): Promise<Inspection> {
    return this.inspector.inspect(options);
  }

  /** See `ActorSystem.trace`. */
  async trace(actor: AnyRef, listener: TraceListener): Promise<() => Promise<void>> {
    const listeners = this.#traces.get(actor.id) ?? new Set();
    this.#traces.set(actor.id, listeners.add(listener));
    const isOn = await this.#setTrace(actor, true);
    const off = async (): Promise<void> => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#traces.delete(actor.id);
      await this.#setTrace(actor, false);
    };
    if (isOn) return off;
    await off();
    throw new TroupeError('ERR_NO_SUCH_ACTOR', {
      what: 'the actor cannot be traced: it is gone, has not started, or its thread does not answer',
      where: actor.path ?? actor.id,
      mend: 'wait for system.started(actor)',
    });
  }

  async #setTrace(ref: AnyRef, isOn: boolean): Promise<boolean> {
    const request = { type: 'trace', ref, isOn } as const;
    return (await this.inspector.ask<boolean>(ref.thread, TRACE_TIMEOUT_MS, request)) === true;
  }

  /** See `ActorSystem.serveDashboard`. Its modules are loaded only here. */
  async serve(options: DashboardOptions): Promise<Dashboard> {
    this.#observed.main.assertAccepting('serveDashboard');
    const { serveDashboard } = await import('./dashboard/dashboard.js');
    const dashboard = await serveDashboard(this, options, () => this.#dashboards.delete(dashboard));
    this.#dashboards.add(dashboard);
    // The system may have stopped meanwhile.
    if (this.#isClosed) await dashboard.close();
    return dashboard;
  }

  /** The system stops: nothing is served any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#dashboards].map((dashboard) => dashboard.close()));
  }
}
