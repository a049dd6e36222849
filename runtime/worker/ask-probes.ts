import type { ActorCell } from '../actor/actor-cell.js';
import { askCycle } from '../actor/cell-errors.js';
import { type CellReport, reportOf } from '../actor/cell-signals.js';
import type { PendingAsk } from '../actor/pending-ask.js';
import type { Signal } from '../actor/signals.js';
import { TroupeError } from '../base/errors.js';
import { StatusWord } from '../memory/control-block-descriptor.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ActorThread } from './actor-thread.js';

type Probe = Extract<Signal, { type: 'ask-probe' }>;

/** Actors in a chain that is followed; longer cycles end by their deadline. */
const MAX_CHAIN = 64;
/** How long a target has to say how it does. */
const REPORT_MS = 1000;
/** Targets whose last report is kept. */
const MAX_REPORTS = 256;

/**
 * Looks after asks that take long. A probe follows who waits for whom (Chandy, Misra and Haas, "Distributed
 * Deadlock Detection", 1983): from the asker to its target, from an actor whose turn is open to those it has
 * asked in that turn. When it comes back to the turn it started from, the actors wait for each other.
 * Asks of the open turn count as awaited. The probe costs fast asks nothing.
 */
export class AskProbes {
  readonly #thread: ActorThread;
  /** What targets on other threads said of themselves, and which have been asked. */
  readonly #reports = new Map<string, { isAsked: boolean; report: CellReport | null }>();

  constructor(thread: ActorThread) {
    this.#thread = thread;
  }

  /** The ask has waited for its probe time. */
  probe(ask: PendingAsk): void {
    const { by, target } = ask;
    if (target === null) return;
    if (by?.open && by.turn === ask.turn && by.epoch === ask.epoch) {
      const { slot, generation, epoch, turn } = ask;
      const chain = [labelOf(by.ref)];
      const probe = {
        type: 'ask-probe',
        origin: by.ref,
        epoch,
        turn,
        slot,
        generation,
        chain,
      } as const;
      this.#thread.signal(target, probe);
    }
    if (target.thread !== this.#thread.thread) this.#inspect(target);
  }

  /** A probe has reached an actor of this thread whose turn is open. */
  follow(cell: ActorCell, probe: Probe): void {
    if (cell.ref.equals(probe.origin)) {
      if (cell.turn !== probe.turn || cell.epoch !== probe.epoch) return;
      const ask = this.#thread.asks.find(probe.slot, probe.generation);
      if (ask !== undefined) {
        this.#thread.asks.fail(ask, askCycle([...probe.chain, labelOf(cell.ref)]));
      }
      return;
    }
    const label = labelOf(cell.ref);
    if (probe.chain.includes(label) || probe.chain.length >= MAX_CHAIN) return;
    const onward = { ...probe, chain: [...probe.chain, label] };
    for (let ask = cell.asks; ask !== null; ask = ask.next) {
      if (ask.turn === cell.turn && ask.target !== null) this.#thread.signal(ask.target, onward);
    }
  }

  /** One question at a time to each target, however many asks wait for it. */
  #inspect(target: AnyRef): void {
    let entry = this.#reports.get(target.id);
    if (entry === undefined) {
      if (this.#reports.size >= MAX_REPORTS) this.#reports.clear();
      entry = { isAsked: false, report: null };
      this.#reports.set(target.id, entry);
    }
    if (entry.isAsked) return;
    entry.isAsked = true;
    // What it said for an earlier ask is not what it does now: a thread that does not answer is blocked.
    entry.report = null;
    const known = entry;
    const answered = (report: CellReport | null): void => {
      known.isAsked = false;
      known.report = report;
    };
    this.#thread.queries.inspect(target, REPORT_MS).then(
      (report) => answered(report ?? null),
      () => answered(null),
    );
  }

  timeoutError(ask: PendingAsk): TroupeError {
    const target = ask.target!;
    return new TroupeError('ERR_ASK_TIMEOUT', {
      what: `no reply within ${ask.timeoutMs} ms; ${this.#stateOf(target)}`,
      where: target.toString(),
      mend: 'raise timeoutMs, or find out what the target waits for',
    });
  }

  #stateOf(target: AnyRef): string {
    const { thread, cells, control } = this.#thread;
    if (target.thread === thread) {
      const cell = cells.get(target);
      return cell === undefined ? 'the actor is gone' : describeReport(reportOf(cell));
    }
    if (!control.isRunning(target.thread)) return `thread ${target.thread} is not running`;
    const report = this.#reports.get(target.id)?.report;
    if (report != null) return describeReport(report);
    const labels = control.labels(target.thread);
    const kind = labels.name(control.status(target.thread, StatusWord.RUNNING_KIND));
    const type = labels.name(control.status(target.thread, StatusWord.RUNNING_TYPE));
    if (kind === undefined) return `thread ${target.thread} did not say how it does`;
    return `thread ${target.thread} is busy with ${kind}${type === undefined ? '' : `, message '${type}'`}`;
  }
}

function describeReport(report: CellReport): string {
  const doing = report.handling === undefined ? '' : `, waiting in '${report.handling}'`;
  return `${report.kind} is ${report.status}${doing}, ${report.queued} messages queued`;
}

function labelOf(ref: AnyRef): string {
  return ref.path ?? ref.id;
}
