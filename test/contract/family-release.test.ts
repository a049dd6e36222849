import t from 'tap';
import { ActorSystem, type Context, defineActor, type Request } from '../../runtime/index.js';
import { startSystem } from '../support/system.js';

type ParentMessage =
  | Request<{ type: 'bear' }, string>
  | Request<{ type: 'count' }, number>
  | { type: 'end' }
  | { type: 'fail' };

const Child = defineActor<{ type: 'end' }>()({
  module: import.meta.url,
  name: 'Child',
  init: (_: undefined, ctx) => {
    ctx.stop();
  },
  handlers: { end() {} },
});

/** Has one child, which stops by itself. */
const Parent = defineActor<ParentMessage>()({
  module: import.meta.url,
  name: 'Parent',
  init: () => ({}),
  handlers: {
    bear: (_, __, ctx) => ctx.spawn(Child, undefined).id,
    count: (_, __, ctx: Context<ParentMessage, number>) => ctx.children.length,
    end: (_, __, ctx) => ctx.stop(),
    fail() {
      throw new Error('on purpose');
    },
  },
});

/** Starts a parent on the main thread whose only child is gone. */
async function bereaved(system: ActorSystem) {
  const parent = system.spawn(Parent, {}, { placement: 0 });
  await parent.ask({ type: 'bear' });
  while ((await parent.ask({ type: 'count' })) > 0);
  return parent;
}

/** The families of the main thread, that of the guardian included: it has one child that stays. */
async function familiesOf(system: ActorSystem): Promise<ReadonlySet<unknown>> {
  await system.started(system.spawn(Parent, {}, { placement: 0 }));
  return ActorSystem.internals(system).main.thread.families;
}

t.test('an actor whose children have ended before it leaves no family behind', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const families = await familiesOf(system);
  const before = families.size;
  for (let round = 0; round < 3; round++) {
    const stopped = await bereaved(system);
    t.equal(families.size, before + 1, 'while it lives its family is known');
    await system.stopActor(stopped);
    t.equal(families.size, before, 'after a stop');

    const ended = await bereaved(system);
    ended.tell({ type: 'end' });
    await t.rejects(ended.ask({ type: 'count' }), { code: 'ERR_NO_SUCH_ACTOR' });
    t.equal(families.size, before, 'after its own end');
  }
});

t.test('an incarnation whose children have ended before it leaves no family behind', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const families = await familiesOf(system);
  const before = families.size;
  const parent = await bereaved(system);
  for (let restart = 0; restart < 3; restart++) {
    parent.tell({ type: 'fail' });
    t.equal(await parent.ask({ type: 'count' }), 0);
    t.equal(families.size, before, 'after a restart');
    await parent.ask({ type: 'bear' });
    while ((await parent.ask({ type: 'count' })) > 0);
    t.equal(families.size, before + 1, 'only that of the new incarnation');
  }
});
