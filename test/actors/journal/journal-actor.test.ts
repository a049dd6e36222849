import t, { type Test } from 'tap';
import { type JournalAddress, openJournal, startJournal, stopJournal } from '#actors/index.js';
import { ActorSystem, type Journal, type StoreOptions } from '#runtime/index.js';
import { append, conformance } from '../../journal/conformance.js';
import { temporaryFolder } from '../../journal/folders.js';
import { assertTroupeError, rejection } from '../../support/errors.js';
import { startSystem } from '../../support/system.js';
import { JournalUser } from './fixtures/journal-user.js';

const STORES: Readonly<Record<string, (t: Test) => StoreOptions>> = {
  memory: () => ({ kind: 'memory' }),
  lmdb: (t) => ({ kind: 'lmdb', path: temporaryFolder(t) }),
};

for (const [kind, storeOf] of Object.entries(STORES)) {
  t.test(`${kind}: the client of a journal keeps the contract of a journal`, async (t) => {
    const system = await startSystem(t, { threads: 0 });
    let address: JournalAddress | undefined;
    const open = async (): Promise<Journal> => {
      if (address !== undefined) await stopJournal(system, address);
      address = await startJournal(system, storeOf(t));
      return openJournal(system, address);
    };
    await conformance(t, { open });
  });

  t.test(`${kind}: actors of all threads write and read one store`, async (t) => {
    const system = await startSystem(t);
    const address = await startJournal(system, storeOf(t));
    const users = [1, 2].map((placement) =>
      system.spawn(JournalUser, { address, name: `s${placement}` }, { placement }),
    );
    await Promise.all(
      users.flatMap((user) =>
        Array.from({ length: 50 }, (_, n) => user.ask({ type: 'append', n: BigInt(n) })),
      ),
    );
    for (const user of users) {
      t.equal(await user.ask({ type: 'sum', stream: 's1' }), 1225n);
      t.equal(await user.ask({ type: 'sum', stream: 's2' }), 1225n);
    }
    const journal = openJournal(system, address);
    t.equal((await journal.readAll('')).length, 100);
    await journal.close();
  });

  t.test(`${kind}: a commit is heard of on other threads`, async (t) => {
    const system = await startSystem(t);
    const address = await startJournal(system, storeOf(t));
    const user = system.spawn(JournalUser, { address, name: 'u' }, { placement: 1 });
    const heard = user.ask({ type: 'next-commit' });
    await user.ask({ type: 'sum', stream: 'u' });
    await append(openJournal(system, address), 'other', 1);
    await heard;
    t.pass();
  });
}

t.test('what was told done is there after a stop and a start', async (t) => {
  const store = { kind: 'lmdb', path: temporaryFolder(t) } as const;
  for (const run of [1, 2, 3]) {
    const system = await ActorSystem.start({ threads: 0 });
    const journal = openJournal(system, await startJournal(system, store));
    t.equal((await journal.head('a')).version, (run - 1) * 10);
    const results = await Promise.all(Array.from({ length: 10 }, () => append(journal, 'a', run)));
    t.ok(results.every((result) => result.ok && result.durability === 'flushed'));
    const report = await system.stop();
    t.equal(report.clean, true);
  }
});

t.test('writes that are under way when the system stops are answered and kept', async (t) => {
  const store = { kind: 'lmdb', path: temporaryFolder(t) } as const;
  const system = await ActorSystem.start({ threads: 0 });
  const journal = openJournal(system, await startJournal(system, store));
  const writes = Array.from({ length: 100 }, (_, n) => append(journal, 'a', n));
  await system.stop();
  t.ok((await Promise.all(writes)).every(({ ok }) => ok));
  const later = await ActorSystem.start({ threads: 0 });
  t.teardown(() => later.stop());
  const again = openJournal(later, await startJournal(later, store));
  t.equal((await again.head('a')).version, 100);
});

t.test('too many transactions at once are refused by name, and the others are done', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const store = { kind: 'lmdb', path: temporaryFolder(t) } as const;
  const address = await startJournal(system, store, { pendingCount: 10 });
  const clients = [openJournal(system, address, { pendingCount: 8 }), openJournal(system, address)];
  for (const [client, allowed] of [
    [clients[0]!, 8],
    [clients[1]!, 10],
  ] as const) {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => append(client, 'a', n)),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    t.equal(refused.length, 20 - allowed);
    assertTroupeError(t, (refused[0] as PromiseRejectedResult).reason, 'ERR_JOURNAL_BUSY');
  }
  t.equal((await clients[0]!.head('a')).version, 18);
});

t.test('a store that cannot be opened says why where it is started', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const path = temporaryFolder(t);
  await startJournal(system, { kind: 'lmdb', path });
  const error = await rejection(startJournal(system, { kind: 'lmdb', path }));
  assertTroupeError(t, error, 'ERR_JOURNAL_LOCKED', path);
  const unknown = await rejection(startJournal(system, { kind: 'paper' } as never));
  assertTroupeError(t, unknown, 'ERR_OPTION', 'paper');
});

t.test('a writer whose thread dies is replaced, and nothing flushed is lost', async (t) => {
  const system = await startSystem(t);
  const store = { kind: 'lmdb', path: temporaryFolder(t) } as const;
  const address = await startJournal(system, store, { placement: 1 });
  const journal = openJournal(system, address);
  await append(journal, 'a', 1, 2);
  const replaced = new Promise((resolve) => system.events.on('actor-restarted', resolve));
  system.killThread(1);
  await replaced;
  const result = await append(journal, 'a', 3);
  t.same(result.ok && result.versions, [3]);
  t.same(
    (await journal.read('a')).map(({ value }) => value),
    [1, 2, 3],
  );
});
