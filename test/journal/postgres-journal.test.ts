import pg from 'pg';
import t from 'tap';
import { openJournal, startJournal } from '#actors/index.js';
import { START } from '#runtime/index.js';
import { PostgresJournal } from '#runtime/journal/postgres/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { append, conformance } from './conformance.js';
import { startPostgres } from './postgres-server.js';

const server = await startPostgres();

if (typeof server === 'string') {
  t.comment(`PostgreSQL was skipped: ${server}`);
  t.pass(`PostgreSQL was skipped: ${server}`);
} else {
  t.teardown(() => server.stop());
  const { url } = server;
  let schemas = 0;
  const newSchema = (): string => `journal_${++schemas}`;

  t.test('the journal in PostgreSQL keeps the contract', (t) =>
    conformance(t, { open: () => PostgresJournal.open({ url, schema: newSchema() }) }),
  );

  t.test('two writers of one store never write over each other, nor out of order', async (t) => {
    const schema = newSchema();
    const journals = await Promise.all([1, 2].map(() => PostgresJournal.open({ url, schema })));
    const results = await Promise.all(
      journals.flatMap((journal, writer) =>
        Array.from({ length: 100 }, (_, i) =>
          journal.transact({
            appends: [
              { stream: 'same', expected: i, values: [writer] },
              { stream: `own-${writer}`, expected: 'any', values: [i] },
            ],
          }),
        ),
      ),
    );
    const won = results.filter(({ ok }) => ok).length;
    const [first] = journals;
    t.equal((await first!.head('same')).version, won, 'each version was won once');
    const all = await first!.readAll(START);
    t.same(
      all.map(({ position }) => Number(position)),
      Array.from({ length: 2 * won }, (_, i) => i + 1),
    );
    for (const journal of journals) await journal.close();
  });

  t.test('a commit of one process is heard of in another', async (t) => {
    const schema = newSchema();
    const [one, other] = await Promise.all([1, 2].map(() => PostgresJournal.open({ url, schema })));
    let count = 0;
    let heard: () => void = () => {};
    other!.onCommit(() => {
      count++;
      heard();
    });
    const next = (): Promise<void> => new Promise((resolve) => (heard = resolve));
    await next();
    t.equal(count, 1, 'once when it listens, for what it may have missed');
    const second = next();
    await append(one!, 'a', 1);
    await second;
    t.equal((await other!.readAll(START)).length, 1);
    await one!.close();
    await other!.close();
  });

  t.test('a changed record stops its stream with an error that names it', async (t) => {
    const schema = newSchema();
    const journal = await PostgresJournal.open({ url, schema });
    for (const stream of ['a', 'b']) await append(journal, stream, 1, 2, 3);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const where = "WHERE stream = 'a'::bytea AND version = 2";
    await client.query(`UPDATE ${schema}.records SET value = '\\x0007'::bytea ${where}`);
    const changed = await rejection(journal.read('a'));
    assertTroupeError(t, changed, 'ERR_JOURNAL_DAMAGED', "record 2 of stream 'a'");
    await client.query(`DELETE FROM ${schema}.records ${where}`);
    const missing = await rejection(journal.read('a', { backward: true }));
    assertTroupeError(t, missing, 'ERR_JOURNAL_DAMAGED', "record 2 of stream 'a'", 'missing');
    t.equal((await journal.read('b')).length, 3);
    await client.query(`UPDATE ${schema}.store SET format = 2`);
    await client.end();
    await journal.close();
    const newer = await rejection(PostgresJournal.open({ url, schema }));
    assertTroupeError(t, newer, 'ERR_JOURNAL_VERSION', 'format 2');
  });

  t.test('a server that is not there, and a schema that is no name, are refused', async (t) => {
    const nowhere = PostgresJournal.open({ url: 'postgres://troupe@127.0.0.1:1/postgres' });
    assertTroupeError(t, await rejection(nowhere), 'ERR_JOURNAL_OPEN');
    const quoted = PostgresJournal.open({ url, schema: 'a"; DROP' });
    assertTroupeError(t, await rejection(quoted), 'ERR_OPTION');
  });

  t.test('the actor of a journal writes to it', async (t) => {
    const system = await startSystem(t, { threads: 0 });
    const store = { kind: 'postgres', url, schema: newSchema() } as const;
    const journal = openJournal(system, await startJournal(system, store));
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) => append(journal, 'a', n)),
    );
    t.ok(results.every((result) => result.ok && result.durability === 'flushed'));
    t.equal((await journal.read('a')).length, 50);
  });
}
