import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { Offer, type RoomWaiter } from '../../runtime/mailbox/mailbox.js';
import { OVERFLOW_POLICIES, type OverflowPolicy } from '../../runtime/mailbox/mailbox-options.js';
import { byRank, type Item, item, MailboxModel, mailbox } from './mailbox-model.js';

const policies = Object.keys(OVERFLOW_POLICIES) as OverflowPolicy[];
const step = fc.record({
  op: fc.constantFrom(
    ...(['offer', 'offer', 'offer', 'shift', 'shift', 'wait', 'withdraw'] as const),
    ...(['offer', 'shift', 'admit', 'admit', 'prepend', 'drain'] as const),
  ),
  rank: fc.nat(3),
  keep: fc.boolean(),
});

t.test('the mailbox behaves as its model, and every item is somewhere', async (t) => {
  const run = fc.property(
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom(...policies),
    fc.boolean(),
    fc.array(step, { maxLength: 150, size: 'max' }),
    (capacity, overflow, hasPriority, steps) => {
      const box = mailbox({ capacity, overflow, priority: hasPriority ? byRank : undefined });
      const model = new MailboxModel(capacity, overflow, hasPriority);
      const out = new Set<Item>();
      const admitted: Item[] = [];
      const senders: RoomWaiter<Item>[] = [];
      for (const [id, { op, rank, keep }] of steps.entries()) {
        const fresh = item(id, rank, keep);
        if (op === 'offer') {
          const answer = box.offer(fresh);
          const [expected, evicted] = model.offer(fresh);
          assert.equal(answer, expected);
          if (answer === Offer.EVICTED) assert.equal(box.takeEvicted(), evicted);
          if (answer === Offer.FULL) out.add(fresh);
          if (evicted !== undefined) out.add(evicted);
        } else if (op === 'shift') {
          const shifted = box.shift();
          assert.equal(shifted, model.shift());
          if (shifted !== undefined) out.add(shifted);
        } else if (op === 'admit') {
          assert.equal(box.admit(), model.admit());
        } else if (op === 'wait') {
          senders[id] = { onAdmitted: (item) => admitted.push(item) };
          box.wait(fresh, senders[id]);
          model.wait(fresh);
        } else if (op === 'withdraw') {
          const target = steps.findIndex((step, i) => step.op === 'wait' && i % 4 === rank);
          const sender = senders[target];
          if (sender !== undefined) {
            const back = box.withdraw(sender);
            assert.equal(back, model.withdraw(target));
            if (back !== undefined) out.add(back);
          }
        } else if (op === 'prepend') {
          const second = item(id + 1000, 3 - rank, !keep);
          box.prepend([fresh, second]);
          model.prepend([fresh, second]);
        } else {
          const seen: Item[] = [];
          box.drain((item) => seen.push(item));
          assert.deepEqual(seen, model.drain());
          for (const item of seen) out.add(item);
        }
        assert.deepEqual(admitted, model.admitted);
        assert.equal(box.length, model.items.length);
        assert.equal(box.waitingCount, model.waiting.length);
      }
      const sentCount = steps.reduce(
        (sum, { op }) => sum + (op === 'prepend' ? 2 : op === 'offer' || op === 'wait' ? 1 : 0),
        0,
      );
      assert.equal(out.size + box.length + box.waitingCount, sentCount, 'nothing is lost');
    },
  );
  fc.assert(run, { numRuns: 1500 });
  t.pass();
});
