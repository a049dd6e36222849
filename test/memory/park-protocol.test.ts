import assert from 'node:assert/strict';
import t from 'tap';
import { Doorbell } from '../../runtime/memory/doorbell.js';
import { END_OF_RECORDS } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY } from '../../runtime/memory/ring-producer.js';
import { explore, type Process } from './interleave.js';
import { CAPACITY, Ring } from './ring-rig.js';

// Every public call of the real classes is one step here; what happens inside of a call is not
// taken apart. A schedule is stuck when somebody sleeps and nobody is left who could ring.

/** Four records of this size fill a ring. */
const QUARTER = CAPACITY / 4;
const FULL = [1, 2, 3, 4];

function newBell(): Doorbell {
  return new Doorbell(new Int32Array(new SharedArrayBuffer(4)), 0);
}

/** Publishes `count` records and rings after each; there is room for all. */
function* sender(ring: Ring, receiver: Doorbell, count: number, ringsFirst = false): Process {
  for (let i = 0; i < count; i++) {
    if (ringsFirst) {
      receiver.ring();
      yield { name: 'ring' };
    }
    ring.commit(16, i);
    ring.producer.publish();
    yield { name: 'publish' };
    if (ringsFirst) continue;
    receiver.ring();
    yield { name: 'ring' };
  }
}

/** Reads `count` records of its rings; when there are none, parks as the docstring of the bell says. */
function* receiver(
  rings: readonly Ring[],
  bell: Doorbell,
  count: number,
  looksAgain = true,
): Process {
  let read = 0;
  for (;;) {
    for (const ring of rings) {
      if (ring.consumer.look()) read += ring.takeSeen().length;
      ring.consumer.release();
      yield { name: `look and read, ${read} by now` };
    }
    if (read === count) return;
    bell.announce();
    yield { name: 'announce' };
    let found = false;
    for (const ring of rings) {
      found ||= looksAgain && ring.consumer.look();
      yield { name: `look again, ${found}` };
    }
    if (!found) yield { name: 'sleep', until: () => !bell.parked };
    bell.retract();
    yield { name: 'retract' };
  }
}

interface RoomOptions {
  /** The wish for room comes before the announcement, and is not repeated after it. */
  readonly wishesFirst?: boolean;
  /** After the announcement it only looks whether room appeared. */
  readonly looks?: boolean;
  readonly wishes?: boolean;
}

/** Sends `count` records of a quarter of the ring; sleeps for room when there is none. */
function* senderForRoom(ring: Ring, bell: Doorbell, count: number, options: RoomOptions): Process {
  const { wishesFirst = false, wishes = true, looks = false } = options;
  for (let i = 0; i < count; i++) {
    while (ring.commit(QUARTER, i) === INSUFFICIENT_CAPACITY) {
      yield { name: 'no room' };
      let appeared = false;
      if (wishesFirst) {
        appeared = ring.producer.wantRoom();
        yield { name: `want room, ${appeared}` };
      }
      bell.announce();
      yield { name: 'announce' };
      if (!wishesFirst && wishes) {
        appeared = ring.producer.wantRoom();
        yield { name: `want room, ${appeared}` };
      }
      if (looks) {
        appeared ||= ring.producer.roomAppeared;
        yield { name: `look, ${appeared}` };
      }
      if (!appeared) yield { name: 'sleep', until: () => !bell.parked };
      bell.retract();
      yield { name: 'retract' };
    }
    ring.producer.publish();
    yield { name: 'publish' };
  }
}

/** Reads the records that fill the ring, gives their room back one by one, and rings who waits. */
function* reader(ring: Ring, waiting: Doorbell, count: number, rings = true): Process {
  ring.consumer.look();
  for (let i = 0; i < count; i++) {
    assert.notEqual(ring.consumer.next(), END_OF_RECORDS);
    const isWanted = ring.consumer.release();
    yield { name: `release, ${isWanted}` };
    if (!isWanted || !rings) continue;
    waiting.ring();
    yield { name: 'ring' };
  }
}

/** A full ring whose sender wants to send three more records while its reader empties it. */
function roomWorld(options: RoomOptions, rings = true): () => Process[] {
  return () => {
    const ring = new Ring({ start: 2 ** 32 - 2 * QUARTER });
    const bell = newBell();
    for (const fill of FULL) ring.commit(QUARTER, fill);
    ring.producer.publish();
    return [senderForRoom(ring, bell, 3, options), reader(ring, bell, 4, rings)];
  };
}

