import t from 'tap';
import { generate } from '../../../runtime/testkit/simulation/generate.js';
import type { Program } from '../../../runtime/testkit/simulation/program.js';
import { shrink, sizeOf } from '../../../runtime/testkit/simulation/shrink.js';

t.test('a failing program is reduced to what makes it fail', async (t) => {
  let program = generate(1);
  for (let seed = 2; !hasCause(program); seed++) program = generate(seed);
  const small = await shrink(program, async (smaller) => hasCause(smaller));
  t.ok(hasCause(small));
  t.equal(sizeOf(small), 3, 'a fault, a command and an action');
});

/** Fails when a thread is killed, something is told, and some script throws. */
function hasCause({ faults, commands, scripts }: Program): boolean {
  return (
    faults.some((fault) => fault.do === 'kill') &&
    commands.some((command) => command.do === 'tell') &&
    scripts.some((script) => script.some((action) => action.do === 'throw'))
  );
}
