import fc from 'fast-check';
import t from 'tap';
import { BULKHEAD_ENTRIES, BulkheadCore } from '#runtime/resilience/limits/bulkhead-core.js';

t.test('every event in every state does what the table says', async (t) => {
  t.same(BULKHEAD_ENTRIES, { free: 'run', busy: 'wait', full: 'refuse' });
  const LIMIT = 2;
  const WAITING = 2;
  for (let calls = 0; calls <= LIMIT + WAITING; calls++) {
    const make = (): BulkheadCore => {
      const core = new BulkheadCore(LIMIT, WAITING);
      for (let i = 0; i < calls; i++) core.enter();
      return core;
    };
    const running = Math.min(calls, LIMIT);
    const waiting = calls - running;
    const entering = make();
    const state = running < LIMIT ? 'free' : waiting < WAITING ? 'busy' : 'full';
    const entry = BULKHEAD_ENTRIES[state];
    t.equal(entering.state, state);
    t.equal(entering.enter(), entry, `enter with ${calls}`);
    t.equal(entering.running + entering.waiting, entry === 'refuse' ? calls : calls + 1);
    const leaving = make();
    if (running === 0) t.throws(() => leaving.leave(), /more calls/);
    else {
      t.equal(leaving.leave(), waiting > 0 ? 'pass-on' : 'release', `leave with ${calls}`);
      t.same([leaving.running, leaving.waiting], waiting > 0 ? [2, waiting - 1] : [running - 1, 0]);
    }
    const giving = make();
    if (waiting === 0) t.throws(() => giving.giveUp(), /nobody waits/);
    else {
      giving.giveUp();
      t.same([giving.running, giving.waiting], [2, waiting - 1]);
    }
  }
});

t.test(
  'its bounds hold in every order of events, and nobody waits while there is room',
  async (t) => {
    const events = fc.array(fc.constantFrom('enter', 'leave', 'giveUp'), { maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(4), events, (limit, most, events) => {
        const core = new BulkheadCore(limit, most);
        for (const event of events) {
          if (event === 'enter') core.enter();
          else if (event === 'leave' && core.running > 0) core.leave();
          else if (event === 'giveUp' && core.waiting > 0) core.giveUp();
          if (core.running > limit || core.waiting > most) return false;
          if (core.waiting > 0 && core.running < limit) return false;
        }
        return true;
      }),
    );
    t.pass();
  },
);