t.test('nobody sleeps over a published record, in any order of steps', async (t) => {
  const { schedules, stuck } = explore(() => {
    const ring = new Ring({ start: 2 ** 32 - 16 });
    const bell = newBell();
    return [sender(ring, bell, 2), receiver([ring], bell, 2)];
  });
  t.comment(`${schedules} schedules`);
  t.ok(schedules > 500);
  t.same(stuck, []);
});

t.test('nobody sleeps over a record of any of two senders', async (t) => {
  const { schedules, stuck } = explore(() => {
    const rings = [new Ring({ start: 0 }), new Ring({ start: 64 })] as const;
    const bell = newBell();
    return [sender(rings[0], bell, 1), sender(rings[1], bell, 1), receiver(rings, bell, 2)];
  });
  t.comment(`${schedules} schedules`);
  t.ok(schedules > 5000);
  t.same(stuck, []);
});

t.test('nobody sleeps for room that is there, in any order of steps', async (t) => {
  const { schedules, stuck } = explore(roomWorld({}));
  t.comment(`${schedules} schedules`);
  t.ok(schedules > 500);
  t.same(stuck, []);
});

t.test('a wish before the announcement does, with a look for room after it', async (t) => {
  const { schedules, stuck } = explore(roomWorld({ wishesFirst: true, looks: true }));
  t.comment(`${schedules} schedules`);
  t.ok(schedules > 500);
  t.same(stuck, []);
});

t.test('both ends may sleep for each other without a lost wake-up', async (t) => {
  const { schedules, stuck } = explore(() => {
    const ring = new Ring({ start: 2 ** 32 - 2 * QUARTER });
    const [sending, receiving] = [newBell(), newBell()];
    for (const fill of FULL) ring.commit(QUARTER, fill);
    ring.producer.publish();
    return [bothSender(ring, sending, receiving), bothReceiver(ring, sending, receiving)];
  });
  t.comment(`${schedules} schedules`);
  t.ok(schedules > 5000);
  t.same(stuck, []);
});

t.test(
  'a receiver that does not look again after its announcement can sleep for ever',
  async (t) => {
    const { stuck } = explore(() => {
      const ring = new Ring({ start: 0 });
      const bell = newBell();
      return [sender(ring, bell, 1), receiver([ring], bell, 1, false)];
    });
    t.not(stuck.length, 0, 'so the second look is needed, and the search finds such faults');
  },
);

t.test('a sender that rings before it publishes can leave its receiver asleep', async (t) => {
  const { stuck } = explore(() => {
    const ring = new Ring({ start: 0 });
    const bell = newBell();
    return [sender(ring, bell, 1, true), receiver([ring], bell, 1)];
  });
  t.not(stuck.length, 0);
});

t.test('a sender that wishes for room before its announcement can sleep for ever', async (t) => {
  t.not(explore(roomWorld({ wishesFirst: true })).stuck.length, 0);
});

t.test(
  'a sender without a wish, or a reader without a ring, leaves the sender asleep',
  async (t) => {
    t.not(explore(roomWorld({ wishes: false })).stuck.length, 0);
    t.not(explore(roomWorld({}, false)).stuck.length, 0);
  },
);

/** Sends two records into a full ring: waits for room by the protocol, publishes, rings. */
function* bothSender(ring: Ring, own: Doorbell, other: Doorbell): Process {
  for (let i = 0; i < 2; i++) {
    yield* senderForRoom(ring, own, 1, {});
    other.ring();
    yield { name: 'ring' };
  }
}

/** Reads six records, of which two come late: parks for them, rings for room. */
function* bothReceiver(ring: Ring, other: Doorbell, own: Doorbell): Process {
  for (let read = 0; ; ) {
    if (ring.consumer.look()) read += ring.takeSeen().length;
    const isWanted = ring.consumer.release();
    yield { name: `read and release, ${read} by now` };
    if (isWanted) {
      other.ring();
      yield { name: 'ring' };
    }
    if (read === 6) return;
    own.announce();
    yield { name: 'announce' };
    const found = ring.consumer.look();
    yield { name: `look again, ${found}` };
    if (!found) yield { name: 'sleep', until: () => !own.parked };
    own.retract();
    yield { name: 'retract' };
  }
}
