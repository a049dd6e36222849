import t from 'tap';
import { ManualClock } from '../../runtime/base/clock.js';
import type { ErrorCode } from '../../runtime/base/errors.js';
import {
  COUNTER_ROW_LENGTH,
  DEAD_LETTER_REASONS,
  type DeadLetterReason,
  readCounters,
} from '../../runtime/memory/counters.js';
import type { AnyRef } from '../../runtime/ref/actor-ref.js';
import { AskEnvelope, type ReplyAddress } from '../../runtime/ref/envelope.js';
import {
  type DeadLetter,
  DeadLetterOffice,
  errorFor,
} from '../../runtime/worker/dead-letter-office.js';
import { assertTroupeError } from '../support/errors.js';

const ROW: ReplyAddress = { thread: 2, serial: 3, slot: 4, generation: 5 };
const TO = { toString: () => 'troupe://s/user/cart#1.2.3.4' } as AnyRef;
const MESSAGE = { type: 'note' };

/** An office and all that it told its thread. */
function makeOffice(maxEvents = 3) {
  const clock = new ManualClock(500);
  const counters = new Float64Array(COUNTER_ROW_LENGTH);
  const letters: DeadLetter[] = [];
  const answers: { to: ReplyAddress; error: unknown }[] = [];
  const office = new DeadLetterOffice(
    {
      thread: 1,
      clock,
      counters,
      publish: (_name, letter) => letters.push(letter),
      replyFailure: (to, error) => answers.push({ to, error }),
    },
    maxEvents,
  );
  return { office, clock, letters, answers, counted: () => readCounters(counters) };
}

t.test('each is counted by its reason, and by where it was found', async (t) => {
  const { office, counted } = makeOffice();
  for (const reason of DEAD_LETTER_REASONS) office.count(reason, 'sender');
  for (const reason of DEAD_LETTER_REASONS) t.equal(counted()[`dead:${reason}`], 1, reason);
  t.same([counted().deadFromMailbox, counted().deadFromOverflow], [0, 0]);
  office.count('stopped', 'mailbox');
  office.count('stopped', 'overflow');
  t.same([counted().deadFromMailbox, counted().deadFromOverflow], [1, 1]);
  t.equal(counted()['dead:stopped'], 3);
});

t.test('it is reported with reason, target, type and thread', async (t) => {
  const { office, letters, counted } = makeOffice();
  office.take(MESSAGE, 'note', TO, 'stopped', 'mailbox');
  office.take(undefined, '<damaged>', undefined, 'damaged', 'sender');
  t.same(letters, [
    {
      reason: 'stopped',
      to: 'troupe://s/user/cart#1.2.3.4',
      type: 'note',
      thread: 1,
      suppressed: 0,
    },
    { reason: 'damaged', to: 'an unknown actor', type: '<damaged>', thread: 1, suppressed: 0 },
  ]);
  t.equal(counted()['dead:stopped'], 1);
  t.equal(counted().deadFromMailbox, 1);
});

t.test(
  'so many of one reason are reported in a second; the rest is counted and told later',
  async (t) => {
    const { office, clock, letters, counted } = makeOffice(3);
    for (let n = 0; n < 10; n++) office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
    t.equal(letters.length, 3);
    office.take(MESSAGE, 'note', TO, 'unhandled', 'sender');
    t.equal(letters.length, 4, 'another reason has a window of its own');
    clock.advance(999);
    office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
    t.equal(letters.length, 4);
    clock.advance(1);
    office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
    t.equal(letters.length, 5);
    t.equal(letters[4]!.suppressed, 8);
    office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
    t.equal(letters[5]!.suppressed, 0, 'told once');
    t.equal(counted()['dead:stopped'], 13);
  },
);

t.test('a limit of 0 reports none, and counts all', async (t) => {
  const { office, clock, letters, counted } = makeOffice(0);
  office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
  clock.advance(5000);
  office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
  t.same(letters, []);
  t.equal(counted()['dead:stopped'], 2);
});

t.test('a stale timer is an expected end: counted, never reported', async (t) => {
  const { office, letters, counted } = makeOffice();
  office.take(MESSAGE, 'tick', TO, 'stale-timer', 'mailbox');
  t.same(letters, []);
  t.equal(counted()['dead:stale-timer'], 1);
});

t.test('who asked is answered, who told is not', async (t) => {
  const { office, answers } = makeOffice(0);
  office.take(MESSAGE, 'note', TO, 'stopped', 'sender');
  t.same(answers, []);
  office.take(new AskEnvelope(MESSAGE, ROW), 'note', TO, 'mailbox-full', 'sender');
  t.equal(answers.length, 1, 'also when the letter itself is not reported');
  t.equal(answers[0]!.to, ROW);
  assertTroupeError(t, answers[0]!.error, 'ERR_MAILBOX_FULL', "'note'", 'mailbox-full', 'send()');
});

t.test('the answer has the code of its reason, and says what and where', async (t) => {
  const codes: Readonly<Record<DeadLetterReason, ErrorCode>> = {
    'no-such-actor': 'ERR_NO_SUCH_ACTOR',
    stopped: 'ERR_NO_SUCH_ACTOR',
    'mailbox-full': 'ERR_MAILBOX_FULL',
    evicted: 'ERR_MAILBOX_FULL',
    'overflow-full': 'ERR_MAILBOX_FULL',
    unhandled: 'ERR_UNHANDLED',
    'stale-timer': 'ERR_NO_SUCH_ACTOR',
    damaged: 'ERR_DAMAGED',
    'thread-died': 'ERR_THREAD_DIED',
    'attachment-lost': 'ERR_THREAD_DIED',
    'system-stopped': 'ERR_STOPPED',
  };
  t.same(Object.keys(codes).sort(), [...DEAD_LETTER_REASONS].sort());
  for (const reason of DEAD_LETTER_REASONS) {
    assertTroupeError(t, errorFor(reason, String(TO), 'note'), codes[reason], reason, String(TO));
  }
});
