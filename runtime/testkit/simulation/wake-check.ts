import { signalRingOffset, userRingOffset } from '../../memory/channel-descriptor.js';
import { RingConsumer } from '../../memory/ring-consumer.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import { runningThreads } from './rest-check.js';
import type { World } from './world.js';

/**
 * Called when no strand can run: a thread that sleeps must have nothing to do, or a bell must be on its way
 * to it. Anything else is a lost wake-up, whatever wakes the thread up later.
 */
export function checkWakes(world: World): void {
  // The death of a thread between a message and its bell is made up for when it is discovered.
  if (world.machine.host?.hasUndiscovered) return;
  // Threads that died too often are not replaced: the system ends.
  if (world.deaths > world.program.settings.threadIntensity) return;
  for (const actors of runningThreads(world)) {
    const { thread } = actors;
    const hosted = world.machine.host?.threadOf(thread);
    const strand = thread === MAIN_THREAD ? world.machine.main : hosted?.strand;
    if (strand === undefined || strand.isReady || strand.bellsUnderWay > 0) continue;
    if (thread !== MAIN_THREAD && !hosted!.isRunning) continue;
    if (actors.hasWork) world.violate('wake-up', `thread ${thread} sleeps although it has work`);
    const unread = unreadFrom(world, actors);
    if (unread >= 0) {
      world.violate('wake-up', `thread ${thread} sleeps and has not read what ${unread} wrote`);
    }
  }
}

/** A member that wrote something which the thread has not read; -1 for none. Looks at the memory itself. */
function unreadFrom(world: World, { thread, config }: ActorThread): number {
  const { channel: sizes } = config;
  const { channels } = world;
  for (let from = 0; from < channels.length; from++) {
    const channel = channels[from]![thread];
    if (channel == null) continue;
    const user = new RingConsumer(channel, userRingOffset(sizes), sizes.userRingBytes);
    const signals = new RingConsumer(channel, signalRingOffset(), sizes.signalRingBytes);
    if (user.look() || signals.look()) return from;
  }
  return -1;
}
