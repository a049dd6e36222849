import t, { type Test } from 'tap';
import type { ActorSystem, DeadLetterReason, SpawnOptions } from '../../runtime/index.js';
import { assertConserved, deadLetters } from '../support/conservation.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { record } from '../support/events.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until, untilAsync } from '../support/turns.js';
import { Latch } from './fixtures/latch.js';
import { Subject } from './fixtures/subject.js';

/** One kind of failure: what makes it, and which dead letters it leaves. */
interface Fault {
  readonly what: string;
  readonly run: (system: ActorSystem, placement: number, t: Test) => Promise<void>;
  readonly dead?: { readonly [R in DeadLetterReason]?: number };
}

const note = (n: number) => ({ type: 'note', n }) as const;

/** A subject whose turn is held, so that what comes after stays in its mailbox. */
async function held(system: ActorSystem, placement: number, options: SpawnOptions = {}) {
  const latch = system.spawn(Latch, undefined, { placement: 0 });
  const subject = system.spawn(Subject, {}, { placement, ...options });
  subject.tell({ type: 'hold', latch });
  await latch.ask({ type: 'arrivals', count: 1 });
  return { latch, subject };
}

const FAULTS: readonly Fault[] = [
  {
    what: 'a handler throws',
    run: async (system, placement) => {
      const subject = system.spawn(Subject, {}, { placement });
      for (const type of ['throw', 'throw', 'stop'] as const) subject.tell({ type });
      await system.terminated(subject);
    },
  },
  {
    what: 'a promise of a handler rejects',
    run: async (system, placement) => {
      const subject = system.spawn(Subject, {}, { placement });
      subject.tell({ type: 'reject' });
      subject.tell(note(1));
      await subject.ask({ type: 'noted' });
    },
  },
  {
    what: 'a handler fails an asker',
    run: async (system, placement) => {
      const subject = system.spawn(Subject, {}, { placement });
      await rejection(subject.ask({ type: 'ask-throw' }));
    },
  },
  {
    what: 'a reply cannot be sent',
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement });
      if (placement === 0) return;
      const error = await rejection(subject.ask({ type: 'ask-unsendable' }));
      assertTroupeError(t, error, 'ERR_NOT_SENDABLE', /deep\[0\]/);
    },
  },
  {
    what: 'a message cannot be sent',
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement });
      const bad = { type: 'note', n: () => 1 } as never;
      if (placement === 0) return;
      t.throws(() => subject.tell(bad), { code: 'ERR_NOT_SENDABLE' });
      await rejection(subject.send(bad));
    },
  },
  {
    what: 'a message cannot be passed on',
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement: 0 });
      const to = system.spawn(Subject, {}, { placement });
      if (placement === 0) return;
      subject.tell({ type: 'pass-on', to, value: () => 1 });
      const incarnation = await subject.ask({ type: 'incarnation' });
      t.equal(incarnation, 1, 'it is the failure of who passed it on');
    },
  },
  {
    what: 'a request cannot be passed on',
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement: 0 });
      const to = system.spawn(Subject, {}, { placement });
      if (placement === 0) return;
      const asked = subject.ask({ type: 'ask-pass-on', to, value: () => 1 });
      assertTroupeError(t, await rejection(asked), 'ERR_NOT_SENDABLE', /message\.value/);
    },
  },
  {
    what: 'the receiver stops with mail',
    dead: { stopped: 5 },
    run: async (system, placement) => {
      const { latch, subject } = await held(system, placement);
      for (let n = 0; n < 5; n++) await subject.send(note(n));
      const stopped = system.stopActor(subject);
      await untilAsync(
        'its end has begun',
        async () => (await system.inspect(subject))?.status === 'ending',
      );
      latch.tell({ type: 'open' });
      await stopped;
    },
  },
  {
    what: 'the receiver is long gone',
    dead: { 'no-such-actor': 1 },
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement: placement === 0 ? 1 : 2 });
      await system.stopActor(subject);
      subject.tell(note(1));
      t.pass();
    },
  },
  {
    what: 'the receiver could not start',
    dead: { stopped: 1 },
    run: async (system, placement) => {
      const subject = system.spawn(
        Subject,
        { failsToStart: true },
        { placement, restart: 'temporary' },
      );
      subject.tell(note(1));
      await rejection(system.started(subject));
    },
  },
  {
    what: 'nobody handles the type',
    dead: { unhandled: 2 },
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement });
      subject.tell({ type: 'unknown' } as never);
      const error = await rejection(subject.ask({ type: '__proto__' } as never));
      assertTroupeError(t, error, 'ERR_UNHANDLED');
    },
  },
  {
    what: 'a full mailbox rejects',
    dead: { 'mailbox-full': 3 },
    run: async (system, placement) => {
      const mailbox = { capacity: 2, overflow: 'reject' } as const;
      const { latch, subject } = await held(system, placement, { mailbox });
      for (let n = 0; n < 4; n++) subject.tell(note(n));
      await rejection(subject.ask({ type: 'noted' }));
      latch.tell({ type: 'open' });
    },
  },
  {
    what: 'a full mailbox drops its oldest, one of them asked',
    dead: { evicted: 2 },
    run: async (system, placement, t) => {
      const mailbox = { capacity: 2, overflow: 'drop-oldest' } as const;
      const { latch, subject } = await held(system, placement, { mailbox });
      const asked = rejection(subject.ask({ type: 'noted' }));
      for (let n = 0; n < 3; n++) subject.tell(note(n));
      assertTroupeError(t, await asked, 'ERR_MAILBOX_FULL', 'evicted');
      await until('both have gone', () => deadLetters(system, 'evicted') === 2);
      latch.tell({ type: 'open' });
    },
  },
  {
    what: 'a full mailbox fails the sender, or leaves a dead letter when that is elsewhere',
    dead: { 'mailbox-full': 1 },
    run: async (system, placement, t) => {
      const mailbox = { capacity: 1, overflow: 'fail' } as const;
      const { latch, subject } = await held(system, placement, { mailbox });
      await subject.send(note(0));
      if (placement === 0) t.throws(() => subject.tell(note(1)), { code: 'ERR_MAILBOX_FULL' });
      else t.equal(subject.tell(note(1)), true);
      await until('the dead letter', () => deadLetters(system, 'mailbox-full') === 1);
      latch.tell({ type: 'open' });
    },
  },
  {
    what: 'senders wait when the receiver stops',
    dead: { stopped: 3 },
    run: async (system, placement, t) => {
      const mailbox = { capacity: 1, overflow: 'wait' } as const;
      const { latch, subject } = await held(system, placement, { mailbox });
      await subject.send(note(0));
      const waiting = [1, 2].map((n) => rejection(subject.send(note(n))));
      const stopped = system.stopActor(subject);
      await untilAsync(
        'its end has begun',
        async () => (await system.inspect(subject))?.status === 'ending',
      );
      latch.tell({ type: 'open' });
      await stopped;
      for (const error of await Promise.all(waiting))
        assertTroupeError(t, error, 'ERR_NO_SUCH_ACTOR');
    },
  },
  {
    what: 'a stash is left at the end, and one more is refused',
    dead: { stopped: 3 },
    run: async (system, placement, t) => {
      const subject = system.spawn(Subject, {}, { placement });
      const stashed = rejection(subject.ask({ type: 'ask-stash' }));
      subject.tell({ type: 'stash' });
      subject.tell({ type: 'stash' });
      await untilAsync(
        'three are stashed',
        async () => (await system.inspect(subject))?.stashed === 3,
      );
      await system.stopActor(subject);
      assertTroupeError(t, await stashed, 'ERR_NO_SUCH_ACTOR');
    },
  },
  {
    what: 'a timer is cancelled when its message lies in the mailbox',
    dead: { 'stale-timer': 1 },
    run: async (system, placement) => {
      const latch = system.spawn(Latch, undefined, { placement: 0 });
      const subject = system.spawn(Subject, {}, { placement });
      subject.tell({ type: 'cancel-late', latch });
      await latch.ask({ type: 'arrivals', count: 1 });
      await untilAsync(
        'the timer fired',
        async () => (await system.inspect(subject))?.queued === 1,
      );
      latch.tell({ type: 'open' });
      await subject.ask({ type: 'noted' });
    },
  },
  {
    what: 'the system stops with mail',
    dead: { stopped: 2 },
    run: async (system, placement) => {
      const { subject } = await held(system, placement, { shutdownMs: 20 });
      for (let n = 0; n < 2; n++) await subject.send(note(n));
      await system.stop({ deadlineMs: 200 });
    },
  },
];

for (const { where, placement } of PLACES) {
  t.test(
    `sent = handled + dead-lettered + still queued, for every kind of failure: ${where}`,
    async (t) => {
      for (const { what, run, dead = {} } of FAULTS) {
        await t.test(what, async (t) => {
          const system = await startSystem(t);
          const events = record(system, 'dead-letter');
          await run(system, placement, t);
          await assertConserved(t, system);
          const wanted = Object.entries(dead);
          for (const [reason, count] of wanted) {
            t.equal(deadLetters(system, reason as DeadLetterReason), count, reason);
          }
          const sum = wanted.reduce((total, [, count]) => total + count, 0);
          t.equal(system.metrics().deadLetters, sum, 'and no others');
          const reported = wanted.filter(([reason]) => reason !== 'stale-timer');
          await until(
            'each is reported',
            () => events.length === reported.reduce((s, [, c]) => s + c, 0),
          );
          for (const { reason, to, type } of events) {
            t.ok(reason in dead, 'each dead letter has a reason code');
            t.match(to, /^troupe:\/\/troupe\//);
            t.ok(type.length > 0);
          }
        });
      }
    },
  );
}
