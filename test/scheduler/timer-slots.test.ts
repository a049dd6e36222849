import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { IDLE, TimerEntry } from '../../runtime/scheduler/timer-entry.js';
import {
  DUE,
  FAR,
  FIRING,
  LEVEL_COUNT,
  SLOTS_PER_LEVEL,
  TimerSlots,
} from '../../runtime/scheduler/timer-slots.js';

t.test('a list keeps its order, and an entry can leave from any place', async (t) => {
  for (const leaving of [0, 1, 2]) {
    const slots = new TimerSlots<number>();
    const entries = [0, 1, 2].map((id) => new TimerEntry(id));
    for (const entry of entries) slots.append(DUE, entry);
    slots.unlink(entries[leaving]!);
    t.equal(entries[leaving]?.listIndex, IDLE);
    const seen: number[] = [];
    slots.placeAll(DUE, (entry) => seen.push(entry.owner));
    t.same(
      seen,
      [0, 1, 2].filter((id) => id !== leaving),
    );
    t.ok(slots.isEmpty(DUE));
  }
});

t.test('whole lists move behind what is there already', async (t) => {
  const slots = new TimerSlots<number>();
  for (const id of [0, 1]) slots.append(FIRING, new TimerEntry(id));
  for (const id of [2, 3]) slots.append(70, new TimerEntry(id));
  slots.moveAll(70, FIRING);
  t.equal(slots.nextOccupied(1, 0), IDLE);
  const seen: number[] = [];
  slots.placeAll(FIRING, (entry) => seen.push(entry.owner));
  t.same(seen, [0, 1, 2, 3]);
});

t.test('entries can be placed anew into the list they come from', async (t) => {
  const slots = new TimerSlots<number>();
  for (const id of [0, 1, 2]) slots.append(FAR, new TimerEntry(id));
  slots.placeAll(FAR, (entry) => slots.append(entry.owner === 1 ? 5 : FAR, entry));
  t.equal(slots.first(5)?.owner, 1);
  t.equal(slots.first(FAR)?.owner, 0);
  t.equal(slots.nextOccupied(0, 0), 5);
});

t.test('the earliest deadline of a list is found wherever it stands', async (t) => {
  const slots = new TimerSlots<number>();
  t.equal(slots.earliestDeadlineMs(FAR), Number.POSITIVE_INFINITY);
  for (const deadlineMs of [30, 10, 20]) {
    const entry = new TimerEntry(0);
    entry.deadlineMs = deadlineMs;
    slots.append(FAR, entry);
  }
  t.equal(slots.earliestDeadlineMs(FAR), 10);
});

t.test('the next occupied slot is the first from a digit on, going round', async (t) => {
  const digit = fc.nat(SLOTS_PER_LEVEL - 1);
  fc.assert(
    fc.property(fc.uniqueArray(digit), digit, fc.nat(LEVEL_COUNT - 1), (digits, from, level) => {
      const slots = new TimerSlots<number>();
      for (const digit of digits) slots.append(level * SLOTS_PER_LEVEL + digit, new TimerEntry(0));
      const distance = (digit: number): number =>
        (digit - from + SLOTS_PER_LEVEL) % SLOTS_PER_LEVEL;
      const next = digits.toSorted((a, b) => distance(a) - distance(b))[0];
      const expected = next === undefined ? IDLE : level * SLOTS_PER_LEVEL + next;
      assert.equal(slots.nextOccupied(level, from), expected);
    }),
    { numRuns: 1000 },
  );
  t.pass();
});
