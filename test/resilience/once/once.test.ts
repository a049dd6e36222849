import t from 'tap';
import { MemoryJournal } from '#runtime/journal/index.js';
import {
  JournalOnceStore,
  MemoryOnceStore,
  Once,
  type OnceOptions,
  type OnceStore,
} from '#runtime/resilience/index.js';
import { Deferred, ManualTime, settle } from '../manual-time.js';
import { TableJournal } from './once-rig.js';

const STORES: Readonly<Record<string, (time: ManualTime) => OnceStore>> = {
  memory: ({ clock }) => new MemoryOnceStore(100, clock),
  journal: ({ clock }) => new JournalOnceStore(new TableJournal(), 'once', clock),
  'the journal in memory': ({ clock }) => new JournalOnceStore(new MemoryJournal(), 'once', clock),
};

for (const [name, storeOf] of Object.entries(STORES)) {
  const rig = (options: OnceOptions = {}) => {
    const time = new ManualTime();
    const store = storeOf(time);
    const make = (): Once => new Once({ store, ...options }, time);
    return { time, once: make(), other: make() };
  };

  t.test(`${name}: a call that is repeated gets the result of the first`, async (t) => {
    const { once, other } = rig();
    let calls = 0;
    const pay = async () => ({ receipt: ++calls });
    t.same(await once.run('k', 'f', pay), { receipt: 1 });
    t.same(await once.run('k', 'f', pay), { receipt: 1 });
    t.same(await other.run('k', 'f', pay), { receipt: 1 }, 'also elsewhere');
    t.same(await once.run('k2', 'f', pay), { receipt: 2 });
    t.equal(await once.run('nothing', 'f', () => undefined), undefined);
    t.equal(await once.run('nothing', 'f', () => 1), undefined, 'nothing is a result, too');
  });

  t.test(`${name}: those in flight wait for one call, on whichever side`, async (t) => {
    const { time, once, other } = rig();
    const end = new Deferred<string>();
    let calls = 0;
    const run = (each: Once): Promise<string> =>
      each.run('k', 'f', () => {
        calls++;
        return end.promise;
      });
    const all = [run(once), run(once), run(other), run(other)];
    await time.advance(120);
    t.equal(calls, 1);
    end.resolve('done');
    await time.advance(100);
    t.same(await Promise.all(all), ['done', 'done', 'done', 'done']);
    t.equal(calls, 1);
    t.equal(time.timers, 0);
  });

  t.test(`${name}: those in flight can be refused`, async (t) => {
    const { once } = rig({ inFlight: 'refuse' });
    const end = new Deferred<number>();
    const first = once.run('k', 'f', () => end.promise);
    await settle();
    await t.rejects(
      once.run('k', 'f', () => 2),
      { code: 'ERR_ONCE_IN_FLIGHT' },
    );
    end.resolve(1);
    t.equal(await first, 1);
  });

  t.test(`${name}: a key with another fingerprint is an error, in flight and after`, async (t) => {
    const { once } = rig();
    const end = new Deferred<number>();
    const first = once.run('k', 'a', () => end.promise);
    await settle();
    const other = () => once.run('k', 'b', () => 2);
    await t.rejects(other(), { code: 'ERR_ONCE_FINGERPRINT' });
    end.resolve(1);
    await first;
    await t.rejects(other(), { code: 'ERR_ONCE_FINGERPRINT' });
  });

  t.test(`${name}: a failure frees the key, unless it is one to keep`, async (t) => {
    const keepFailure = (error: unknown) => error instanceof RangeError;
    const { once, other } = rig({ keepFailure });
    let calls = 0;
    const fail = (error: Error) => (): never => {
      calls++;
      throw error;
    };
    const passing = fail(new TypeError('passing'));
    await t.rejects(once.run('k', 'f', passing), { message: 'passing' });
    await t.rejects(once.run('k', 'f', passing), { message: 'passing' });
    t.equal(calls, 2);
    const kept = fail(Object.assign(new RangeError('kept'), { code: 'E_KEPT' }));
    await t.rejects(once.run('k', 'f', kept), RangeError);
    const again = { name: 'RangeError', message: 'kept', code: 'E_KEPT' };
    await t.rejects(other.run('k', 'f', kept), again);
    t.equal(calls, 3);
  });

  t.test(`${name}: a result is kept for its time`, async (t) => {
    const { time, once } = rig({ keepMs: 1000 });
    let calls = 0;
    const run = () => once.run('k', 'f', () => ++calls);
    await run();
    await time.advance(999);
    t.equal(await run(), 1);
    await time.advance(1);
    t.equal(await run(), 2);
    t.equal(await once.run('k', 'f', () => 9), 2);
  });

  t.test(
    `${name}: a call whose lease ends is taken over, and its late result dropped`,
    async (t) => {
      const { time, once, other } = rig({ leaseMs: 1000 });
      const lost = new Deferred<string>();
      const first = once.run('k', 'f', () => lost.promise);
      await settle();
      const second = other.run('k', 'f', () => 'second');
      await time.advance(999);
      await time.advance(60);
      t.equal(await second, 'second');
      lost.resolve('first');
      t.equal(await first, 'first', 'its own caller gets it');
      t.equal(await once.run('k', 'f', () => 'third'), 'second');
    },
  );

  t.test(`${name}: who ran a key before waits for another who runs it now`, async (t) => {
    const { time, once, other } = rig({ keepMs: 1000 });
    await once.run('k', 'f', () => 1);
    await time.advance(1000);
    const end = new Deferred<number>();
    const theirs = other.run('k', 'f', () => end.promise);
    await settle();
    const mine = once.run('k', 'f', () => 3);
    await settle();
    t.equal(time.timers, 1, 'it looks again later');
    end.resolve(2);
    await time.advance(100);
    t.same(await Promise.all([theirs, mine]), [2, 2]);
  });

  t.test(`${name}: a caller that gives up leaves the call to the others`, async (t) => {
    const { time, once } = rig();
    const end = new Deferred<number>();
    const abort = new AbortController();
    let seen: AbortSignal | undefined;
    const first = once.run(
      'k',
      'f',
      (call) => {
        seen = call.signal;
        return end.promise;
      },
      { signal: abort.signal },
    );
    await settle();
    const second = once.run('k', 'f', () => 2);
    abort.abort();
    await t.rejects(first, { code: 'ERR_CALL_ABORTED' });
    t.equal(seen?.aborted, false);
    end.resolve(1);
    await time.advance(100);
    t.equal(await second, 1);
  });

  t.test(`${name}: a waiting caller has a deadline of its own`, async (t) => {
    const { time, once } = rig();
    const first = once.run('k', 'f', () => new Promise(() => {}));
    first.catch(() => {});
    await settle();
    const deadline = { atMs: time.clock.now() + 100 };
    const second = once.run('k', 'f', () => 2, { deadline });
    second.catch(() => {});
    await time.advance(100);
    await t.rejects(second, { code: 'ERR_CALL_TIMEOUT' });
    t.equal(time.timers, 0);
  });
}

