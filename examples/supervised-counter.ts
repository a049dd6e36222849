/**
 * A counter that fails, and the supervisor that restarts it until it has failed too often. Shows a declared
 * supervisor, what a restart keeps (reference, mailbox) and what it does not (state), escalation, events.
 */
import { isMainThread } from 'node:worker_threads';
import { ActorSystem, childSpec, defineActor, defineSupervisor, type Request } from 'troupe';

type CounterMessage =
  | { type: 'add'; amount: number }
  | { type: 'divide'; by: number }
  | Request<{ type: 'get' }, number>;

export const Counter = defineActor<CounterMessage>()({
  module: import.meta.url,
  name: 'Counter',
  init: () => ({ value: 0 }),
  handlers: {
    add(state, { amount }) {
      state.value += amount;
    },
    divide(state, { by }) {
      // No defence: a mistake ends this incarnation, and the next one starts from a good state.
      if (by === 0) throw new RangeError('division by zero');
      state.value /= by;
    },
    get: ({ value }) => value,
  },
});

export const Family = defineSupervisor({
  module: import.meta.url,
  name: 'Family',
  intensity: 2,
  periodMs: 60_000,
  children: () => [childSpec(Counter, undefined, { name: 'counter' })],
});

if (isMainThread) {
  // Everything on this thread, so that events and answers come in one order. It works the same on many.
  await using system = await ActorSystem.start({ threads: 0 });
  system.events.on('actor-failed', ({ kind, error }) =>
    console.log(`  ${kind} failed: ${error.message.split(';')[0]}`),
  );
  system.events.on('actor-restarted', ({ kind, incarnation }) =>
    console.log(`  ${kind} restarted: incarnation ${incarnation}`),
  );
  // Temporary: when the family gives up, it is not restarted by the system.
  const family = system.spawn(Family, undefined, { name: 'family', restart: 'temporary' });
  await system.started(family);
  const counter = await system.resolve<CounterMessage>('/user/family/counter');
  if (counter === undefined) throw new Error('the family has no counter');

  counter.tell({ type: 'add', amount: 5 });
  console.log(`value ${await counter.ask({ type: 'get' })}`);

  for (const round of [1, 2]) {
    counter.tell({ type: 'divide', by: 0 });
    counter.tell({ type: 'add', amount: round });
    // The message behind the one that failed has waited for the next incarnation.
    console.log(`value ${await counter.ask({ type: 'get' })}, through the same reference`);
  }

  counter.tell({ type: 'divide', by: 0 });
  const reason = await system.terminated(family);
  console.log(`the family ended: ${reason.type}`);
  const refusal = await counter.ask({ type: 'get' }).catch((error: { code: string }) => error.code);
  console.log(`the counter is gone: ${refusal}`);
}
