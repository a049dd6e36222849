import t from 'tap';
import type { Life } from '../../../runtime/testkit/simulation/life.js';
import { MessageLedger } from '../../../runtime/testkit/simulation/message-ledger.js';

/** All that the ledger wants to know of an incarnation. */
function lifeOf(node: number, incarnation: number): Life {
  return { node, incarnation } as Life;
}

function makeLedger() {
  const broken: string[] = [];
  return { broken, ledger: new MessageLedger((check) => broken.push(check)) };
}

t.test('gaps are no breach, neither are messages of several senders in any order', async (t) => {
  const { ledger, broken } = makeLedger();
  const [, second, third] = [ledger.stamp(1, 2), ledger.stamp(1, 2), ledger.stamp(1, 2)];
  const other = ledger.stamp(3, 2);
  for (const stamp of [second!, other, third!]) ledger.entered(stamp, lifeOf(2, 0));
  t.same(broken, []);
});

t.test(
  'a message that comes twice, too late, to another actor or from nowhere is found',
  async (t) => {
    const { ledger, broken } = makeLedger();
    const [first, second] = [ledger.stamp(1, 2), ledger.stamp(1, 2)];
    ledger.entered(second, lifeOf(2, 0));
    ledger.entered(first, lifeOf(2, 0));
    t.same(broken, ['order']);
    ledger.entered(second, lifeOf(2, 0));
    t.equal(broken[1], 'at-most-once');
    broken.length = 0;
    ledger.entered(ledger.stamp(1, 2), lifeOf(9, 0));
    t.equal(broken[0], 'delivery');
    broken.length = 0;
    ledger.entered({ id: 99, from: 1, seq: 1 }, lifeOf(2, 0));
    t.same(broken, ['integrity']);
  },
);

t.test(
  'what was put aside or passed on comes again, and keeps its place in no order',
  async (t) => {
    const { ledger, broken } = makeLedger();
    const [first, second] = [ledger.stamp(1, 2), ledger.stamp(1, 2)];
    ledger.entered(first, lifeOf(2, 0));
    ledger.stashed(first.id, 0);
    ledger.entered(second, lifeOf(2, 0));
    t.ok(ledger.entered(first, lifeOf(2, 1)), 'a later incarnation takes it up again');
    ledger.passed(second.id, 5);
    ledger.entered(second, lifeOf(5, 0));
    t.equal(ledger.hopsOf(second.id), 1);
    t.same(broken, []);
  },
);