t.test(
  'an hour on the clock: back keeps no result for longer, forward ends them all',
  async (t) => {
    for (const [stepMs, isKept] of [
      [3_600_000, false],
      [-3_600_000, true],
    ] as const) {
      const time = new ManualTime();
      const store = new MemoryOnceStore(100, time.clock);
      const once = new Once({ store, keepMs: 1000, leaseMs: 1000 }, time);
      let calls = 0;
      const run = () => once.run('k', 'f', () => ++calls);
      await run();
      time.step(stepMs);
      t.equal(await run(), isKept ? 1 : 2);
      await time.advance(1000);
      t.equal(await run(), isKept ? 2 : 3, 'not for ever');
    }
  },
);

t.test('the memory is bounded: the oldest that has ended gives way', async (t) => {
  const store = new MemoryOnceStore(2);
  const once = new Once({ store });
  const end = new Deferred<number>();
  const running = once.run('running', 'f', () => end.promise);
  for (const key of ['a', 'b', 'c']) await once.run(key, 'f', () => 1);
  t.equal(store.size, 2);
  t.equal(await once.run('c', 'f', () => 2), 1);
  t.equal(await once.run('a', 'f', () => 2), 2, 'forgotten');
  end.resolve(3);
  t.equal(await running, 3);
  t.equal(await once.run('running', 'f', () => 9), 3, 'what runs is not forgotten');
});

t.test(
  'an effect whose record could not be written is told, and not done again at once',
  async (t) => {
    const time = new ManualTime();
    const journal = new TableJournal();
    const once = new Once({ store: new JournalOnceStore(journal, 'once', time.clock) }, time);
    let calls = 0;
    const pay = async (): Promise<number> => {
      journal.failure = new Error('disk full');
      return ++calls;
    };
    await t.rejects(once.run('k', 'f', pay), { message: 'disk full' });
    const again = new Once(
      { store: new JournalOnceStore(journal, 'once', time.clock), inFlight: 'refuse' },
      time,
    );
    await t.rejects(again.run('k', 'f', pay), { code: 'ERR_ONCE_IN_FLIGHT' });
    t.equal(calls, 1);
  },
);

t.test('options out of range are named', async (t) => {
  for (const [where, options] of Object.entries({
    keepMs: { keepMs: 0 },
    leaseMs: { leaseMs: Number.NaN },
    inFlight: { inFlight: 'queue' as 'wait' },
  })) {
    t.throws(() => new Once(options), { code: 'ERR_OPTION', where });
  }
  const once = new Once();
  let calls = 0;
  for (const key of ['', undefined as never, 5 as never]) {
    await t.rejects(
      once.run(key, 'f', () => calls++),
      { code: 'ERR_OPTION', where: 'key' },
    );
  }
  await t.rejects(
    once.run('k', undefined as never, () => calls++),
    { code: 'ERR_OPTION', where: 'fingerprint' },
  );
  t.equal(calls, 0, 'those without a key do not share one');
});
