import fc from 'fast-check';
import t from 'tap';
import { GroupCommit, joined } from '#actors/aggregate/group-commit.js';
import { shardPlacement } from '#actors/aggregate/placement.js';
import { ShardMembers } from '#actors/aggregate/shard-members.js';
import { writeGroup } from '#actors/aggregate/shard-writes.js';
import { MemoryJournal, type Transaction, TroupeError } from '#runtime/index.js';

/** Over 2, 4 and 8 shards. */
const PLACES = [
  [1, 1, 1],
  [1, 1, 1],
  [0, 3, 7],
  [1, 1, 1],
];

const shardOf = (id: string, shards: number): number => shardPlacement(shards).indexOf(id);

const put = (key: string): Transaction => ({ puts: [{ table: 't', key, value: 1 }] });
const append = (stream: string, expected: number): Transaction => ({
  appends: [{ stream, expected, values: [1] }],
});

t.test('one shard more takes ids only for itself, about its share', async (t) => {
  const ids = Array.from({ length: 6000 }, (_, index) => `account-${index}`);
  for (const shards of [1, 2, 5]) {
    const moved = ids.filter((id) => shardOf(id, shards) !== shardOf(id, shards + 1));
    t.same(new Set(moved.map((id) => shardOf(id, shards + 1))), new Set([shards]));
    const share = 6000 / (shards + 1);
    t.ok(Math.abs(moved.length - share) < share * 0.15, `${moved.length} of ${share}`);
  }
});

t.test(
  'placements never change: another process finds an aggregate where this one put it',
  async (t) => {
    t.same(
      ['ada', 'grace', 'edsger', 'ünï'].map((id) => [2, 4, 8].map((shards) => shardOf(id, shards))),
      PLACES,
    );
  },
);

t.test(
  'a group holds what waits, but no key twice, and one group is under way at a time',
  async (t) => {
    const group = new GroupCommit(3);
    for (const [id, transaction] of Object.entries({
      a: put('x'),
      b: put('y'),
      c: put('x'),
      d: put('z'),
    })) {
      group.add({ id, transaction });
    }
    const ids = (): unknown => group.next()?.map(({ id }) => id);
    t.same(ids(), ['a', 'b']);
    t.equal(ids(), undefined, 'not before the first is done');
    group.done();
    t.same(ids(), ['c', 'd']);
    group.done();
    t.equal(ids(), undefined);
  },
);

t.test('who is refused does not take the others of his group along', async (t) => {
  const journal = new MemoryJournal();
  const news = new Map<string, string>();
  const group = [
    { id: 'a', transaction: append('a', 0) },
    { id: 'b', transaction: append('b', 7) },
    { id: 'c', transaction: append('c', 0) },
  ];
  await writeGroup(journal, group, 'memory', (id, { type }) => void news.set(id, type));
  t.same(Object.fromEntries(news), { a: 'committed', b: 'refused', c: 'committed' });
  t.equal(joined(group).appends?.length, 3);
});

t.test('what cannot be stored fails its own command only', async (t) => {
  const journal = new MemoryJournal();
  const picky = {
    transact: async (transaction: Transaction) => {
      const isBad = transaction.appends?.some(({ stream }) => stream === 'b');
      if (isBad) throw new TroupeError('ERR_JOURNAL_VALUE', { what: 'a function' });
      return journal.apply(transaction);
    },
  } as never;
  const news = new Map<string, string>();
  const group = ['a', 'b', 'c'].map((id) => ({ id, transaction: append(id, 0) }));
  await writeGroup(picky, group, 'memory', (id, { type }) => void news.set(id, type));
  t.same(Object.fromEntries(news), { a: 'committed', b: 'failed', c: 'committed' });
});

t.test(
  'no more live than may, the least recently used leave, and all who wait get their turn',
  async (t) => {
    const step = fc.record({ use: fc.nat(9), gone: fc.option(fc.nat(9), { nil: -1 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const members = new ShardMembers(3, 100);
        const leaving: string[] = [];
        const wake = (): void => {
          for (let next = members.nextToWake(); next !== undefined; next = members.nextToWake()) {
            members.woken(next, { id: `actor of ${next.id}` } as never);
            next.held.length = 0;
          }
          for (const member of members.toMakeRoom()) {
            members.leaving(member);
            leaving.push(`actor of ${member.id}`);
          }
          if (members.aliveCount > 3) throw new Error(`${members.aliveCount} live`);
        };
        for (const [index, { use, gone }] of steps.entries()) {
          const member = members.use(`id-${use}`, index);
          if (member.phase !== 'alive') member.held.push({ type: 'stale' });
          wake();
          const [actor] = gone < 0 ? [] : leaving.splice(gone % Math.max(1, leaving.length), 1);
          if (actor !== undefined) members.gone(actor);
          wake();
        }
        for (let left = 0; left < 200 && members.waitingCount > 0; left++) {
          const actor = leaving.shift();
          if (actor === undefined) return false;
          members.gone(actor);
          wake();
        }
        return members.waitingCount === 0;
      }),
    );
    const members = new ShardMembers(2, 100);
    for (const [index, id] of ['a', 'b', 'a', 'c'].entries()) {
      members.use(id, index).held.push({ type: 'stale' });
      const next = members.nextToWake();
      if (next !== undefined) members.woken(next, { id } as never);
    }
    t.same(
      members.toMakeRoom().map(({ id }) => id),
      ['b'],
    );
  },
);
