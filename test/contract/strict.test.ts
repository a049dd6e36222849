import t from 'tap';
import { assertConserved } from '../support/conservation.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';
import { Subject } from './fixtures/subject.js';

t.test('same-thread messages are passed by reference', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const ref = system.spawn(Collector, undefined);
  const value = { list: [1], call: () => 1 };
  ref.tell({ type: 'put', value });
  const [got] = await ref.ask({ type: 'take', count: 1 });
  t.equal(got, value);
});

t.test('strict sends them through the codec and freezes them', async (t) => {
  const system = await startSystem(t, { threads: 0, strict: true });
  const ref = system.spawn(Collector, undefined);
  const value = { list: [1, { deep: true }] };
  ref.tell({ type: 'put', value });
  const [got] = await ref.ask({ type: 'take', count: 1 });
  t.same(got, value);
  t.not(got, value, 'a copy');
  t.ok(Object.isFrozen(got));
  t.throws(() => (got as { list: number[] }).list.push(2), TypeError, 'frozen all the way down');
  value.list.push(2);
  t.same(await ref.ask({ type: 'take', count: 1 }), [{ list: [1, { deep: true }] }]);
  const back = await ref.ask({ type: 'take', count: 1 });
  t.ok(Object.isFrozen(back), 'replies too');
  await assertConserved(t, system);
});

t.test(
  'strict finds what cannot be sent on the first run: messages, replies, arguments',
  async (t) => {
    const system = await startSystem(t, { threads: 0, strict: true });
    const ref = system.spawn(Collector, undefined);
    const value = { list: [() => 1] };
    const says = /message\.value\.list\[0\]/;
    assertTroupeError(
      t,
      thrown(() => ref.tell({ type: 'put', value })),
      'ERR_NOT_SENDABLE',
      says,
    );
    assertTroupeError(
      t,
      await rejection(ref.send({ type: 'put', value })),
      'ERR_NOT_SENDABLE',
      says,
    );
    const subject = system.spawn(Subject, {});
    const reply = await rejection(subject.ask({ type: 'ask-unsendable' }));
    assertTroupeError(t, reply, 'ERR_NOT_SENDABLE', /deep\[0\]/);
    const args = { log: () => 1 } as never;
    assertTroupeError(
      t,
      thrown(() => system.spawn(Subject, args)),
      'ERR_NOT_SENDABLE',
      /log/,
    );
    await assertConserved(t, system);
  },
);

t.test('strict keeps references and errors what they are', async (t) => {
  const system = await startSystem(t, { threads: 0, strict: true });
  const ref = system.spawn(Collector, undefined);
  ref.tell({ type: 'put', value: [ref, new RangeError('out')] });
  const [got] = (await ref.ask({ type: 'take', count: 1 })) as [[typeof ref, Error]];
  t.ok(got[0].equals(ref));
  t.ok(got[1] instanceof RangeError);
  const error = await rejection(system.spawn(Subject, {}).ask({ type: 'ask-throw' }));
  t.equal(error.message, 'thrown at an asker');
});
