import { MessageChannel, type MessagePort } from 'node:worker_threads';
import t from 'tap';
import { Extensions } from '../../runtime/codec/extensions.js';
import { channelLength } from '../../runtime/memory/channel-descriptor.js';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import { StatusWord } from '../../runtime/memory/control-block-descriptor.js';
import { EnvelopeClass } from '../../runtime/ref/envelope-descriptor.js';
import type { Arrival, ArrivalSink } from '../../runtime/worker/arrival-sink.js';
import { Mesh } from '../../runtime/worker/mesh.js';
import type { Outbound } from '../../runtime/worker/outbound.js';
import { Scratch } from '../../runtime/worker/scratch.js';
import type { ThreadConfig } from '../../runtime/worker/thread-config.js';

const SIZES = { signalRingBytes: 1024, userRingBytes: 1024, dictionaryBytes: 4096 };
const CONFIG = { channel: SIZES, overflowMessages: 100, overflowBytes: 100_000 } as ThreadConfig;

/** One thread of a mesh: its ends of all channels, and what arrived there. */
class Member {
  readonly thread: number;
  readonly serial: number;
  readonly counters: Float64Array;
  readonly scratch = new Scratch(65_536);
  readonly meter = null;
  readonly mesh: Mesh;
  readonly log: string[] = [];

  constructor(thread: number, channels: (SharedArrayBuffer | null)[][], control: ControlBlock) {
    this.thread = thread;
    this.serial = 10 + thread;
    this.counters = control.counters(thread);
    this.mesh = new Mesh(thread, channels, control, new Extensions(), CONFIG, this);
  }

  markDirty(outbound: Outbound): void {
    this.mesh.markDirty(outbound);
  }

  arrived({ message }: Arrival): void {
    this.log.push((message as { is: string }).is);
  }

  told(...[, , , , message]: Parameters<ArrivalSink['told']>): void {
    this.log.push((message as { is: string }).is);
  }

  recipient(): null {
    return null;
  }

  answered(...[, , , , value]: Parameters<ArrivalSink['answered']>): void {
    this.log.push((value as { is: string }).is);
  }

  takePorts(): void {}

  unreadable(
    _from: number,
    _to: unknown,
    _row: unknown,
    _isMessage: boolean,
    reason: string,
  ): void {
    this.log.push(reason);
  }

  tell(to: number, is: string): void {
    const actor = { thread: to, creator: 1, slot: 0, generation: 1 };
    this.mesh.to(to)!.message(actor, { type: 'm', is }, EnvelopeClass.TELL, null, undefined);
  }

  signal(to: number, signal: object): void {
    this.mesh.to(to)!.signal({ thread: to, creator: 0, slot: 0, generation: 0 }, signal);
  }

  poll(limit = 100): boolean {
    return this.mesh.poll(limit, () => this.log.push('-'));
  }
}

function makeMesh(count: number, control = ControlBlock.create(count)): Member[] {
  const channels = Array.from({ length: count }, (_, from) =>
    Array.from({ length: count }, (__, to) =>
      from === to ? null : new SharedArrayBuffer(channelLength(SIZES)),
    ),
  );
  if (control.joinedCount === 0) {
    for (let thread = 0; thread < count; thread++) control.join(thread, 10 + thread);
  }
  return channels.map((_, thread) => new Member(thread, channels, control));
}

t.test(
  'every member has a channel to and from every other, and none to itself or to nobody',
  async (t) => {
    const members = makeMesh(3);
    for (const { thread, mesh } of members) {
      for (let other = 0; other < 3; other++) {
        t.equal(mesh.to(other)?.member, other === thread ? undefined : other);
        t.equal(mesh.from(other)?.member, other === thread ? undefined : other);
      }
      t.equal(mesh.to(3), null);
      t.equal(mesh.from(-1), null);
    }
  },
);

t.test('what several members sent is read in one poll: signals first, then messages', async (t) => {
  const [a, b, c] = makeMesh(3) as [Member, Member, Member];
  a.tell(2, 'message of a');
  b.tell(2, 'message of b');
  b.signal(2, { type: 's', is: 'signal of b' });
  a.mesh.flush();
  b.mesh.flush();
  t.ok(c.mesh.hasNews);
  t.ok(c.poll());
  t.same(c.log, ['signal of b', '-', 'message of a', 'message of b']);
  t.notOk(c.mesh.hasNews);
  t.notOk(c.poll());
  t.equal(c.log.length, 4, 'without news nothing is called');
});

t.test('a thread that starts for the first time is found by those who run already', async (t) => {
  const control = ControlBlock.create(3);
  control.join(0, 10);
  const [, b, c] = makeMesh(3, control) as [Member, Member, Member];
  t.notOk(c.poll());
  control.join(1, 11);
  b.tell(2, 'first words');
  b.mesh.flush();
  t.ok(c.mesh.hasNews, 'by the look before sleep');
  control.setStatus(1, StatusWord.SERIAL, 0);
  t.ok(c.poll(), 'and by a turn, also when that thread has ended since');
  t.same(c.log, ['-', 'first words']);
});

