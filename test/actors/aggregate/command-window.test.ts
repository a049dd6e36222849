import fc from 'fast-check';
import t from 'tap';
import { COMMAND_TABLE, type CommandRecord } from '#actors/aggregate/command-record.js';
import { ORDER_TABLE, type PastCommand } from '#actors/aggregate/command-window.js';
import { aggregates } from '#actors/aggregate/index.js';
import { TransactionId } from '#actors/aggregate/transaction-id.js';
import { startJournal } from '#actors/journal/index.js';
import { ActorSystem, hasCode, type JournalState, MemoryJournal } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { Account } from './account.js';
import { type Answer, CoreRig } from './core-rig.js';

const ANY = { expected: 'any' } as const;
const FOREVER = Number.POSITIVE_INFINITY;
const deposit = { type: 'deposit', amount: 1n } as const;

type Tables = Pick<JournalState, 'scan'>;
const idsIn = (journal: Tables): readonly string[] =>
  journal.scan(COMMAND_TABLE).map(({ key }) => key.slice(2, 3));

/** Each record is at its place in the order, and nothing else is. */
function isConsistent(journal: Tables): boolean {
  const order = journal.scan(ORDER_TABLE, { limit: 1000 });
  const places = new Map(
    order.map(({ key, value }) => [(value as PastCommand).key, key.split('#')[1]]),
  );
  const records = journal.scan(COMMAND_TABLE, { limit: 1000 });
  return (
    places.size === order.length &&
    records.length === order.length &&
    records.every(({ key, value }) => places.get(key) === (value as CommandRecord).place)
  );
}

/** Executes a command with an id at once. @returns whether it was a repetition, or the code of its error */
function say(rig: CoreRig, core: ReturnType<CoreRig['wake']>, commandId: string, amount = 1n) {
  const asked = rig.execute(core, { type: 'deposit', amount }, { commandId });
  rig.settle();
  const answer = rig.answers.get(asked) as Answer & { type: 'answer' };
  if (answer.type !== 'answer')
    return (answer as unknown as { error: { code: string } }).error.code;
  return (answer.result as { isRepeat: boolean }).isRepeat;
}

t.test('the last so many command ids of an aggregate are remembered', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake({ window: { ms: FOREVER, count: 2 } });
  for (const id of ['a', 'b', 'c']) t.equal(say(rig, core, id), false);
  t.same(idsIn(rig.journal), ['b', 'c'], 'the oldest is gone with the transaction of the newest');
  t.equal(say(rig, core, 'c'), true);
  t.equal(say(rig, core, 'b'), true, 'a repetition is no later command');
  t.equal(say(rig, core, 'a'), false, 'a forgotten one is a new command');
  t.same(idsIn(rig.journal), ['a', 'c']);
  t.equal(say(rig, core, 'c', 5n), 'ERR_AGGREGATE_COMMAND_REUSED');
  t.equal(say(rig, core, 'b', 5n), false, 'and its id stands for whatever it is given to');
});

t.test('command ids are remembered for so long, and no longer', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake({ window: { ms: 100, count: FOREVER } });
  say(rig, core, 'a');
  rig.nowMs = 99;
  t.equal(say(rig, core, 'a'), true);
  say(rig, core, 'b');
  rig.nowMs = 100;
  t.equal(say(rig, core, 'a', 2n), false, 'also where its record is still there');
  t.same(idsIn(rig.journal), ['a', 'b']);
  rig.nowMs = 250;
  say(rig, rig.wake({ window: { ms: 100, count: FOREVER } }), 'c');
  t.same(idsIn(rig.journal), ['c'], 'by whichever incarnation');
  t.ok(isConsistent(rig.journal));
});

t.test('those that were executed while there was no window stay', async (t) => {
  const rig = new CoreRig();
  say(rig, rig.wake(), 'a');
  const core = rig.wake({ window: { ms: 1, count: 1 } });
  rig.nowMs = 1000;
  for (const id of ['b', 'c']) say(rig, core, id);
  t.same(idsIn(rig.journal), ['a', 'c']);
  t.equal(say(rig, core, 'a'), true);
});

t.test('a window that became smaller is reached, a few with each transaction', async (t) => {
  const rig = new CoreRig();
  const wide = rig.wake({ window: { ms: FOREVER, count: 1000 } });
  for (let i = 0; i < 60; i++) say(rig, wide, `${i}`);
  const narrow = rig.wake({ window: { ms: FOREVER, count: 2 } });
  for (const id of ['a', 'b', 'c', 'd']) say(rig, narrow, id);
  t.equal(rig.journal.scan(COMMAND_TABLE, { limit: 1000 }).length, 2);
  t.ok(isConsistent(rig.journal));
});

const step = fc.record({
  id: fc.constantFrom('x', 'y', 'z', 'u', 'v'),
  passMs: fc.nat(40),
  isNewIncarnation: fc.boolean(),
});

