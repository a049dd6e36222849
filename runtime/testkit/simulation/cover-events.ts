import { CounterIndex } from '../../memory/counters.js';
import { readMetrics } from '../../system/metrics.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import type { Situation } from './coverage.js';
import { runningThreads } from './rest-check.js';
import type { World } from './world.js';

/** Takes note of situations that the event stream tells of. */
export function coverEvents(world: World): void {
  const { events } = world.system!;
  events.on('thread-died', ({ lostAtMost }) => {
    if (lostAtMost > 0) world.met('messages are lost with a thread');
  });
  events.on('thread-blocked', () => world.met('the watchdog reports a blocked thread'));
  void world.system!.whenTerminated.then(({ error }) => {
    if (error !== undefined) world.met('threads die too often');
  });
}

const COUNTED: readonly (readonly [counter: keyof Totals, situation: Situation])[] = [
  ['dead:overflow-full', 'the overflow queue is full'],
  ['dead:mailbox-full', 'a full mailbox refuses'],
  ['dead:evicted', 'a full mailbox drops its oldest'],
  ['dead:unhandled', 'a message is unhandled'],
  ['dead:stale-timer', 'a timer fires too late to count'],
  ['lateReplies', 'an answer comes too late'],
  ['parks', 'a thread parks and is woken'],
];

type Totals = ReturnType<typeof readMetrics>['total'];

function coverRings(world: World, actors: ActorThread): void {
  for (const member of world.machine.host!.members) {
    const outbound = actors.mesh.to(member);
    if (outbound?.isBlocked && outbound.overflow.length === 0) {
      world.met('signals wait for room in their ring');
    }
  }
}

/** Takes note of situations that the counters and the parts of the threads show at this moment. */
export function coverCounters(world: World): void {
  const { total } = readMetrics(world.mainThread!.control);
  for (const [counter, situation] of COUNTED) if (total[counter] > 0) world.met(situation);
  for (const actors of runningThreads(world)) {
    if (actors.mesh.waiting.messages > 0) world.met('a message waits in the overflow queue');
    if (actors.early.size === 0 && actors.counters[CounterIndex.held]! > 0) {
      world.met('a message waits for an actor to be made again');
    }
    coverRings(world, actors);
  }
}
