import t from 'tap';
import { AGGREGATE_PHASES, type AggregatePhase } from '#actors/aggregate/aggregate-phase.js';
import { hasCode } from '#runtime/index.js';
import { CoreRig, STREAM } from './core-rig.js';

const ok = (version: number, eventCount = 1): object => ({
  type: 'answer',
  result: { ok: true, version, eventCount },
});

t.test(
  'the table of phases names known phases, and every phase can be reached and left',
  async (t) => {
    const phases = Object.keys(AGGREGATE_PHASES) as AggregatePhase[];
    const targets = new Set(Object.values(AGGREGATE_PHASES).flat());
    for (const target of targets) t.ok(phases.includes(target), target);
    for (const phase of phases) t.ok(phase === 'recovering' || targets.has(phase), phase);
    const final = phases.filter((phase) => AGGREGATE_PHASES[phase].length === 0);
    t.same(final, ['passive', 'halted']);
  },
);

t.test('commands wait while it recovers, in order, and no more than the queue holds', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake({ queueCount: 2 });
  const [open, deposit, full] = [
    rig.execute(core, { type: 'open' }),
    rig.execute(core, { type: 'deposit', amount: 1n }),
    rig.execute(core, { type: 'deposit', amount: 2n }),
  ];
  t.match(rig.answers.get(full), { result: { ok: false, reason: 'full', waitingCount: 2 } });
  t.equal(rig.answers.size, 1);
  rig.settle();
  t.match(rig.answers.get(open), ok(1));
  t.match(rig.answers.get(deposit), ok(2));
  t.equal(rig.transactions.length, 1, 'what waited together is written together');
});

t.test('nothing is answered before it is written, also what only follows from it', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  rig.serve();
  rig.execute(core, { type: 'open' });
  const again = rig.execute(core, { type: 'open' });
  const state = rig.query(core);
  t.match(
    rig.answers.get(state),
    { result: { version: 0 } },
    'the state is that of the last commit',
  );
  t.equal(rig.answers.size, 1);
  rig.serve();
  t.match(rig.answers.get(again), {
    result: { reason: 'rejected', error: { code: 'open-already' } },
  });
});

t.test('an expectation that does not hold is answered with what is the case', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  rig.execute(core, { type: 'open' }, { expected: 'noStream' });
  rig.settle();
  for (const expected of [0, 2, 'noStream'] as const) {
    const asked = rig.execute(core, { type: 'deposit', amount: 1n }, { expected });
    t.match(rig.answers.get(asked), { type: 'answer-conflict', expected, actual: 1 });
  }
  const asked = rig.execute(core, { type: 'deposit', amount: 1n }, { expected: 'streamExists' });
  rig.settle();
  t.match(rig.answers.get(asked), ok(2));
});

t.test('after somebody else wrote, a command is decided again on what is there now', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  rig.execute(core, { type: 'open' });
  rig.execute(core, { type: 'deposit', amount: 10n });
  rig.settle();
  const [withdraw, exact, never] = [
    rig.execute(core, { type: 'withdraw', amount: 10n }),
    rig.execute(core, { type: 'deposit', amount: 1n }, { expected: 2 }),
    rig.execute(core, { type: 'deposit', amount: 1n }, { retries: 0 }),
  ];
  const event = { type: 'withdrawn', amount: 9n };
  const value = {
    id: 'x',
    schemaVersion: 1,
    recordedAt: 0,
    correlationId: '',
    causationId: '',
    event,
  };
  rig.journal.apply({ appends: [{ stream: STREAM, expected: 2, values: [value] }] });
  rig.settle();
  t.match(rig.answers.get(withdraw), {
    result: { reason: 'rejected', error: { code: 'insufficient', balance: 1n }, version: 3 },
  });
  t.match(rig.answers.get(exact), { type: 'answer-conflict', expected: 2, actual: 3 });
  t.match(rig.answers.get(never), ok(4), 'it was not part of the transaction that was refused');
});

t.test('without retries a conflict with the store is an answer', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  rig.serve();
  const open = rig.execute(core, { type: 'open' }, { retries: 0 });
  const event = { type: 'opened' };
  const value = {
    id: 'x',
    schemaVersion: 1,
    recordedAt: 0,
    correlationId: '',
    causationId: '',
    event,
  };
  rig.journal.apply({ appends: [{ stream: STREAM, expected: 0, values: [value] }] });
  rig.settle();
  t.match(rig.answers.get(open), { type: 'answer-conflict', after: 0, actual: 1 });
});

t.test('of two incarnations the first to write goes on, the other ends', async (t) => {
  const rig = new CoreRig();
  const [one, other] = [rig.wake(), rig.wake()];
  rig.settle();
  const [first, second] = [
    rig.execute(one, { type: 'open' }),
    rig.execute(other, { type: 'open' }),
  ];
  rig.settle();
  t.match(rig.answers.get(first), ok(1));
  t.ok(isFenced(rig, second), 'refused, although it would have been a mere conflict of versions');
  t.equal(other.phase, 'halted');
  const late = rig.execute(other, { type: 'open' });
  t.ok(isFenced(rig, late));
  const successor = rig.wake();
  rig.execute(successor, { type: 'deposit', amount: 1n });
  rig.settle();
  const stale = rig.execute(one, { type: 'deposit', amount: 1n });
  rig.settle();
  t.ok(isFenced(rig, stale), 'the first has a lower epoch than its successor');
});

