import t from 'tap';
import { SeededRandom } from '../../../runtime/base/random.js';
import { Dice } from '../../../runtime/testkit/simulation/dice.js';
import { generate } from '../../../runtime/testkit/simulation/generate.js';
import { faultKinds, type Program } from '../../../runtime/testkit/simulation/program.js';
import { runProgram } from '../../../runtime/testkit/simulation/run-program.js';
import { someone, spawn, staged, strike, tell } from '../../../runtime/testkit/simulation/scene.js';
import { SCENES } from '../../../runtime/testkit/simulation/scenes.js';

const SEEDS = 3;

/** A program that does nothing. */
function empty(seed: number): Program {
  const { settings } = generate(seed);
  return { seed, settings, scripts: [[], []], commands: [], faults: [] };
}

for (const scene of SCENES) {
  t.test(
    `the scene ${scene.name} plays on a right runtime, and no promise is broken`,
    async (t) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const program = staged(empty(seed), scene(new Dice(new SeededRandom(seed))));
        const { violations, faults } = await runProgram(program);
        t.same(violations, [], `seed ${seed}`);
        const strikes = faultKinds(program).length;
        const struck = [...faults.values()].reduce((sum, count) => sum + count, 0);
        t.equal(strikes > 0, struck > 0, `seed ${seed}: what is to go wrong does`);
      }
    },
  );
}

t.test(
  'a scene comes before the program, and its scripts behind those of the program',
  async (t) => {
    const own = tell(0, 1);
    const program = { ...empty(1), commands: [own] };
    const actor = someone(2, { initScript: 0 });
    const scene = {
      commands: [spawn(actor), tell(0, 1), tell(0, -1), strike('kill', 2, 5)],
      scripts: [[{ do: 'spawn', ...actor }], [{ do: 'throw' }]],
    } as const;
    const { commands, scripts, settings } = staged(program, scene);
    t.match(commands, [
      { do: 'spawn', plan: { initScript: 2 } },
      { do: 'tell', script: 3 },
      { do: 'tell', script: -1 },
      { do: 'strike', fault: 'kill' },
      { do: 'rest' },
      own,
    ]);
    t.match(scripts, [[], [], [{ do: 'spawn', plan: { initScript: 2 } }], [{ do: 'throw' }]]);
    t.ok(settings.threads >= 2);
  },
);
