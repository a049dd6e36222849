import t from 'tap';
import { Collector } from '../../bench/spawn-actors.js';
import { Counter } from '../../bench/tell-actors.js';
import { startSystem } from '../support/system.js';

for (const definition of [Counter, Collector]) {
  t.test(`${definition.name} counts what comes before it is said how many to expect`, async (t) => {
    const system = await startSystem(t, { threads: 0 });
    const receiver = system.spawn(definition, undefined as never);
    for (const early of [0, 2, 5]) {
      for (let i = 0; i < early; i++) receiver.tell({ type: 'inc', n: 1 });
      const received = receiver.ask({ type: 'expect', count: 5 });
      for (let i = early; i < 5; i++) receiver.tell({ type: 'inc', n: 1 });
      t.equal((await received).sum, 5, `${early} of 5 were early`);
    }
  });
}
