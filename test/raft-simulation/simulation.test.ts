import t from 'tap';
import { generate } from './program.js';
import { run } from './run.js';
import { shrink } from './shrink.js';

const SEEDS = 60;
const STEPS = 6000;

t.test('no promise of Raft is broken in the first seeds', async (t) => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { check, text } = run(generate(seed, STEPS));
    t.equal(check, undefined, `seed ${seed}: ${text}`);
  }
});

t.test('the same seed is the same run', async (t) => {
  for (const seed of [3, 8]) {
    const [one, other] = [run(generate(seed, STEPS)), run(generate(seed, STEPS), true)];
    t.same([other.hash, other.steps, other.time], [one.hash, one.steps, one.time]);
  }
  t.not(run(generate(3, STEPS)).hash, run(generate(4, STEPS)).hash);
});

t.test(
  'clocks beyond the bound of the lease are found out, and the run is made small',
  async (t) => {
    for (let seed = 1; seed <= 300; seed++) {
      const program = generate(seed, STEPS);
      const wild = {
        leaseDrift: 0.05,
        drift: 6,
        checkQuorum: true,
        nodeCount: 3,
        snapshotEvery: 1000,
      };
      const broken = { ...program, settings: { ...program.settings, ...wild } };
      const { check } = run(broken);
      if (check === undefined) continue;
      t.match(check, /^lineariz/, `seed ${seed}`);
      const small = shrink(broken, check);
      t.ok(small.actions.length <= broken.actions.length);
      t.equal(run(small).check, check, 'and it still shows the same');
      return;
    }
    t.fail('it was not found');
  },
);
