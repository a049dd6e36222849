import t, { type Test } from 'tap';
import { type Cache, cache, openCache } from '#actors/index.js';
import type { ActorSystem } from '#runtime/index.js';
import { assertTroupeError, rejection } from '../../support/errors.js';
import { startSystem } from '../../support/system.js';
import { until, untilAsync } from '../../support/turns.js';
import { Asker } from './fixtures/asker.js';

/** Two words: runs of the loader, and the gate that lets it end. */
function gate(): { words: SharedArrayBuffer; runs: () => number; open: () => void } {
  const words = new SharedArrayBuffer(8);
  const view = new Int32Array(words);
  return { words, runs: () => Atomics.load(view, 0), open: () => Atomics.store(view, 1, 1) };
}

/** Something to be awaited, and the end of it. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((each) => {
    resolve = each;
  });
  return { promise, resolve };
}

async function askers(t: Test, options: Parameters<typeof cache>[1] = {}) {
  const system = await startSystem(t);
  const values = cache<number>(system, { shards: 8, ...options });
  const spawned = [1, 2, 1, 2].map((placement) =>
    system.spawn(Asker, { cache: values.ref, near: false }, { placement }),
  );
  return { system, values, spawned };
}

t.test(
  '1000 concurrent gets of a missing key, on three threads, run the loader once',
  async (t) => {
    const { values, spawned } = await askers(t);
    const { words, runs, open } = gate();
    const load = { type: 'load', key: 'a', count: 250, runs: words, fails: false } as const;
    const results = spawned.map((asker) => asker.ask(load));
    await untilAsync('others wait', async () => (await values.statistics()).coalesced >= 3);
    open();
    const all = (await Promise.all(results)).flatMap((result) => result.values);
    t.same(all, new Array(1000).fill(1));
    t.equal(runs(), 1);
    t.equal(await values.get('a'), 1);
  },
);

t.test('all who wait for a load get its error, and the next one loads anew', async (t) => {
  const { values, spawned } = await askers(t);
  const { words, runs, open } = gate();
  const load = { type: 'load', key: 'a', count: 5, runs: words, fails: true } as const;
  const results = spawned.map((asker) => asker.ask(load));
  await untilAsync('others wait', async () => (await values.statistics()).coalesced >= 3);
  open();
  const errors = (await Promise.all(results)).flatMap((result) => result.errors);
  t.same(errors, new Array(20).fill('RangeError: run 1 failed'));
  t.equal(runs(), 1);
  t.equal(await values.getOrLoad('a', () => 7), 7);
});

async function alone(
  t: Test,
  options: Parameters<typeof cache>[1] = {},
): Promise<{ system: ActorSystem; values: Cache<number> }> {
  const system = await startSystem(t);
  return { system, values: cache<number>(system, { shards: 2, ...options }) };
}

t.test(
  'an invalidation during a load discards its result, and who asks then gets a newer one',
  async (t) => {
    const { system, values } = await alone(t);
    const other = openCache<number>(system, values.ref);
    const ways: [string, () => Promise<unknown>][] = [
      ['delete', () => other.delete('a')],
      ['prefix', () => other.invalidatePrefix('a')],
      ['tag', () => other.invalidateTag('red')],
      ['clear', () => other.clear()],
    ];
    for (const [way, invalidate] of ways) {
      const { promise, resolve } = deferred<number>();
      const begun = deferred<void>();
      const loader = (): Promise<number> => {
        begun.resolve();
        return promise;
      };
      const first = values.getOrLoad('a', loader, { tags: ['red'] });
      await begun.promise;
      await invalidate();
      const joined = values.getOrLoad('a', () => 2, { tags: ['red'] });
      const later = way === 'tag' ? null : other.getOrLoad('a', () => 2);
      if (later !== null)
        t.equal(await later, 2, `${way}: another client does not wait for the void one`);
      resolve(1);
      t.equal(await first, 1, `${way}: who asked before may have the old one`);
      t.equal(await joined, 2, `${way}: who asked after gets a new one`);
      t.equal(await values.get('a'), 2, `${way}: the old one is not kept`);
      await values.clear();
    }
    t.ok((await values.statistics()).discardedLoads >= 4);
  },
);

t.test('a value that is set during a load counts, not the loaded one', async (t) => {
  const { values } = await alone(t);
  const { promise, resolve } = deferred<number>();
  const begun = deferred<void>();
  const loading = values.getOrLoad('a', () => {
    begun.resolve();
    return promise;
  });
  await begun.promise;
  await values.set('a', 5);
  resolve(1);
  await loading;
  t.equal(await values.get('a'), 5);
});

t.test('each caller has a deadline of its own, and one who gives up harms no other', async (t) => {
  const { values } = await alone(t);
  const { promise, resolve } = deferred<number>();
  let wasAborted = false;
  const loader = (_: string, signal: AbortSignal): Promise<number> => {
    signal.addEventListener('abort', () => {
      wasAborted = true;
    });
    return promise;
  };
  const controller = new AbortController();
  const impatient = values.getOrLoad('a', loader, { timeoutMs: 5 });
  const aborted = values.getOrLoad('a', loader, { signal: controller.signal });
  const patient = values.getOrLoad('a', loader);
  controller.abort(new Error('enough'));
  assertTroupeError(t, await rejection(aborted), 'ERR_ASK_ABORTED');
  assertTroupeError(t, await rejection(impatient), 'ERR_CACHE_WAIT_TIMEOUT', "'a'");
  t.equal(wasAborted, false, 'the loader goes on for the third');
  resolve(3);
  t.equal(await patient, 3);
});

t.test('a loader is told when nobody here waits for it any more; others load anew', async (t) => {
  const { system, values } = await alone(t);
  const other = openCache<number>(system, values.ref);
  const begun = deferred<void>();
  const controller = new AbortController();
  const loader = (_: string, signal: AbortSignal): Promise<number> =>
    new Promise((_resolve, reject) => {
      begun.resolve();
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  const leaving = values.getOrLoad('a', loader, { signal: controller.signal });
  await begun.promise;
  const waiting = other.getOrLoad('a', () => 2);
  await untilAsync('it waits', async () => (await values.statistics()).coalesced === 1);
  controller.abort();
  assertTroupeError(t, await rejection(leaving), 'ERR_ASK_ABORTED');
  t.equal(await waiting, 2);
});

t.test(
  'a loader that never settles fails after the load timeout, and its result is void then',
  async (t) => {
    const { values } = await alone(t, { loadTimeoutMs: 30 });
    const { promise, resolve } = deferred<number>();
    assertTroupeError(
      t,
      // The caller waits longer than any machine takes to notice.
      await rejection(values.getOrLoad('a', () => promise, { timeoutMs: 60_000 })),
      'ERR_CACHE_LOAD_TIMEOUT',
      '30 ms',
    );
    resolve(1);
    t.equal(await values.getOrLoad('a', () => 2), 2);
  },
);

t.test('loaders that throw at once, or find nothing, are loaders like any other', async (t) => {
  const { values } = await alone(t);
  const thrower = (): number => {
    throw new RangeError('at once');
  };
  t.match(await rejection(values.getOrLoad('a', thrower)), {
    name: 'RangeError',
    message: 'at once',
  });
  let runs = 0;
  const nothing = (): undefined => {
    runs++;
    return undefined;
  };
  t.equal(await values.getOrLoad('b', nothing), undefined);
  t.equal(await values.getOrLoad('b', nothing), undefined);
  t.equal(runs, 2, 'without a negative time to live it is not remembered');
  t.equal(
    await values.getOrLoad('c', (() => 'x'.repeat(2 ** 24)) as never).catch((error) => error.code),
    'ERR_CACHE_TOO_LARGE',
  );
  t.equal(
    await values.getOrLoad('c', (() => () => 1) as never).catch((error) => error.code),
    'ERR_CACHE_VALUE',
  );
  t.equal(await values.getOrLoad('c', () => 1), 1, 'and after all that a good one');
});

t.test('that there is nothing is remembered if wished for', async (t) => {
  const { values } = await alone(t, { negativeTtlMs: 3_600_000 });
  let runs = 0;
  const nothing = (): undefined => {
    runs++;
    return undefined;
  };
  for (let n = 0; n < 3; n++) t.equal(await values.getOrLoad('a', nothing), undefined);
  t.equal(runs, 1);
  t.equal(await values.has('a'), false);
  t.equal(await values.get('a'), undefined);
  t.ok((await values.setIf('a', 1, 'absent')) > 0, 'for a write it is absent');
  t.equal(await values.get('a'), 1);
});

t.test('a stale value is served while one caller loads a new one', async (t) => {
  const { values } = await alone(t, { staleWhileRevalidateMs: 3_600_000 });
  await values.set('a', 1, { ttlMs: 1 });
  await untilAsync('it is stale', async () => !(await values.has('a')));
  const { promise, resolve } = deferred<number>();
  let runs = 0;
  const loader = (): Promise<number> => {
    runs++;
    return promise;
  };
  t.same(await Promise.all([1, 2, 3].map(() => values.getOrLoad('a', loader))), [1, 1, 1]);
  t.equal(await values.getOrLoad('a', loader), 1);
  resolve(2);
  await untilAsync('the new one is there', async () => (await values.get('a')) === 2);
  t.equal(runs, 1);
});

t.test('a stale value is served when the loader fails, on every thread that waits', async (t) => {
  const { values, spawned } = await askers(t, { staleIfErrorMs: 3_600_000 });
  await values.set('a', 9, { ttlMs: 1 });
  await untilAsync('it is stale', async () => !(await values.has('a')));
  const { words, open } = gate();
  const load = { type: 'load', key: 'a', count: 2, runs: words, fails: true } as const;
  const results = spawned.map((asker) => asker.ask(load));
  open();
  t.same(
    (await Promise.all(results)).flatMap((result) => result.values),
    new Array(8).fill(9),
  );
});

t.test('an error that cannot leave its thread as it is comes as its text', async (t) => {
  const { system, values } = await alone(t);
  const other = openCache<number>(system, values.ref);
  const odd = Object.assign(new RangeError('odd'), { callback: () => 1 });
  const begun = deferred<void>();
  const { promise, resolve } = deferred<void>();
  const first = values.getOrLoad('a', async () => {
    begun.resolve();
    await promise;
    throw odd;
  });
  await begun.promise;
  const second = other.getOrLoad('a', () => 1);
  await untilAsync('it waits', async () => (await values.statistics()).coalesced === 1);
  resolve();
  t.equal(await rejection(first), odd, 'whose loader it is gets it itself');
  t.match(await rejection(second), { name: 'RangeError', message: 'odd' });
});

t.test('a lease whose holder is killed with its thread passes to the next one', async (t) => {
  const system = await startSystem(t, { threadIntensity: { intensity: 100, periodMs: 1000 } });
  const values = cache<number>(system, { shards: 1, loadTimeoutMs: 300, sweepIntervalMs: 20 });
  const [key, begun] = ['a', new SharedArrayBuffer(4)];
  // The only shard lives on thread 1, the holder on thread 2.
  const asker = system.spawn(Asker, { cache: values.ref, near: false }, { placement: 2 });
  asker.tell({ type: 'hang', key, begun });
  await until('the loader runs', () => Atomics.load(new Int32Array(begun), 0) === 1);
  system.killThread(2);
  t.equal(await values.getOrLoad(key, () => 4, { timeoutMs: 60_000 }), 4);
});