t.test('a limit holds for each channel, and what it leaves is read the next time', async (t) => {
  const [a, b, c] = makeMesh(3) as [Member, Member, Member];
  for (const n of [1, 2, 3]) a.tell(2, `a${n}`);
  b.tell(2, 'b1');
  a.mesh.flush();
  b.mesh.flush();
  t.ok(c.poll(2));
  t.ok(c.poll(2));
  t.notOk(c.poll(2));
  t.same(c.log, ['-', 'a1', 'a2', 'b1', '-', 'a3']);
});

t.test('what a signal announces is found even when its ring was looked at before', async (t) => {
  const [a, b, c] = makeMesh(3) as [Member, Member, Member];
  // As a turn of c that reads the signals of a, while b publishes: its message was not seen.
  a.signal(2, { type: 's', is: 'first' });
  const { arrived } = c;
  c.arrived = (arrival) => {
    arrived.call(c, arrival);
    c.arrived = arrived;
    b.signal(2, { type: 's', is: 'second' });
    b.tell(2, 'message');
    b.mesh.flush();
  };
  c.poll();
  t.same(c.log, ['first', 'second', '-'], 'the signal overtakes, the message waits');
  c.poll();
  t.same(c.log.slice(3), ['-', 'message']);
});

t.test('everything that one member published is read when it has died', async (t) => {
  const [a, b, c] = makeMesh(3) as [Member, Member, Member];
  for (const n of [1, 2, 3]) a.tell(2, `a${n}`);
  a.signal(2, { type: 's', is: 'signal' });
  b.tell(2, 'b');
  a.mesh.flush();
  b.mesh.flush();
  c.mesh.drainFrom(0);
  t.same(c.log, ['signal', 'a1', 'a2', 'a3']);
  c.mesh.drainFrom(2);
  c.mesh.drainFrom(9);
  t.equal(c.log.length, 4, 'there is no channel from itself');
});

t.test('a flush publishes what was sent since, and goes on with what waits for room', async (t) => {
  const [a, b] = makeMesh(2) as [Member, Member];
  t.notOk(a.mesh.isDirty);
  for (let n = 0; n < 60; n++) a.tell(1, `${n}`);
  t.ok(a.mesh.isDirty);
  t.ok(a.mesh.waiting.messages > 0);
  t.ok(a.mesh.waiting.bytes > 0);
  a.mesh.flush();
  t.notOk(a.mesh.isDirty);
  t.notOk(a.mesh.hasNews, 'it can only wait');
  for (let round = 0; round < 100 && b.log.length < 60; round++) {
    b.poll();
    b.log.splice(0, b.log.length, ...b.log.filter((is) => is !== '-'));
    if (b.log.length < 60) t.ok(a.mesh.hasNews, 'there is room');
    a.mesh.flush();
  }
  t.same(
    b.log,
    Array.from({ length: 60 }, (_, n) => `${n}`),
  );
  t.same(a.mesh.waiting, { messages: 0, bytes: 0 });
  t.notOk(a.mesh.hasNews);
});

/** A port, and whether it was closed. */
function makePort(): { port: MessagePort; isClosed: () => boolean } {
  const { port1 } = new MessageChannel();
  let closed = false;
  const close = port1.close.bind(port1);
  port1.close = () => {
    closed = true;
    close();
  };
  return { port: port1, isClosed: () => closed };
}

t.test(
  'the next port closes the former, and a death closes that of the dead thread only',
  async (t) => {
    const [a] = makeMesh(2) as [Member];
    const [first, second] = [makePort(), makePort()];
    a.mesh.setPort(1, first.port, 11);
    a.mesh.setPort(1, first.port, 11);
    t.notOk(first.isClosed(), 'the same one again');
    a.mesh.setPort(1, second.port, 12);
    t.ok(first.isClosed());
    a.mesh.peerDied(1, 11);
    t.notOk(second.isClosed(), 'the port of the next thread was faster than the news');
    t.equal(a.mesh.to(1)!.port, second.port);
    a.mesh.peerDied(1, 12);
    t.ok(second.isClosed());
    t.equal(a.mesh.to(1)!.port, null);
  },
);

t.test('closing closes all ports', async (t) => {
  const [a] = makeMesh(3) as [Member];
  const ports = [makePort(), makePort()];
  a.mesh.setPort(1, ports[0]!.port, 11);
  a.mesh.setPort(2, ports[1]!.port, 12);
  a.mesh.closePorts();
  t.ok(ports.every(({ isClosed }) => isClosed()));
});

t.test('both ends of a port give the connection the same name', async (t) => {
  const [a, b] = makeMesh(2) as [Member, Member];
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  a.mesh.setPort(1, port1, b.serial);
  b.mesh.setPort(0, port2, a.serial);
  a.signal(1, { type: 's', is: 'with parts', words: new SharedArrayBuffer(8) });
  b.poll();
  t.same(b.log, ['with parts', '-']);
});
