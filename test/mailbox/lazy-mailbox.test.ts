import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { LazyMailbox } from '../../runtime/mailbox/lazy-mailbox.js';
import { Offer } from '../../runtime/mailbox/mailbox.js';
import {
  type MailboxOptions,
  type MailboxSettings,
  OVERFLOW_POLICIES,
  type OverflowPolicy,
} from '../../runtime/mailbox/mailbox-options.js';
import { byRank, type Item, item, MailboxModel, optionsOf } from './mailbox-model.js';

/** Something with a mailbox. */
class Owner extends LazyMailbox<Item> {
  mailboxOptions: MailboxOptions<Item>;

  constructor(settings: MailboxSettings) {
    super();
    this.mailboxOptions = optionsOf(settings);
  }
}

const idsOf = (owner: Owner): number[] => {
  const ids: number[] = [];
  for (let next = owner.take(); next !== undefined; next = owner.take()) ids.push(next.id);
  return ids;
};

const policies = Object.keys(OVERFLOW_POLICIES) as OverflowPolicy[];
const step = fc.record({
  op: fc.constantFrom(
    ...(['offer', 'offer', 'take', 'take', 'wait', 'prepend', 'drain', 'change'] as const),
  ),
  rank: fc.nat(3),
  keep: fc.boolean(),
});

t.test('it behaves as the model of a mailbox that lets senders in as it is emptied', async (t) => {
  const run = fc.property(
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(...policies),
    fc.boolean(),
    fc.array(step, { maxLength: 80, size: 'max' }),
    (capacity, overflow, hasPriority, steps) => {
      const settings = { capacity, overflow, priority: hasPriority ? byRank : undefined };
      const owner = new Owner(settings);
      const model = new MailboxModel(capacity, overflow, hasPriority);
      const admitted: Item[] = [];
      for (const [id, { op, rank, keep }] of steps.entries()) {
        const fresh = item(id, rank, keep);
        if (op === 'offer') {
          const [expected, evicted] = model.offer(fresh);
          const answer = owner.offer(fresh);
          assert.equal(answer, expected);
          if (answer === Offer.EVICTED) assert.equal(owner.mailbox.takeEvicted(), evicted);
        } else if (op === 'take') {
          const expected = model.shift();
          assert.equal(owner.take(), expected);
          if (expected !== undefined) model.admit();
        } else if (op === 'wait') {
          owner.mailbox.wait(fresh, { onAdmitted: (each) => admitted.push(each) });
          model.wait(fresh);
        } else if (op === 'prepend') {
          owner.mailbox.prepend([fresh]);
          model.prepend([fresh]);
        } else if (op === 'drain') {
          const seen: Item[] = [];
          owner.drainMailbox((each) => seen.push(each));
          assert.deepEqual(seen, model.drain());
        } else if (model.waiting.length === 0) {
          owner.mailboxOptions = optionsOf(settings);
          owner.optionsChanged();
        }
        assert.deepEqual(admitted, model.admitted);
        assert.equal(owner.queuedCount, model.items.length);
        assert.equal(owner.waitingCount, model.waiting.length);
      }
    },
  );
  fc.assert(run, { numRuns: 500 });
  t.pass();
});

t.test('what waits keeps its place when the options change', async (t) => {
  for (const count of [0, 1, 2, 5]) {
    const owner = new Owner({ capacity: 5 });
    for (let id = 0; id < count; id++) owner.offer(item(id, 9 - id));
    owner.mailboxOptions = optionsOf({ capacity: 6 });
    owner.optionsChanged();
    t.equal(owner.offer(item(count)), Offer.ACCEPTED);
    t.same(
      idsOf(owner),
      Array.from({ length: count + 1 }, (_, id) => id),
    );
  }
});

t.test('one item that waits is ranked with those that follow when priorities come', async (t) => {
  const owner = new Owner({});
  owner.offer(item(1, 2));
  owner.mailboxOptions = optionsOf({ priority: byRank });
  owner.optionsChanged();
  owner.offer(item(2, 1));
  t.same(idsOf(owner), [2, 1]);
});
