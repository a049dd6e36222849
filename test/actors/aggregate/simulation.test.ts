import t from 'tap';
import { type AggregatesOptions, aggregates } from '#actors/aggregate/index.js';
import { type ActorSystem, hasCode, SeededRandom } from '#runtime/index.js';
import { Simulation, type SimulationOptions } from '#runtime/testkit/index.js';
import { Account } from './account.js';

const SEED_COUNT = Number(process.env['SEEDS'] ?? 6);
const THREADS = 3;
const MANY = { intensity: 1000, periodMs: 1000 };
const ANY = { expected: 'any' } as const;
const IDS = Array.from({ length: 6 }, (_, index) => `account-${index}`);
const COMMANDS_OF_HAND = 25;

const host = (system: ActorSystem, options: AggregatesOptions) =>
  aggregates(system, Account, options);
type Accounts = Awaited<ReturnType<typeof host>>;

/** What came of the commands of one sender. */
interface Outcome {
  readonly done: number;
  readonly failed: number;
}

/** One command after the other, each again at once, with its id, until it has an answer or the system is gone. */
async function hand(accounts: Accounts, id: string, name: string): Promise<Outcome> {
  let failed = 0;
  for (let done = 0; done < COMMANDS_OF_HAND; ) {
    const options = { ...ANY, commandId: `${id}-${name}-${done}` };
    try {
      const result = await accounts.ref(id).execute({ type: 'deposit', amount: 1n }, options);
      if (result.ok) done++;
    } catch (error) {
      if (hasCode(error, 'ERR_STOPPED')) return { done, failed };
      failed++;
    }
  }
  return { done: COMMANDS_OF_HAND, failed };
}

/** Two senders for each account, while threads are killed. */
async function play(simulation: Simulation, random: SeededRandom, accounts: Accounts) {
  const { system } = simulation;
  for (const id of IDS) await simulation.until(accounts.ref(id).execute({ type: 'open' }, ANY));
  let isOver = false;
  let deaths = 0;
  const names = ['left', 'right'];
  const hands = Promise.all(IDS.flatMap((id) => names.map((name) => hand(accounts, id, name))));
  void hands.then(() => {
    isOver = true;
  });
  while (!isOver && deaths < 20) {
    const thread = 1 + random.below(THREADS);
    if (system.aliveThreads.includes(thread)) {
      simulation.killThread(thread);
      deaths++;
    }
    await simulation.advance(random.below(5) / 4);
  }
  const outcomes = await simulation.until(hands);
  const failed = outcomes.reduce((sum, each) => sum + each.failed, 0);
  return { deaths, failed, done: outcomes.reduce((sum, each) => sum + each.done, 0) };
}

async function start(options: SimulationOptions) {
  const simulation = await Simulation.start({ threads: THREADS, ...options });
  const random = new SeededRandom(simulation.seed);
  // With every second seed there is room for fewer than there are.
  const limits = simulation.seed % 2 === 0 ? { aliveCount: 1, idleMs: 1 } : {};
  const accounts = await simulation.until(host(simulation.system, limits));
  return { simulation, random, accounts };
}

t.test(
  'commands that are repeated at once while threads die end, and are executed once each',
  async (t) => {
    for (let seed = 1; seed <= SEED_COUNT; seed++) {
      const options = { seed, threadIntensity: MANY, supervision: MANY };
      const { simulation, random, accounts } = await start(options);
      const { deaths, failed } = await play(simulation, random, accounts);
      t.comment(`seed ${seed}: ${deaths} deaths, ${failed} repeated`);
      for (const id of IDS) {
        const { state } = await simulation.until(accounts.ref(id).state());
        t.equal(state.balance, BigInt(2 * COMMANDS_OF_HAND), `seed ${seed}, ${id}`);
      }
      t.ok((await simulation.stop()).clean, `seed ${seed}`);
    }
  },
);

t.test('they also end when more threads die than the system puts up with', async (t) => {
  for (let seed = 1; seed <= SEED_COUNT; seed++) {
    const { simulation, random, accounts } = await start({ seed });
    const { deaths, failed, done } = await play(simulation, random, accounts);
    t.comment(`seed ${seed}: ${deaths} deaths, ${done} done, ${failed} repeated`);
    t.ok(done < 2 * COMMANDS_OF_HAND * IDS.length, `seed ${seed}: the system stopped before`);
    await simulation.stop();
  }
});
