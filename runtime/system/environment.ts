import { type Clock, systemClock } from '../base/clock.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';
import { type Random, systemRandom } from '../base/random.js';
import type { ControlBlock } from '../memory/control-block.js';
import type { ThreadConfig } from '../worker/thread-config.js';
import type { ThreadHost, ThreadHostOptions } from '../worker/thread-host.js';
import { ThreadPool } from '../worker/thread-pool.js';
import { keepProcessAlive } from './process-hooks.js';

/** What a system takes from outside: time, chance, the event loop, threads. A simulation gives its own. */
export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventLoop;
  /** Has the last word on what every thread is told. */
  readonly configure: (config: ThreadConfig) => ThreadConfig;
  /** The shared block as the main thread sees it. */
  readonly view: (control: ControlBlock) => ControlBlock;
  readonly makeHost: (options: ThreadHostOptions) => ThreadHost;
  /** Keeps the process alive. @returns a function that lets it go */
  readonly hold: () => () => void;
}

/** The process and its worker threads. */
export const processEnvironment: Environment = {
  clock: systemClock,
  random: systemRandom,
  events: nodeEventLoop,
  configure: (config) => config,
  view: (control) => control,
  makeHost: (options) => new ThreadPool(options),
  hold: keepProcessAlive,
};
