import t from 'tap';
import type { ActorRef, ActorSystem } from '../../runtime/index.js';
import { assertConserved } from '../support/conservation.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until, untilAsync } from '../support/turns.js';
import { Backlog, type BacklogMessage } from './fixtures/backlog.js';
import { Latch } from './fixtures/latch.js';
import { Branch } from './fixtures/tree.js';

const worker = async (system: ActorSystem, name: string) =>
  (await system.resolve(`/user/pool/${name}`)) as ActorRef<BacklogMessage>;

for (const { where, placement } of PLACES) {
  t.test(`a pool: round-robin gives each its turn, ${where}`, async (t) => {
    const system = await startSystem(t);
    const pool = system.spawnPool(Branch, undefined, { size: 3, name: 'pool', placement });
    const answers: string[] = [];
    for (let n = 0; n < 9; n++) answers.push(await pool.ask({ type: 'job', from: String(n) }));
    const workers = answers.map((answer) => answer.match(/worker-(\d)/)![1]);
    t.same(workers, ['0', '1', '2', '0', '1', '2', '0', '1', '2'], 'the worker itself answers');
    t.equal(new Set(answers.map((answer) => answer.at(-1))).size, 2, 'over the threads');
    await assertConserved(t, system);
  });

  t.test(`a pool: least-loaded spares those that are busy, ${where}`, async (t) => {
    const system = await startSystem(t);
    const latch = system.spawn(Latch, undefined, { placement: 0 });
    const options = { size: 3, routing: 'least-loaded', name: 'pool', placement } as const;
    const pool = system.spawnPool(Backlog, {}, options);
    await system.started(pool);
    const busy = await worker(system, 'worker-0');
    // Its turn is held, and two more wait there: the router has given all three.
    for (let n = 0; n < 3; n++) pool.tell({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 3 });
    for (let n = 0; n < 30; n++) pool.tell({ type: 'item', n });
    await until('all lie with the workers', () => system.metrics().total.sent >= 60);
    await untilAsync('ten each', async () => {
      const names = ['worker-0', 'worker-1', 'worker-2'];
      const reports = await Promise.all(
        names.map(async (name) => system.inspect(await worker(system, name))),
      );
      return reports.every((report) => report?.queued === 10);
    });
    latch.tell({ type: 'open' });
    t.equal((await busy.ask({ type: 'handled' })).length, 10);
    await assertConserved(t, system);
  });

  t.test(`a pool: consistent-hash keeps to one worker a key, ${where}`, async (t) => {
    const system = await startSystem(t);
    const options = { size: 4, routing: 'consistent-hash', key: 'from', placement } as const;
    const pool = system.spawnPool(Branch, undefined, options);
    const keys = Array.from({ length: 60 }, (_, n) => `key-${n}`);
    const ask = (from: string) => pool.ask({ type: 'job', from });
    const first = await Promise.all(keys.map(ask));
    t.same(await Promise.all(keys.map(ask)), first, 'the same again');
    t.equal(new Set(first.map((answer) => answer.split(' by ')[1])).size, 4, 'all have a share');
  });

  t.test(`a pool: broadcast reaches all, the first answer counts, ${where}`, async (t) => {
    const system = await startSystem(t);
    const options = { size: 3, routing: 'broadcast', name: 'pool', placement } as const;
    const pool = system.spawnPool(Backlog, {}, options);
    for (let n = 0; n < 5; n++) pool.tell({ type: 'item', n });
    t.same(await pool.ask({ type: 'handled' }), ['item 0', 'item 1', 'item 2', 'item 3', 'item 4']);
    for (const name of ['worker-0', 'worker-1', 'worker-2']) {
      t.equal((await (await worker(system, name)).ask({ type: 'handled' })).length, 5);
    }
    await assertConserved(t, system);
    await until('later answers', () => system.metrics().total.lateReplies === 2);
  });

  t.test(`a pool: its workers are supervised, and stop with it, ${where}`, async (t) => {
    const system = await startSystem(t);
    const pool = system.spawnPool(Backlog, {}, { size: 2, name: 'pool', placement });
    await system.started(pool);
    pool.tell({ type: 'item', n: 1 });
    pool.tell({ type: 'crash' });
    const crashed = await worker(system, 'worker-1');
    t.same(await crashed.ask({ type: 'handled' }), []);
    t.equal((await system.inspect(crashed))?.incarnation, 1);
    await system.stopActor(pool);
    t.equal(await system.inspect(crashed), undefined);
    await assertConserved(t, system);
  });
}
