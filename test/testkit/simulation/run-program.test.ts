import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ActorCell } from '../../../runtime/actor/actor-cell.js';
import { Doorbell } from '../../../runtime/memory/doorbell.js';
import { generate } from '../../../runtime/testkit/simulation/generate.js';
import { runProgram } from '../../../runtime/testkit/simulation/run-program.js';

const SEEDS = process.env['SOAK'] === '1' ? 2000 : 120;
const MAIN = fileURLToPath(new URL('../../../runtime/testkit/simulation/main.js', import.meta.url));

t.test('programs from many seeds break no promise', async (t) => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations, faults } = await runProgram(generate(seed));
    for (const kind of faults.keys()) kinds.add(kind);
    if (violations.length > 0) t.same(violations, [], `seed ${seed}`);
  }
  t.equal(kinds.size, 6, 'faults of all kinds happened');
});

t.test('a seed does the same each time, also in another process', async (t) => {
  const first = await runProgram(generate(11));
  await runProgram(generate(12));
  const again = await runProgram(generate(11));
  t.equal(again.hash, first.hash, 'whatever ran in between');
  t.equal(again.steps, first.steps);
  const said = execFileSync(process.execPath, [MAIN, '--seed', '11'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  t.match(said, `${first.steps} steps, hash ${first.hash}`);
  t.not((await runProgram(generate(12))).hash, first.hash, 'another seed does something else');
});

/** The checks that a broken runtime fails within so many seeds. */
async function found(seeds: number): Promise<string[]> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await runProgram(generate(seed));
    if (violations.length > 0) return violations.map(({ check }) => check);
  }
  return [];
}

t.test('a bell that is never rung is found', async (t) => {
  const { ring } = Doorbell.prototype;
  t.teardown(() => {
    Doorbell.prototype.ring = ring;
  });
  Doorbell.prototype.ring = () => false;
  t.ok((await found(30)).includes('wake-up'));
});

t.test('a cell that handles signals only after its mail is found', async (t) => {
  const { signal } = ActorCell.prototype;
  t.teardown(() => {
    ActorCell.prototype.signal = signal;
  });
  ActorCell.prototype.signal = function late(given): void {
    // Ends are forgotten while there is mail.
    if (given.type === 'stop' && this.mailbox.length > 0) return;
    signal.call(this, given);
  };
  t.ok((await found(60)).length > 0);
});