t.test('what is remembered is what a list of all that was executed says', async () => {
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 100 }), fc.nat(3), (steps, ms, count) => {
      const window = { ms, count: count + 1 };
      const rig = new CoreRig();
      let core = rig.wake({ window });
      const executed: { id: string; atMs: number }[] = [];
      for (const { id, passMs, isNewIncarnation } of steps) {
        rig.nowMs += passMs;
        if (isNewIncarnation) core = rig.wake({ window });
        const remembered = executed
          .slice(-window.count)
          .some((past) => past.id === id && past.atMs + ms > rig.nowMs);

        if (say(rig, core, id) !== remembered) return false;
        if (!remembered) executed.push({ id, atMs: rig.nowMs });
      }
      return isConsistent(rig.journal);
    }),
  );
});

t.test('incarnations side by side, and lost answers, leave records and order in step', async () => {
  const action = fc.record({
    core: fc.nat(2),
    id: fc.constantFrom('x', 'y', 'z'),
    passMs: fc.nat(20),
    serves: fc.array(fc.record({ index: fc.nat(5), isLost: fc.nat(9) }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const rig = new CoreRig();
      const window = { ms: 30, count: 2 };
      const cores = [0, 1, 2].map(() => rig.wake({ window }));
      const asked: number[] = [];
      for (const { core, id, passMs, serves } of actions) {
        rig.nowMs += passMs;
        asked.push(rig.execute(cores[core]!, deposit, { commandId: id }));
        for (const { index, isLost } of serves) {
          const at = index % Math.max(1, rig.wanted.length);
          if (isLost < 2) {
            rig.break(at, isLost === 0);
            cores[core] = rig.wake({ window });
          } else rig.serve(at);
        }
      }
      rig.settle();
      return isConsistent(rig.journal) && asked.every((each) => rig.answers.has(each));
    }),
  );
});

t.test('a window survives the restart of the system', async (t) => {
  const path = t.testdir({});
  const repeats: boolean[] = [];
  for (const ids of [
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
  ]) {
    const system = await ActorSystem.start({ threads: 1 });
    const journal = await startJournal(system, { kind: 'lmdb', path });
    const accounts = await aggregates(system, Account, { journal, commandIds: { keepCount: 2 } });
    const account = accounts.ref('ada');
    await account.execute({ type: 'open' }, ANY);
    for (const commandId of ids) {
      const result = await account.execute(deposit, { ...ANY, commandId });
      repeats.push(result.ok && result.isRepeat);
    }
    await system.stop();
  }
  t.same(repeats, [false, false, false, true, true, false]);
});

t.test(
  'ids of transactions are forgotten by time; several at once do not forget for each other',
  async (t) => {
    const journal = new MemoryJournal();
    let [nowMs, count] = [0, 0];
    const stamp = { nextId: () => `t${count++}`, nowMs: () => nowMs };
    const window = { ms: 100, count: FOREVER };
    const result = { ok: true } as never;
    const idOf = (commandId: string, content = commandId) =>
      new TransactionId(commandId, content, window, stamp);
    const write = async (id: TransactionId) =>
      (await id.earlier(journal)) ?? (await journal.transact({ puts: id.puts(result) })).ok;
    t.equal(await write(idOf('a')), true);
    t.same(await write(idOf('a')), result);
    await t.rejects(write(idOf('a', 'other')), { code: 'ERR_AGGREGATE_COMMAND_REUSED' });
    nowMs = 100;
    t.equal(await write(idOf('a', 'other')), true, 'after it the id is free');
    nowMs = 200;
    const [one, two] = [idOf('b'), idOf('c')];
    for (const id of [one, two]) await id.earlier(journal);
    t.equal((await journal.transact({ puts: one.puts(result) })).ok, true);
    t.equal((await journal.transact({ puts: two.puts(result) })).ok, false, 'it forgot the same');
    t.equal(await write(two), true, 'again, without forgetting');
    const [records, order] = await Promise.all(
      [COMMAND_TABLE, ORDER_TABLE].map((table) => journal.scan(table)),
    );
    t.same([records!.length, order!.length], [2, 2]);
  },
);

t.test('transactions over several aggregates have the window of their host', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const accounts = await aggregates(system, Account, { commandIds: { keepMs: 3_600_000 } });
  for (const id of ['a', 'b']) await accounts.ref(id).execute({ type: 'open' }, ANY);
  const pay = () =>
    accounts.transact(
      ['a', 'b'].map((id) => accounts.ref(id).step(deposit, ANY)),
      { commandId: 'rent' },
    );
  t.match(await pay(), { ok: true, isRepeat: false });
  t.match(await pay(), { ok: true, isRepeat: true });
  t.equal((await accounts.journal.scan(ORDER_TABLE)).length, 1);
  for (const commandIds of [{ keepMs: 0 }, { keepCount: 1.5 }, { keepMs: Number.NaN }]) {
    const error = await aggregates(system, Account, { commandIds }).catch((cause) => cause);
    t.ok(hasCode(error, 'ERR_OPTION'), String(error));
  }
});
