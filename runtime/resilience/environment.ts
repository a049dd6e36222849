import { type Clock, systemClock } from '../base/clock.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';
import { type Random, systemRandom } from '../base/random.js';
import { steady } from './steady-clock.js';

/** What a policy uses of the world around it; tests give a manual clock, seeded chance and timers of their own. */
export interface PolicyEnvironment {
  /** Durations are measured on it. Default: the monotonic clock of the machine. */
  readonly clock?: Clock;
  /** Jitter is drawn from it. */
  readonly random?: Random;
  /** Delays and deadlines are its timers. */
  readonly loop?: Pick<EventLoop, 'after' | 'clear'>;
}

/** {@link PolicyEnvironment}, complete; its clock never goes back. */
export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly loop: Pick<EventLoop, 'after' | 'clear'>;
}

const SYSTEM: Environment = { clock: systemClock, random: systemRandom, loop: nodeEventLoop };

/** Fills in what the process has itself. */
export function environmentOf(given: PolicyEnvironment | undefined): Environment {
  if (given === undefined) return SYSTEM;
  return {
    clock: steady(given.clock ?? SYSTEM.clock),
    random: given.random ?? SYSTEM.random,
    loop: given.loop ?? SYSTEM.loop,
  };
}
