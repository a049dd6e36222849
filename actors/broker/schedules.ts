import { TimerEntry, TroupeError } from '../../runtime/index.js';
import type { Time, Timed } from './core-host.js';
import { type Cron, nextCron, parseCron } from './cron.js';
import { type PublishOptions, publishBatch } from './publishing.js';
import type { ShardCore } from './shard-core.js';
import { TABLES } from './write-set.js';

/** Longest sleep before the wall clock is looked at again: it may have been set. */
const LOOK_AGAIN_MS = 60_000;
const MIN_EVERY_MS = 10;

/** What is published again and again, and when: by `cron` (UTC) or every so many milliseconds. */
export interface ScheduleOptions {
  readonly subject: string;
  readonly payload: unknown;
  readonly options?: PublishOptions;
  readonly cron?: string;
  /** At least 10. */
  readonly everyMs?: number;
}

/** A schedule as it is stored. */
export interface ScheduleRow {
  readonly schedule: ScheduleOptions;
  readonly bytes: number;
  /** Wall time. */
  readonly nextAtMs: number;
}

class Schedule implements Timed {
  readonly row: ScheduleRow;
  readonly cron: Cron | null;
  readonly timer = new TimerEntry<Timed>(this);
  /** Wall time. */
  nextAtMs: number;
  /** Monotonic, of one that is not bound to dates. */
  dueMs = 0;
  readonly #fire: (schedule: Schedule, time: Time) => void;

  constructor(row: ScheduleRow, fire: (schedule: Schedule, time: Time) => void) {
    const { cron } = row.schedule;
    this.row = row;
    this.cron = cron === undefined ? null : parseCron(cron);
    this.nextAtMs = row.nextAtMs;
    this.#fire = fire;
  }

  expired(time: Time): void {
    this.#fire(this, time);
  }
}

/**
 * The schedules of one shard. Each publication and the time of the next one are written in one transaction. What was
 * missed while nothing ran is published once, late; a clock that is set back holds nothing up.
 */
export class Schedules {
  readonly #core: ShardCore;
  readonly #all = new Map<string, Schedule>();

  constructor(core: ShardCore) {
    this.#core = core;
  }

  /** Names of all. */
  get names(): readonly string[] {
    return [...this.#all.keys()];
  }

  /** Sets a schedule; one of that name is replaced. @throws {TroupeError} ERR_OPTION */
  set(name: string, schedule: ScheduleOptions, bytes: number, time: Time): void {
    const nextAtMs = firstMs(name, schedule, time);
    this.remove(name);
    this.#add(name, { schedule, bytes, nextAtMs }, time);
    this.#write(name);
  }

  /** Puts back what a journal held. */
  restore(name: string, row: ScheduleRow, time: Time): void {
    this.#add(name, row, time);
  }

  /** Ends a schedule. False when there is none. */
  remove(name: string): boolean {
    const schedule = this.#all.get(name);
    if (schedule === undefined) return false;
    this.#core.wheel.cancel(schedule.timer);
    this.#all.delete(name);
    if (this.#core.hasJournal) this.#core.writes.delete(TABLES.schedules, name);
    return true;
  }

  #add(name: string, row: ScheduleRow, time: Time): void {
    const schedule = new Schedule(row, (due, now) => this.#look(name, due, now));
    this.#all.set(name, schedule);
    const leftMs = Math.min(row.nextAtMs, nextMs(schedule, time)) - time.wallMs;
    schedule.dueMs = time.nowMs + Math.max(0, leftMs);
    this.#arm(schedule, time);
  }

  /** Its time has come, or it is time to look at the clock. */
  #look(name: string, schedule: Schedule, time: Time): void {
    const isDue =
      schedule.cron === null ? schedule.dueMs <= time.nowMs : schedule.nextAtMs <= time.wallMs;
    if (isDue) {
      const { subject, payload, options = null } = schedule.row.schedule;
      const bytes = [schedule.row.bytes];
      const batch = { subjects: [subject], payloads: [payload], bytes };
      publishBatch(this.#core, { ...batch, options: [options], isAtomic: false }, time);
      schedule.nextAtMs = nextMs(schedule, time);
      schedule.dueMs = time.nowMs + (schedule.nextAtMs - time.wallMs);
      this.#write(name);
    }
    this.#arm(schedule, time);
  }

  #arm(schedule: Schedule, time: Time): void {
    // The clock may have been set back: then the next moment is nearer than it was.
    schedule.nextAtMs = Math.min(schedule.nextAtMs, nextMs(schedule, time));
    const { cron, nextAtMs, dueMs } = schedule;
    const leftMs = Math.max(0, cron === null ? dueMs - time.nowMs : nextAtMs - time.wallMs);
    this.#core.wheel.schedule(schedule.timer, time.nowMs, Math.min(leftMs, LOOK_AGAIN_MS));
  }

  #write(name: string): void {
    if (!this.#core.hasJournal) return;
    const { row, nextAtMs } = this.#all.get(name)!;
    this.#core.writes.put(TABLES.schedules, name, { ...row, nextAtMs });
  }
}

/** The next moment after the present. */
function nextMs({ cron, row }: Schedule, { wallMs }: Time): number {
  if (cron !== null) return nextCron(cron, wallMs) ?? Number.MAX_SAFE_INTEGER;
  return wallMs + row.schedule.everyMs!;
}

function firstMs(name: string, { cron, everyMs }: ScheduleOptions, { wallMs }: Time): number {
  if ((cron === undefined) === (everyMs === undefined)) {
    throw refusal(name, 'it has both or neither of cron and everyMs', 'give one of them');
  }
  if (cron === undefined) {
    const isTime = everyMs! >= MIN_EVERY_MS && everyMs! <= Number.MAX_SAFE_INTEGER;
    if (!isTime)
      throw refusal(name, `everyMs is ${String(everyMs)}`, `use ${MIN_EVERY_MS} or more`);
    return wallMs + everyMs!;
  }
  const next = nextCron(parseCron(cron), wallMs);
  if (next === undefined)
    throw refusal(name, `'${cron}' never comes`, 'look at its days and months');
  return next;
}

function refusal(name: string, what: string, mend: string): TroupeError {
  return new TroupeError('ERR_OPTION', { what, where: `schedule ${name}`, mend });
}
