import t, { type Test } from 'tap';
import { type Outcome, type Scenario, simulate } from './simulation.js';

/** Seeds of each kind of run; the seed of a failure is in its text. */
const SEED_COUNT = process.env['SOAK'] === undefined ? 1500 : 100_000;

interface Sum {
  handledCount: number;
  repeatedCount: number;
  senderDeaths: number;
  receiverDeaths: number;
  lost: number;
  steps: number;
}

/** Runs one kind of scenario over all seeds and holds that none breaks a promise. */
function sweep(t: Test, kind: Omit<Scenario, 'seed' | 'messageCount'>): Sum {
  const sum: Sum = {
    handledCount: 0,
    repeatedCount: 0,
    senderDeaths: 0,
    receiverDeaths: 0,
    lost: 0,
    steps: 0,
  };
  const broken: string[] = [];
  for (let seed = 1; seed <= SEED_COUNT; seed++) {
    const scenario = { ...kind, seed, messageCount: 1 + (seed % 60) };
    let outcome: Outcome;
    try {
      outcome = simulate(scenario);
    } catch (error) {
      broken.push(`seed ${seed}: ${(error as Error).stack}`);
      continue;
    }
    if (outcome.faults.length > 0) broken.push(`seed ${seed}: ${outcome.faults.join('; ')}`);
    for (const key of Object.keys(sum) as (keyof Sum)[]) sum[key] += outcome[key];
  }
  t.same(broken.slice(0, 5), [], `${broken.length} of ${SEED_COUNT} seeds`);
  t.comment(JSON.stringify(sum));
  return sum;
}

t.test('on a good network every message is handled exactly once, in order', async (t) => {
  for (const hasJournal of [false, true]) {
    const kind = { hasJournal, senderDies: false, receiverDies: false, badNetwork: false };
    t.equal(sweep(t, kind).repeatedCount, 0);
  }
});

t.test(
  'on a network that loses, doubles and shuffles every message is handled exactly once, in order',
  async (t) => {
    for (const hasJournal of [false, true]) {
      const kind = { hasJournal, senderDies: false, receiverDies: false, badNetwork: true };
      const { repeatedCount, lost } = sweep(t, kind);
      t.equal(repeatedCount, 0);
      t.ok(lost > SEED_COUNT, 'packets were lost');
    }
  },
);

t.test('with a journal the deaths of the sender neither lose nor repeat a message', async (t) => {
  for (const badNetwork of [false, true]) {
    const kind = { hasJournal: true, senderDies: true, receiverDies: false, badNetwork };
    const { repeatedCount, senderDeaths } = sweep(t, kind);
    t.equal(repeatedCount, 0);
    t.ok(senderDeaths > SEED_COUNT / 2, 'senders died');
  }
});

t.test(
  'without a journal the deaths of the sender lose what was unconfirmed and repeat nothing',
  async (t) => {
    for (const badNetwork of [false, true]) {
      const kind = { hasJournal: false, senderDies: true, receiverDies: false, badNetwork };
      t.equal(sweep(t, kind).repeatedCount, 0);
    }
  },
);

t.test('the deaths of the receiver lose nothing and leave no gap', async (t) => {
  for (const badNetwork of [false, true]) {
    const kind = { hasJournal: false, senderDies: false, receiverDies: true, badNetwork };
    const { repeatedCount, receiverDeaths, handledCount } = sweep(t, kind);
    t.ok(receiverDeaths > SEED_COUNT / 2, 'receivers died');
    t.ok(repeatedCount > 0, 'messages handled but not confirmed come again');
    t.ok(repeatedCount < handledCount / 4, 'and few of them');
  }
});

t.test('with a journal the deaths of both sides lose nothing and leave no gap', async (t) => {
  for (const badNetwork of [false, true]) {
    const kind = { hasJournal: true, senderDies: true, receiverDies: true, badNetwork };
    const { senderDeaths, receiverDeaths } = sweep(t, kind);
    t.ok(senderDeaths > SEED_COUNT / 2 && receiverDeaths > SEED_COUNT / 2, 'both died');
  }
});
