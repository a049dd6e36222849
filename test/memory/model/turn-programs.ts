import { ModelEventLoop } from './model-event-loop.js';
import { type Parts, REAL_PARTS, type RingArena } from './ring-scenario.js';
import type { Hand, Program } from './thread-code.js';
import { stopReport, type TurnOptions } from './turn-options.js';
import { TurnTarget } from './turn-target.js';

/** More calls of the event loop than this, in one run, go in circles. */
const MAX_CALLS = 2000;

/** A thread as the runtime drives it: the real `ThreadLoop`, over an event loop that the search steps. */
class TurnThread {
  readonly #hand: Hand;
  readonly #options: TurnOptions;
  readonly #target: TurnTarget;
  readonly #events: ModelEventLoop;
  readonly #loop: InstanceType<Parts['ThreadLoop']>;
  #isStopping = false;

  constructor(world: RingArena, parts: Parts, hand: Hand, options: TurnOptions) {
    this.#hand = hand;
    this.#options = options;
    this.#events = new ModelEventLoop(hand, this.#outside());
    this.#target = new TurnTarget(world, parts, hand, this.#events, options);
    const bell = world.bell(parts, options.bell);
    const budgets = {
      ioBudgetMs: options.yields ? 0 : 1,
      spinMs: options.pollsLong ? 4 : options.polls ? 1 : 0,
    };
    const loop = new parts.ThreadLoop(this.#target, bell, budgets, this.#events);
    this.#loop = hand.watch(loop);
  }

  /** What the application does to the thread. */
  #outside(): (() => void)[] {
    const { sends = [], isGiven, isStopped } = this.#options;
    const gifts = sends.flatMap(({ lengths }, outlet) =>
      lengths.map(() => () => {
        this.#target.give(outlet);
        this.#loop.wake();
      }),
    );
    return [...(isGiven ? gifts : []), ...(isStopped ? [() => this.#stop()] : [])];
  }

  run(): void {
    this.#loop.wake();
    let count = 0;
    do {
      // A turn that asks for nothing of shared memory is no step of the search.
      if (++count > MAX_CALLS) throw new Error('the loop goes on without end');
      this.#stopWhenDone();
      this.#target.mark('between two calls');
    } while (this.#events.step());
    if (!this.#target.isStopped) throw new Error('nothing will ever call the loop again');
  }

  #stopWhenDone(): void {
    const { stopsAfter } = this.#options;
    if (this.#isStopping || stopsAfter === undefined || !this.#target.isDone(stopsAfter)) return;
    this.#isStopping = true;
    this.#events.microtask('stop', () => this.#stop());
  }

  /** As the main function of a thread ends. */
  #stop(): void {
    this.#target.isStopped = true;
    this.#loop.stop();
    this.#target.flush();
    const { sends = [] } = this.#options;
    for (const [outlet, { ring }] of sends.entries()) {
      this.#hand.report(stopReport(ring, this.#target.sent[outlet]!));
    }
  }
}

/** A thread that goes on until it is stopped: it is asleep when nothing is left to do. */
export function turns(world: RingArena, options: TurnOptions, parts = REAL_PARTS): Program {
  return (hand) => new TurnThread(world, parts, hand, options).run();
}
