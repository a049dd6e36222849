import t from 'tap';
import { EnvelopeClass } from '../../runtime/ref/envelope-descriptor.js';
import type { Recipient } from '../../runtime/worker/arrival-sink.js';
import { ACTOR, Rig } from './channel-rig.js';

const note = (n: number): object => ({ type: 'note', n });
/** Messages after which both ends know a shape and its strings. */
const WARM = 12;

/** A rig whose actors say what is done with them. */
class ActorRig extends Rig {
  /** Room that an actor has each time it is asked. */
  room = 1000;
  /** False: messages for actors go through `told`. */
  isOpen = true;
  readonly calls: string[] = [];

  constructor() {
    super();
    for (let n = 0; n < WARM; n++) this.tell(note(n));
    this.read();
    this.calls.length = 0;
    this.log.length = 0;
  }

  override recipient(_from: number, _creator: number, slot: number): Recipient | null {
    this.calls.push(`find ${slot}`);
    if (!this.isOpen) return null;
    const { room } = this;
    return {
      arrived: (message) => this.calls.push(`arrived ${(message as { n: number }).n}`),
      appendRoom: room,
      append: (message) => this.calls.push(`append ${(message as { n: number }).n}`),
      appended: (count) => this.calls.push(`appended ${count}`),
    };
  }

  tellTo(slot: number, n: number): void {
    this.outbound.message({ ...ACTOR, slot }, note(n), EnvelopeClass.TELL, null, undefined);
  }

  read(limit = 1024): void {
    this.outbound.flush();
    this.poll(limit);
  }
}

t.test('messages in a row for one actor are looked up once and counted together', async (t) => {
  const rig = new ActorRig();
  for (let n = 0; n < 4; n++) rig.tellTo(5, n);
  rig.read();
  t.same(rig.calls, ['find 5', 'arrived 0', 'append 1', 'append 2', 'append 3', 'appended 3']);
});

t.test('the next poll looks up again: an actor may be gone meanwhile', async (t) => {
  const rig = new ActorRig();
  rig.tellTo(5, 0);
  rig.read();
  rig.tellTo(5, 1);
  rig.read();
  t.same(rig.calls, ['find 5', 'arrived 0', 'find 5', 'arrived 1']);
});

t.test('an actor hears of its messages before another one has any', async (t) => {
  const rig = new ActorRig();
  for (const [n, slot] of [5, 5, 6, 6, 5].entries()) rig.tellTo(slot, n);
  rig.read();
  t.same(rig.calls, [
    ...['find 5', 'arrived 0', 'append 1', 'appended 1'],
    ...['find 6', 'arrived 2', 'append 3', 'appended 1'],
    ...['find 5', 'arrived 4'],
  ]);
});

t.test('an actor is given no more than it has room for', async (t) => {
  const rig = new ActorRig();
  rig.room = 2;
  for (let n = 0; n < 6; n++) rig.tellTo(5, n);
  rig.read();
  t.same(rig.calls, [
    ...['find 5', 'arrived 0', 'append 1', 'append 2', 'appended 2'],
    ...['append 3', 'append 4', 'appended 2', 'append 5', 'appended 1'],
  ]);
  rig.calls.length = 0;
  rig.room = 0;
  for (let n = 0; n < 3; n++) rig.tellTo(5, n);
  rig.read();
  t.same(rig.calls, ['find 5', 'arrived 0', 'arrived 1', 'arrived 2']);
});

t.test('what is read another way finds those before it counted', async (t) => {
  const rig = new ActorRig();
  rig.onArrival = () => rig.calls.push('other');
  for (let n = 0; n < 3; n++) rig.tellTo(ACTOR.slot, n);
  rig.ask(note(3));
  for (let n = 4; n < 6; n++) rig.tellTo(ACTOR.slot, n);
  rig.tell({ type: 'note', n: { deep: 1 } });
  rig.read();
  const { slot } = ACTOR;
  t.same(rig.calls, [
    ...[`find ${slot}`, 'arrived 0', 'append 1', 'append 2', 'appended 2', 'other'],
    ...['append 4', 'append 5', 'appended 2', 'other'],
  ]);
});

t.test('messages of an actor that cannot take them go one by one', async (t) => {
  const rig = new ActorRig();
  rig.isOpen = false;
  for (let n = 0; n < 3; n++) rig.tellTo(5, n);
  rig.read();
  t.same(rig.calls, ['find 5', 'find 5', 'find 5']);
  t.same(rig.log, [0, 1, 2]);
});

t.test('a limit ends a row', async (t) => {
  const rig = new ActorRig();
  for (let n = 0; n < 5; n++) rig.tellTo(5, n);
  rig.read(3);
  t.same(rig.calls, ['find 5', 'arrived 0', 'append 1', 'append 2', 'appended 2']);
  rig.read();
  t.same(rig.calls.slice(5), ['find 5', 'arrived 3', 'append 4', 'appended 1']);
});

t.test('room is given back within a long row, when its messages have been counted', async (t) => {
  const rig = new ActorRig();
  const count = 30;
  for (let n = 0; n < count; n++) rig.tellTo(5, n);
  rig.read();
  const counts = rig.calls.filter((call) => call.startsWith('appended'));
  t.ok(counts.length > 1, `${counts.length} parts`);
  const sum = counts.reduce((total, call) => total + Number(call.split(' ')[1]), 0);
  const arrived = rig.calls.filter((call) => call.startsWith('arrived')).length;
  t.equal(sum + arrived, count);
});
