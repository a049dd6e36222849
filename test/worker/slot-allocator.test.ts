import fc from 'fast-check';
import t from 'tap';
import { type Address, addressKey } from '../../runtime/ref/address.js';
import { isLater, SlotAllocator } from '../../runtime/worker/slot-allocator.js';

const SERIAL = 9;

t.test(
  'slots and generations of each thread count by themselves, in the name of this one',
  async (t) => {
    const slots = new SlotAllocator(SERIAL);
    t.same(slots.allocate(1), { thread: 1, creator: SERIAL, slot: 0, generation: 1 });
    t.same(slots.allocate(1), { thread: 1, creator: SERIAL, slot: 1, generation: 2 });
    t.same(slots.allocate(2), { thread: 2, creator: SERIAL, slot: 0, generation: 1 });
    t.same(
      [0, 1, 2].map((thread) => slots.lastOn(thread)),
      [0, 2, 1],
    );
  },
);

t.test('a slot is used again once its actor is gone, in a generation of its own', async (t) => {
  const slots = new SlotAllocator(SERIAL);
  const first = slots.allocate(1);
  const second = slots.allocate(1);
  slots.release(first);
  t.same(slots.allocate(1), { ...first, generation: 3 });
  slots.release(second);
  t.same(slots.allocate(1), { ...second, generation: 4 });
});

t.test('an address of a former use, or of nobody, releases nothing', async (t) => {
  const slots = new SlotAllocator(SERIAL);
  const first = slots.allocate(1);
  slots.release(first);
  slots.release(first);
  const second = slots.allocate(1);
  slots.release(first);
  slots.release({ ...second, slot: 5 });
  slots.release({ ...second, thread: 7 });
  t.equal(slots.allocate(1).slot, 1, 'slot 0 is in use');
});

t.test('of two generations the later one is known, also past the greatest number', async (t) => {
  const greatest = 2 ** 31 - 1;
  t.ok(isLater(2, 1));
  t.ok(isLater(1, 0));
  t.notOk(isLater(1, 1));
  t.notOk(isLater(1, 2));
  t.ok(isLater(1, greatest));
  t.notOk(isLater(greatest, 1));
  t.ok(isLater(2 ** 30, 1), 'nearly 2^30 apart');
});

t.test('no address is ever given twice, and slots stay few', async () => {
  const step = fc.record({ thread: fc.nat(2), release: fc.boolean(), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const slots = new SlotAllocator(SERIAL);
      const given = new Set<string>();
      const living: Address[] = [];
      const latest: number[] = [];
      let most = 0;
      for (const { thread, release, which } of steps) {
        if (release && living.length > 0) {
          const [gone] = living.splice(which % living.length, 1);
          slots.release(gone!);
          continue;
        }
        const address = slots.allocate(thread);
        if (given.has(addressKey(address))) return false;
        given.add(addressKey(address));
        const former = latest[thread] ?? 0;
        if (!isLater(address.generation, former)) return false;
        latest[thread] = address.generation;
        living.push(address);
        most = Math.max(most, living.length);
        if (address.slot >= most) return false;
      }
      return true;
    }),
  );
});
