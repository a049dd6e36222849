import { type SeededRandom, systemClock } from 'troupe';
import type { Setting } from '../settings.js';
import { type Job, type Kind, nextJob } from './workload.js';

/** A request that was made, with what came of it. */
export interface Request {
  readonly job: Job;
  /** Readings of the clock that all threads share. */
  readonly beganMs: number;
  endedMs: number;
  /** The status of the last answer that settled it; 0 as long as there is none. */
  status: number;
  body: string;
}

/** One use of a setting, as its customer saw it: a try that had no answer may have been done at any time. */
export interface SettingUse {
  readonly setting: string;
  /** The value that was set; null for a read. */
  readonly value: string | null;
  readonly beganMs: number;
  /** Infinity without an answer. */
  endedMs: number;
  /** The setting as it was read, or as it was after it was set; null without an answer. */
  answer: Setting | null;
}

/** A try that failed: status 0 is a connection that broke, or no answer in time. */
export interface Failure {
  readonly kind: Kind;
  readonly atMs: number;
  readonly status: number;
}

/** What all customers of a load have seen. */
export interface Log {
  readonly requests: Request[];
  readonly uses: SettingUse[];
  readonly failures: Failure[];
  /** When the youngest request that was answered began, by kind. */
  readonly answeredBegan: Record<Kind, number>;
  /** Since they were last taken. */
  latenciesMs: number[];
  /** It was told to end: what has no answer now did not fail, it was let go. */
  isOver: boolean;
}

/** How long a customer lets a request be that was answered with 503, and does others meanwhile. */
const AGAIN_MS = 200;
const PENDING_COUNT = 4;

/**
 * One customer, on one connection: makes a request, and makes it again under the same key until it is settled. Uses of
 * settings have no key: each try is a use of its own.
 */
export class Customer {
  readonly #name: string;
  readonly #random: SeededRandom;
  readonly #log: Log;
  #count = 0;
  #current: Request | undefined;
  #use: SettingUse | undefined;
  #triedMs = 0;
  /** Those to be tried again, and when. */
  readonly #later: { readonly request: Request; readonly atMs: number }[] = [];

  constructor(name: string, random: SeededRandom, log: Log) {
    this.#name = name;
    this.#random = random;
    this.#log = log;
  }

  /** The next request to be sent. If the last one has no answer by now, it will have none. */
  next(): Job {
    const nowMs = systemClock.now();
    if (this.#current !== undefined) this.#failed(0, nowMs);
    const due = this.#later[0];
    if (due !== undefined && (due.atMs <= nowMs || this.#later.length >= PENDING_COUNT)) {
      this.#later.shift();
      this.#current = due.request;
    } else {
      const job = nextJob(`${this.#name}-${this.#count++}`, this.#random);
      this.#current = {
        job,
        beganMs: nowMs,
        endedMs: Number.POSITIVE_INFINITY,
        status: 0,
        body: '',
      };
      if (job.method === 'POST') this.#log.requests.push(this.#current);
    }
    this.#triedMs = nowMs;
    const { job } = this.#current;
    this.#use = job.kind === 'set' || job.kind === 'get' ? this.#begin(job, nowMs) : undefined;
    return job;
  }

  /** The answer to the request that was sent last. */
  answered(status: number, body: string): void {
    const request = this.#current;
    if (request === undefined) return;
    const nowMs = systemClock.now();
    if (status >= 500) {
      this.#failed(status, nowMs);
      return;
    }
    request.status = status;
    request.endedMs = nowMs;
    request.body = body;
    this.#current = undefined;
    this.#log.latenciesMs.push(nowMs - this.#triedMs);
    this.#log.answeredBegan[request.job.kind] = this.#triedMs;
    if (this.#use === undefined) return;
    this.#use.endedMs = nowMs;
    this.#use.answer = JSON.parse(body) as Setting;
  }

  #begin({ path, body }: Job, beganMs: number): SettingUse {
    const setting = path.slice('/settings/'.length);
    const value = body?.['value'] ?? null;
    const use = { setting, value, beganMs, endedMs: Number.POSITIVE_INFINITY, answer: null };
    this.#log.uses.push(use);
    return use;
  }

  #failed(status: number, nowMs: number): void {
    const request = this.#current!;
    this.#current = undefined;
    if (!this.#log.isOver) this.#log.failures.push({ kind: request.job.kind, atMs: nowMs, status });
    // A setting is not set again: the next value is another one.
    if (request.job.method === 'POST') this.#later.push({ request, atMs: nowMs + AGAIN_MS });
  }
}
