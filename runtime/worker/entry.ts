import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { systemClock } from '../base/clock.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';
import { systemRandom } from '../base/random.js';
import { ControlBlock } from '../memory/control-block.js';
import { MemberState, StatusWord } from '../memory/control-block-descriptor.js';
import { CounterIndex } from '../memory/counters.js';
import { ActorThread } from './actor-thread.js';
import { loadCodecs } from './codecs.js';
import { markThread } from './nested-system.js';
import { askOffload } from './offload.js';
import { loadOpenTelemetry } from './open-telemetry.js';
import { attributePromises, rejectionsTold } from './promise-attribution.js';
import { publishToMain } from './publish.js';
import { ThreadLoop, type Turnable } from './thread-loop.js';
import { TICK_MS } from './thread-meter.js';
import type { LifelineMessage, ThreadTask } from './thread-task.js';

/**
 * The life of a worker thread: the only function that is loaded by path in a thread. It ends when the
 * main thread says so; an error that it throws is the death of the thread.
 */
export default async function threadMain(task: ThreadTask): Promise<void> {
  markThread();
  if (task.config.openTelemetry) await loadOpenTelemetry();
  const control = ControlBlock.attach(task.control);
  const stopped = deferred<boolean>();
  const thread: ActorThread = new ActorThread({
    config: task.config,
    thread: task.thread,
    serial: task.serial,
    control,
    channels: task.channels,
    clock: systemClock,
    random: systemRandom,
    predecessor: task.predecessor,
    survivors: task.survivors,
    onSystemSignal: (_from, signal) => {
      if (signal.type !== 'thread-stop' || signal.serial !== task.serial) return;
      stopped.resolve(signal.isLast === true);
    },
    onGuardianRemoved: () => {},
    publish: (name, payload) => publishToMain(thread, name, payload),
    offload: (job, args, options) => askOffload(thread, job, args, options),
    takePorts: () => takeAll(task.lifeline, take),
    wake: () => loop.wake(),
    afterIo: nodeEventLoop.afterIo,
  });
  const target: Turnable = turnableOf(thread);
  const loop: ThreadLoop = new ThreadLoop(target, control.doorbell(task.thread), task.config);
  const take = (message: LifelineMessage): void => {
    if (message.type === 'port') thread.mesh.setPort(message.member, message.port, message.serial);
  };
  // Those given ahead of the task are needed from the first turn on.
  takeAll(task.lifeline, take);
  task.lifeline.on('message', take);
  try {
    await loadCodecs(thread.extensions, task.config.codecs);
  } catch (error) {
    const message = (error as Error).message;
    task.lifeline.postMessage({ type: 'start-failed', message } satisfies LifelineMessage);
    task.lifeline.close();
    throw error;
  }
  const release = task.config.attributePromises ? attributePromises(thread) : () => {};
  const stopTicks = startTicks(thread, nodeEventLoop);
  control.setStatus(task.thread, StatusWord.STATE, MemberState.RUNNING);
  task.lifeline.postMessage({ type: 'ready' } satisfies LifelineMessage);
  loop.wake();
  const isLast = await stopped.promise;
  loop.stop();
  thread.mesh.finish(isLast);
  control.setStatus(task.thread, StatusWord.STATE, MemberState.ABSENT);
  await rejectionsTold(nodeEventLoop);
  release();
  stopTicks();
  thread.mesh.closePorts();
  task.lifeline.close();
}

/** Takes what has come on a life line, without waiting for the event loop. */
function takeAll(lifeline: MessagePort, take: (message: LifelineMessage) => void): void {
  for (;;) {
    const given = receiveMessageOnPort(lifeline);
    if (given === undefined) return;
    take(given.message);
  }
}

/** A thread as its loop sees it. */
export function turnableOf(thread: ActorThread): Turnable {
  const { meter } = thread;
  return {
    clock: thread.clock,
    turn: meter === null ? (nowMs) => thread.turn(nowMs) : () => meter.turn(),
    get hasWork() {
      return thread.hasWork;
    },
    get seemsToHaveNews() {
      return thread.mesh.seemsToHaveNews;
    },
    get idleMs() {
      return thread.idleMs;
    },
    parked: () => {
      thread.counters[CounterIndex.parks] = thread.counters[CounterIndex.parks]! + 1;
    },
  };
}

/** Has the meter of a thread tick, if it has one. @returns a function that ends it */
export function startTicks(thread: ActorThread, events: EventLoop): () => void {
  const { meter } = thread;
  return meter === null ? () => {} : events.every(TICK_MS, () => meter.tick());
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
