import type { ActorCell } from '../actor/actor-cell.js';
import type { ExitReason } from '../actor/exit-reason.js';
import { channelLength } from '../memory/channel-descriptor.js';
import { ControlBlock } from '../memory/control-block.js';
import { MemberState, StatusWord } from '../memory/control-block-descriptor.js';
import { ActorThread } from '../worker/actor-thread.js';
import { turnableOf } from '../worker/entry.js';
import type { ChannelMatrix } from '../worker/mesh.js';
import { askOffload } from '../worker/offload.js';
import { MAIN_THREAD, memberCount, type ThreadConfig } from '../worker/thread-config.js';
import { ThreadLoop } from '../worker/thread-loop.js';
import type { ThreadSignal } from '../worker/thread-signals.js';
import type { Environment } from './environment.js';

/** The main thread with what all threads share. */
export interface MainThread {
  readonly control: ControlBlock;
  readonly channels: ChannelMatrix;
  readonly thread: ActorThread;
  readonly loop: ThreadLoop;
}

/** What the main thread tells the system. */
export interface MainThreadPort {
  onSystemSignal(from: number, signal: ThreadSignal): void;
  onGuardianRemoved(cell: ActorCell, reason: ExitReason): void;
  publish(name: string, payload: unknown): void;
}

/**
 * Makes what all threads share, and this thread's part in it. The memory of all channels is reserved
 * here, once; the operating system gives it page by page at the first touch.
 */
export function makeMainThread(
  config: ThreadConfig,
  environment: Environment,
  port: MainThreadPort,
): MainThread {
  const members = memberCount(config);
  const control = environment.view(ControlBlock.create(members));
  const bytes = channelLength(config.channel);
  const channels = Array.from({ length: members }, (_, from) =>
    Array.from({ length: members }, (__, to) =>
      // With a maximal length V8 reserves pages of their own: none is touched before it is used, and all go back
      // when the system is gone. Otherwise the allocator may clear, and keep, the whole of it.
      from === to ? null : new SharedArrayBuffer(bytes, { maxByteLength: bytes }),
    ),
  );
  const serial = control.nextSerial();
  control.join(MAIN_THREAD, serial);
  control.setStatus(MAIN_THREAD, StatusWord.STATE, MemberState.RUNNING);
  const thread: ActorThread = new ActorThread({
    config,
    thread: MAIN_THREAD,
    serial,
    control,
    channels,
    clock: environment.clock,
    random: environment.random,
    predecessor: 0,
    survivors: [],
    onSystemSignal: (from, signal) => port.onSystemSignal(from, signal),
    onGuardianRemoved: (cell, reason) => port.onGuardianRemoved(cell, reason),
    publish: (name, payload) => port.publish(name, payload),
    offload: (job, args, options) => askOffload(thread, job, args, options),
    // It makes all ports, and has joined its own ends before the others are given away.
    takePorts: () => {},
    wake: () => loop.wake(),
    afterIo: (call) => environment.events.afterIo(call),
  });
  // The main thread belongs to the application: it never polls, it parks at once.
  const options = { ioBudgetMs: config.ioBudgetMs, spinMs: 0 };
  const loop: ThreadLoop = new ThreadLoop(
    turnableOf(thread),
    control.doorbell(MAIN_THREAD),
    options,
    environment.events,
  );
  return { control, channels, thread, loop };
}
