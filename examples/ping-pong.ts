/**
 * Two actors on two threads play ping-pong. Shows definitions, tell and ask, references in messages, an
 * answer given later, and where actors live.
 *
 * One file holds the actors and the program: threads import it to find the actors, so the program is
 * guarded by `isMainThread`.
 */
import { isMainThread } from 'node:worker_threads';
import {
  type ActorRef,
  ActorSystem,
  defineActor,
  NO_REPLY,
  type Request,
  type Requester,
} from 'troupe';

type PingMessage =
  | Request<{ type: 'play'; partner: ActorRef<PongMessage>; rounds: number }, number>
  | { type: 'pong'; left: number };

type PongMessage =
  | { type: 'ping'; left: number; from: ActorRef<PingMessage> }
  | Request<{ type: 'count' }, { pings: number; thread: number }>;

interface Game {
  readonly partner: ActorRef<PongMessage>;
  readonly player: Requester<number>;
}

export const Ping = defineActor<PingMessage>()({
  module: import.meta.url,
  name: 'Ping',
  init: () => ({ game: undefined as Game | undefined }),
  handlers: {
    play(state, { partner, rounds }, ctx) {
      // The asker is answered when the last ball is back.
      state.game = { partner, player: ctx.requester() };
      partner.tell({ type: 'ping', left: rounds, from: ctx.self });
      return NO_REPLY;
    },
    pong(state, { left }, ctx) {
      if (left > 0) state.game?.partner.tell({ type: 'ping', left, from: ctx.self });
      else state.game?.player.reply(ctx.thread);
    },
  },
});

export const Pong = defineActor<PongMessage>()({
  module: import.meta.url,
  name: 'Pong',
  init: () => ({ pings: 0 }),
  handlers: {
    ping(state, { left, from }) {
      state.pings++;
      from.tell({ type: 'pong', left: left - 1 });
    },
    count: ({ pings }, _message, ctx) => ({ pings, thread: ctx.thread }),
  },
});

if (isMainThread) {
  await using system = await ActorSystem.start({ threads: 2 });
  const ping = system.spawn(Ping, undefined, { name: 'ping', placement: 1 });
  const pong = system.spawn(Pong, undefined, { name: 'pong', placement: 2 });
  const thread = await ping.ask({ type: 'play', partner: pong, rounds: 10_000 });
  console.log(`ping on thread ${thread} has had its last ball back`);
  const other = await pong.ask({ type: 'count' });
  console.log(`pong on thread ${other.thread} has played ${other.pings} balls`);
}
