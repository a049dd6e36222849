import { Requester } from '../actor/requester.js';
import { ActorRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import { foreignRef } from '../ref/foreign-ref.js';
import type { Message } from '../ref/protocol.js';
import type { ActorThread } from './actor-thread.js';
import { Carried } from './carried.js';
import type { TraceContext } from './trace-context.js';

type PlainRef = [
  thread: number,
  creator: number,
  slot: number,
  generation: number,
  path?: string | undefined,
];

/** Teaches a thread's codec the values of the runtime that may stand in messages. */
export function registerRuntimeClasses(thread: ActorThread): void {
  thread.extensions.register<ActorRef<Message>, PlainRef>({
    name: 'troupe.ref',
    class: ActorRef<Message>,
    encode: (ref) => {
      if (ActorRef.hostOf(ref) !== thread.post) throw foreignRef(ref);
      const { thread: home, creator, slot, generation, path } = ref;
      return path === undefined
        ? [home, creator, slot, generation]
        : [home, creator, slot, generation, path];
    },
    decode: ([home, creator, slot, generation, path]) =>
      thread.makeRef({ thread: home, creator, slot, generation }, path),
  });
  thread.extensions.register<Requester<never>, ReplyAddress>({
    name: 'troupe.requester',
    class: Requester<never>,
    encode: (requester) => {
      const { thread: home, serial, slot, generation } = Requester.addressOf(requester);
      return { thread: home, serial, slot, generation };
    },
    decode: (to) => new Requester<never>(thread.post, to),
  });
  thread.extensions.register<Carried, [TraceContext, unknown]>({
    name: 'troupe.carried',
    class: Carried,
    encode: ({ context, message }) => [context, message],
    decode: ([context, message]) => new Carried(message, context),
  });
}
