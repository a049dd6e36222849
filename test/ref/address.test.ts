import fc from 'fast-check';
import t from 'tap';
import { type Address, addressKey, sameAddress } from '../../runtime/ref/address.js';

const addresses: fc.Arbitrary<Address> = fc.record({
  thread: fc.integer({ min: 0, max: 255 }),
  creator: fc.integer({ min: 1, max: 65_535 }),
  slot: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
  generation: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});

const BASE: Address = { thread: 1, creator: 2, slot: 3, generation: 4 };

t.test('the key names the four numbers in order', async (t) => {
  t.equal(addressKey(BASE), '1.2.3.4');
  t.equal(
    addressKey({ thread: 255, creator: 65_535, slot: 2 ** 31 - 1, generation: 2 ** 31 - 1 }),
    '255.65535.2147483647.2147483647',
  );
});

t.test('addresses are the same only when all four numbers are', async (t) => {
  t.ok(sameAddress(BASE, { ...BASE }));
  for (const field of ['thread', 'creator', 'slot', 'generation'] as const) {
    t.notOk(sameAddress(BASE, { ...BASE, [field]: 9 }), field);
  }
});

t.test('keys are equal exactly when the addresses are', async (t) => {
  fc.assert(
    fc.property(addresses, addresses, (a, b) => {
      return (addressKey(a) === addressKey(b)) === sameAddress(a, b);
    }),
  );
  // Numbers that run into each other without their dots.
  const a = { thread: 1, creator: 11, slot: 1, generation: 1 };
  const b = { thread: 11, creator: 1, slot: 1, generation: 1 };
  t.not(addressKey(a), addressKey(b));
});
