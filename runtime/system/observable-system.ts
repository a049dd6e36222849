import type { CellReport } from '../actor/cell-signals.js';
import type { Dashboard, DashboardOptions } from '../observe/dashboard/dashboard.js';
import type { Figures } from '../observe/figures.js';
import type { Inspection, InspectOptions } from '../observe/inspection.js';
import type { Observed } from '../observe/observed.js';
import { Observer, type TraceListener } from '../observe/observer.js';
import { type MeterLike, observeWith } from '../observe/otel-metrics.js';
import type { ActorRef, AnyRef } from '../ref/actor-ref.js';
import { assertOwn } from '../ref/foreign-ref.js';
import type { Message } from '../ref/protocol.js';
import { openTelemetry } from '../worker/open-telemetry.js';
import { EventStream, type SystemEvents } from './event-stream.js';
import { readMetrics, type SystemMetrics } from './metrics.js';

const QUERY_TIMEOUT_MS = 5000;

/** What can be seen of a running system: see `ActorSystem`. */
export abstract class ObservableSystem {
  /** What happens in the system: dead letters, failures, restarts, threads. */
  readonly events = new EventStream();
  #observed!: Observed;
  #observer!: Observer;

  /** @internal the threads are joined: from here on they can be looked at */
  protected observe(observed: Observed): Observer {
    this.#observed = observed;
    this.#observer = new Observer(observed, (name, listener) =>
      this.events.on(name as keyof SystemEvents, listener),
    );
    return this.#observer;
  }

  /** @internal the meter of OpenTelemetry observes the figures. @returns a function that ends it */
  protected measure(): () => void {
    return observeWith(this, openTelemetry().metrics.getMeter('troupe') as MeterLike);
  }

  /**
   * The living actor at a path such as `/user/shop/cart`, or undefined.
   * @typeParam M its protocol, which the caller must know: nothing checks it
   */
  async resolve<M extends Message = never>(path: string): Promise<ActorRef<M> | undefined> {
    return (await this.#observer.inspector.resolvePath(path)) as ActorRef<M> | undefined;
  }

  /**
   * How an actor does, or undefined when there is none, as in a system that has stopped.
   * @throws {TroupeError} ERR_ASK_TIMEOUT, ERR_STOPPED when the system stops meanwhile
   */
  inspect(actor: AnyRef): Promise<CellReport | undefined>;
  /**
   * The tree of actors with what each is doing, who waits for whom, the last events of supervision. Bounded: page
   * through many with `under` and `offset`. A thread that does not answer is waited for once, and named.
   * @throws {TroupeError} ERR_OPTION
   */
  inspect(options?: InspectOptions): Promise<Inspection>;
  async inspect(what: AnyRef | InspectOptions = {}): Promise<CellReport | Inspection | undefined> {
    if (!('creator' in what)) return this.#observer.inspect(what);
    assertOwn(this.#observed.root, what);
    return this.#observed.main.queries.inspect(what, QUERY_TIMEOUT_MS);
  }

  /**
   * Tells of each message that an actor has handled, as `message-traced` event too, until the returned function
   * is called; at most 1000 a second. Outlives restarts of the actor, not the death of its thread.
   * @throws {TroupeError} ERR_NO_SUCH_ACTOR, ERR_FOREIGN_REF
   */
  async trace(actor: AnyRef, listener: TraceListener): Promise<() => Promise<void>> {
    assertOwn(this.#observed.root, actor);
    return this.#observer.trace(actor, listener);
  }

  /** All counters, of all threads, without a message to any of them. */
  metrics(): SystemMetrics {
    return readMetrics(this.#observed.main.control);
  }

  /**
   * Everything that stands in shared memory, read without a message to any thread, also while threads are stuck:
   * counters, what each thread runs, rings; and with the option `metrics` what is measured.
   */
  figures(): Figures {
    return this.#observer.figures();
  }

  /** The figures in the text format of Prometheus, for an HTTP server of your own. */
  prometheus(): string {
    return this.#observer.prometheus();
  }

  /**
   * Serves a page that shows what happens in the system, `/metrics` for Prometheus, and JSON: on 127.0.0.1 and
   * with a token unless told otherwise. Ends with the system.
   * @throws {TroupeError} ERR_OPTION, ERR_STOPPED, ERR_DASHBOARD_LISTEN
   */
  serveDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
    return this.#observer.serve(options);
  }
}
