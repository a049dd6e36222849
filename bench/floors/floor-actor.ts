import { FloorQueue } from './floor-queue.js';
import { SETUP } from './step.js';

const { localStep } = SETUP;
const DISPATCH = localStep >= 1;
const ANY_MESSAGE = localStep >= 2;
const FAILURE = localStep >= 3;
const ASYNC = localStep >= 4;
const COUNTS = localStep >= 5;
const WATCHDOG = localStep >= 6;
const FAIRNESS = localStep >= 7;

const CAPACITY = 2 ** 20;
const MESSAGES_PER_TURN = 256;
const CLOCK_MASK = 15;
const SLICE_MS = 5;

const counters = new Float64Array(new SharedArrayBuffer(64));
const SENT = 0;
const ENQUEUED = 1;
const HANDLED = 2;
const words = new Int32Array(new SharedArrayBuffer(64));

export interface FloorMessage {
  readonly type: string;
  readonly n: number;
}
export type FloorHandler<S> = (state: S, message: FloorMessage) => unknown;

/** The run queue of a floor. */
const ready = new FloorQueue<FloorActor<never>>();
let shown: unknown = null;

/**
 * The least that is an actor: a mailbox, a place in a run queue, a handler that is known only when the message
 * comes. Each step adds what one promise of the contract costs.
 *
 * - `dispatch`: the handler is found by the type of the message
 * - `any-message`: messages of many shapes have come by, so V8 finds `type` through its cache of all shapes
 * - `failure`: what a handler throws ends the actor and nothing else
 * - `async`: a promise that a handler returns is seen
 * - `counts`: a bound of the mailbox, and sent, queued and handled are counted where other threads can read it
 * - `watchdog`: who runs and what it handles stands in shared memory
 * - `fairness`: a turn ends after so many messages, or when its time is over
 */
export class FloorActor<S> {
  readonly state: S;
  readonly handler: FloorHandler<S>;
  readonly handlers: Map<string, FloorHandler<S>>;
  readonly mailbox = new FloorQueue<FloorMessage>();
  lastType = '';
  last: FloorHandler<S>;
  isScheduled = false;
  hasFailed = false;
  isHeld = false;

  constructor(state: S, handler: FloorHandler<S>) {
    this.state = state;
    this.handler = handler;
    this.last = handler;
    this.handlers = new Map([['inc', handler]]);
  }

  tell(message: FloorMessage): boolean {
    if (COUNTS) {
      counters[SENT]!++;
      if (this.mailbox.length >= CAPACITY) return false;
      counters[ENQUEUED]!++;
    }
    this.mailbox.push(message);
    if (!this.isScheduled) this.schedule();
    return true;
  }

  schedule(): void {
    this.isScheduled = true;
    ready.push(this as never);
  }

  run(untilMs: number): void {
    let left = MESSAGES_PER_TURN;
    for (let item = this.mailbox.shift(); item !== undefined; item = this.mailbox.shift()) {
      this.handle(item);
      if (!FAIRNESS) continue;
      left--;
      if (left === 0 || ((left & CLOCK_MASK) === 0 && performance.now() >= untilMs)) break;
    }
    this.isScheduled = false;
    if (FAIRNESS && this.mailbox.length > 0) this.schedule();
  }

  handle(message: FloorMessage): void {
    let handler = this.handler;
    if (DISPATCH) {
      const { type } = message;
      if (type !== this.lastType) {
        this.last = this.handlers.get(type) ?? this.handler;
        this.lastType = type;
      }
      handler = this.last;
    }
    if (COUNTS) counters[HANDLED]!++;
    if (WATCHDOG) this.show();
    let result: unknown;
    if (FAILURE) {
      try {
        result = handler(this.state, message);
      } catch {
        this.hasFailed = true;
      }
    } else {
      result = handler(this.state, message);
    }
    if (ASYNC && result !== undefined && typeof (result as Promise<unknown>).then === 'function') {
      this.isHeld = true;
    }
  }

  show(): void {
    if (shown !== this) {
      shown = this;
      words[0] = 1;
      words[1] = 2;
      words[2] = 3;
      words[3] = 4;
    }
    words[4] = 5;
  }
}

/** Runs actors until none is ready. */
export function runAll(): void {
  const untilMs = FAIRNESS ? performance.now() + SLICE_MS : 0;
  for (let actor = ready.shift(); actor !== undefined; actor = ready.shift()) actor.run(untilMs);
}

/** Has messages of as many shapes come by as a real thread sees. */
function meetShapes(): void {
  const noone = new FloorActor(null, () => undefined);
  for (let shape = 0; shape < 16; shape++) {
    noone.tell({ [`field${shape}`]: shape, type: `other${shape}`, n: 0 });
  }
  runAll();
}
if (ANY_MESSAGE) for (let round = 0; round < 1000; round++) meetShapes();
