import t from 'tap';
import type { Journal } from '#runtime/journal/index.js';
import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
import { JournalOnceStore, Once } from '#runtime/resilience/index.js';
import { temporaryFolder } from '../../journal/folders.js';
import { rejection } from '../../support/errors.js';

/** What a charge answers: everything that plain data may hold. */
const RECEIPT = { cents: 5n, at: new Date(0), lines: new Map([['tea', 2]]), none: null };

const onceOn = (journal: Journal, leaseMs = 60_000): Once =>
  new Once({ store: new JournalOnceStore(journal), keepFailure: isRefused, leaseMs });

const isRefused = (error: unknown): boolean => error instanceof RangeError;

t.test('on LMDB a result outlives the store that wrote it', async (t) => {
  const path = temporaryFolder(t);
  let calls = 0;
  const pay = (): typeof RECEIPT => {
    calls++;
    return RECEIPT;
  };
  const refuse = (): never => {
    calls++;
    throw Object.assign(new RangeError('no cover'), { code: 'E_COVER' });
  };
  for (let run = 0; run < 2; run++) {
    const journal = await LmdbJournal.open({ path });
    const once = onceOn(journal);
    t.same(await once.run('paid', 'f', pay), RECEIPT);
    t.match(await rejection(once.run('refused', 'f', refuse)), {
      name: 'RangeError',
      message: 'no cover',
      code: 'E_COVER',
    });
    t.equal(calls, 2, `run ${run + 1}`);
    t.match(await rejection(once.run('paid', 'g', pay)), { code: 'ERR_ONCE_FINGERPRINT' });
    await journal.close();
  }
});

t.test('on LMDB of many at once, from several sides, one calls', async (t) => {
  const journal = await LmdbJournal.open({ path: temporaryFolder(t) });
  const sides = Array.from({ length: 5 }, () => onceOn(journal));
  let calls = 0;
  const results = await Promise.all(
    sides.flatMap((once) => [1, 2].map(() => once.run('k', 'f', async () => ++calls))),
  );
  t.same(results, new Array(10).fill(1));
  await journal.close();
});

t.test('a call that was cut off with its process is made again after its lease', async (t) => {
  const path = temporaryFolder(t);
  const first = await LmdbJournal.open({ path });
  void onceOn(first, 1)
    .run('k', 'f', () => new Promise(() => {}))
    .catch(() => {});
  while ((await first.get('once', 'k')) === undefined) await first.flush();
  await first.close();
  const journal = await LmdbJournal.open({ path });
  t.equal(await onceOn(journal).run('k', 'f', () => 2), 2);
  await journal.close();
});

t.test('a result that LMDB cannot hold is told, and the call not made again', async (t) => {
  const journal = await LmdbJournal.open({ path: temporaryFolder(t) });
  let calls = 0;
  const make = (): unknown => {
    calls++;
    return { close: () => {} };
  };
  const once = new Once({ store: new JournalOnceStore(journal), inFlight: 'refuse' });
  t.match(await rejection(once.run('k', 'f', make)), { code: 'ERR_JOURNAL_VALUE' });
  t.match(await rejection(once.run('k', 'f', make)), { code: 'ERR_ONCE_IN_FLIGHT' });
  t.equal(calls, 1);
  await journal.close();
});
