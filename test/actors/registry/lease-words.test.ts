import t from 'tap';
import { LeaseWords, newLeaseMemory } from '#actors/registry/lease-words.js';
import { slotGenerationIndex, slotMomentIndex } from '#actors/registry/lease-words-descriptor.js';

t.test('a heartbeat counts for its own lease only, and never goes back', async (t) => {
  const words = new LeaseWords(newLeaseMemory(4));
  t.notOk(words.beat(2, 7, 100), 'not given yet');
  words.open(2, 7, 100);
  t.ok(words.beat(2, 7, 150));
  t.equal(words.lastBeatMs(2, 200), 150);
  t.ok(words.beat(2, 7, 120), 'of a thread that was set aside');
  t.equal(words.lastBeatMs(2, 200), 150);
  t.notOk(words.beat(2, 6, 160));
  words.close(2);
  t.notOk(words.beat(2, 7, 170));
  words.open(2, 8, 180);
  t.notOk(words.beat(2, 7, 190), 'the slot has another owner');
  t.equal(words.lastBeatMs(2, 200), 180);
  t.equal(words.lastBeatMs(1, 200), 200 - Math.max(0, 200), 'others are untouched');
});

t.test('moments wrap at 2^32 ms and mean the same on both sides', async (t) => {
  const words = new LeaseWords(newLeaseMemory(1));
  for (const nowMs of [2 ** 31 - 2, 2 ** 32 - 2, 2 ** 33 - 2]) {
    words.open(0, 1, nowMs);
    t.ok(words.beat(0, 1, nowMs + 5));
    t.equal(words.lastBeatMs(0, nowMs + 10), nowMs + 5);
  }
});

t.test('a registry that starts ends all leases before it, and goes on counting', async (t) => {
  const memory = newLeaseMemory(2);
  const words = new LeaseWords(memory);
  t.same(words.begin(), { epoch: 0, generation: 0 });
  words.open(1, 5, 0);
  t.same(new LeaseWords(memory).begin(), { epoch: 1, generation: 5 });
  t.notOk(words.beat(1, 5, 1));
});

t.test(
  'a heartbeat between whose steps the slot changes hands does not renew the lease of another',
  async (t) => {
    const memory = newLeaseMemory(1);
    const registry = new LeaseWords(memory);
    const view = new Int32Array(memory);
    const { load } = Atomics;
    for (const [step, index] of [slotMomentIndex(0), slotGenerationIndex(0)].entries()) {
      registry.open(0, 1, 1000);
      const owner = new LeaseWords(memory);
      let isChanged = false;
      // The slot changes hands right after the owner has read this word.
      Atomics.load = ((array: Int32Array, at: number) => {
        const value = load(array, at);
        if (at === index && !isChanged) {
          isChanged = true;
          registry.open(0, 2, 1500);
        }
        return value;
      }) as typeof load;
      try {
        t.notOk(owner.beat(0, 1, 9000), `after step ${step + 1}`);
      } finally {
        Atomics.load = load;
      }
      t.equal(Atomics.load(view, slotMomentIndex(0)), 1500);
    }
  },
);

t.test('the words lie where the diagram says', async (t) => {
  const memory = newLeaseMemory(2);
  const words = new LeaseWords(memory);
  words.begin();
  words.open(1, 0x0a0b, 0x0102);
  t.same([...new Int32Array(memory)], [1, 0x0a0b, 0, 0, 0x0a0b, 0x0102]);
});