function isFenced(rig: CoreRig, asked: number): boolean {
  const answer = rig.answers.get(asked);
  return answer?.type === 'fail' && hasCode(answer.error, 'ERR_AGGREGATE_FENCED');
}

t.test('the same command id has the same result, and is executed once', async (t) => {
  const rig = new CoreRig();
  let core = rig.wake();
  const deposit = { type: 'deposit', amount: 5n } as const;
  const refused = rig.execute(core, deposit, { commandId: 'early' });
  rig.execute(core, { type: 'open' });
  const twice = [1, 2].map(() => rig.execute(core, deposit, { commandId: 'd' }));
  rig.settle();
  core = rig.wake();
  twice.push(rig.execute(core, deposit, { commandId: 'd' }));
  const again = rig.execute(core, deposit, { commandId: 'early' });
  const other = rig.execute(core, { type: 'deposit', amount: 6n }, { commandId: 'd' });
  rig.settle();
  const repeats = twice.map((asked) => rig.answers.get(asked));
  t.match(
    repeats,
    [false, true, true].map((isRepeat) => ({ result: { version: 2, isRepeat } })),
  );
  t.match(rig.answers.get(refused), { result: { reason: 'rejected', isRepeat: false } });
  t.match(
    rig.answers.get(again),
    { result: { reason: 'rejected', isRepeat: true } },
    'a refusal too',
  );
  const reused = rig.answers.get(other);
  t.ok(reused?.type === 'fail' && hasCode(reused.error, 'ERR_AGGREGATE_COMMAND_REUSED'));
  t.equal(rig.journal.head(STREAM).version, 2);
});

t.test('code that throws fails its own command only', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  const asked = (['open', 'explode', 'half', 'open'] as const).map((type) =>
    rig.execute(core, { type }),
  );
  rig.settle();
  t.match(rig.answers.get(asked[0]!), ok(1));
  for (const index of [1, 2]) {
    const failed = rig.answers.get(asked[index]!);
    t.ok(failed?.type === 'fail' && hasCode(failed.error, 'ERR_AGGREGATE_DECISION'));
  }
  t.match(rig.answers.get(asked[3]!), { result: { reason: 'rejected', version: 1 } });
  t.equal(rig.journal.head(STREAM).version, 1, 'half a decision is none');
  const [state, deposit] = [rig.query(core), rig.execute(core, { type: 'deposit', amount: 1n })];
  t.match(rig.answers.get(state), { result: { state: { balance: 0n } } });
  rig.settle();
  t.match(rig.answers.get(deposit), ok(2));
});

t.test('a request whose fate is unknown ends the incarnation; the next one knows', async (t) => {
  for (const isDone of [true, false]) {
    const rig = new CoreRig();
    const core = rig.wake();
    rig.serve();
    const asked = rig.execute(core, { type: 'open' }, { commandId: 'o' });
    const waiting = rig.query(core);
    rig.serve();
    rig.break(0, isDone);
    t.match(rig.answers.get(asked), { type: 'fail', error: { message: 'lost' } });
    t.ok(rig.answers.has(waiting));
    t.equal(core.phase, 'halted');
    const again = rig.execute(rig.wake(), { type: 'open' }, { commandId: 'o' });
    rig.settle();
    t.match(rig.answers.get(again), { result: { ok: true, version: 1, isRepeat: isDone } });
  }
});

t.test('it ends when it is told to, after all that came before', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  const open = rig.execute(core, { type: 'open' });
  rig.passivate(core);
  t.equal(rig.endedCount, 0);
  rig.settle();
  t.match(rig.answers.get(open), ok(1));
  t.equal(core.phase, 'passive');
  t.equal(rig.endedCount, 1);
  const late = rig.answers.get(rig.execute(core, { type: 'open' }));
  t.ok(late?.type === 'fail' && hasCode(late.error, 'ERR_STOPPED'));
});

t.test('news of a change is read before anything is answered', async (t) => {
  const rig = new CoreRig();
  const core = rig.wake();
  rig.settle();
  const other = rig.wake();
  rig.execute(other, { type: 'open' });
  rig.settle();
  rig.changed(core);
  const state = rig.query(core);
  t.notOk(rig.answers.has(state));
  rig.settle();
  t.match(rig.answers.get(state), { result: { version: 1, state: { isOpen: true } } });
});

t.test('a stream that is closed for ever refuses', async (t) => {
  const rig = new CoreRig();
  rig.journal.apply({ truncates: [{ stream: STREAM, before: 1, tombstone: true }] });
  const open = rig.execute(rig.wake(), { type: 'open' });
  rig.settle();
  const answer = rig.answers.get(open);
  t.ok(answer?.type === 'fail' && hasCode(answer.error, 'ERR_AGGREGATE_ENDED'));
});
