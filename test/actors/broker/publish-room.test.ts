import t from 'tap';
import { PublishRoom } from '#actors/broker/publish-room.js';

/** Waits for room, and notes in `begun` when it is there. */
function enter(room: PublishRoom, begun: string[], name: string, count: number): Promise<void> {
  if (room.take(count)) {
    begun.push(name);
    return Promise.resolve();
  }
  return room.wait(count).then(() => void begun.push(name));
}

t.test('as many are under way as there is room for, the others in their order', async (t) => {
  const room = new PublishRoom(4);
  const begun: string[] = [];
  const entered = ['a', 'b', 'c', 'd', 'e'].map((name) => enter(room, begun, name, 2));
  t.same(begun, ['a', 'b']);
  room.give(2);
  await entered[2];
  t.same(begun, ['a', 'b', 'c']);
  room.give(4);
  await Promise.all(entered);
  t.same(begun, ['a', 'b', 'c', 'd', 'e']);
});

t.test('a small one does not overtake a large one that waits', async (t) => {
  const room = new PublishRoom(4);
  const begun: string[] = [];
  const entered = [
    enter(room, begun, 'first', 3),
    enter(room, begun, 'large', 4),
    enter(room, begun, 'small', 1),
  ];
  t.same(begun, ['first']);
  room.give(3);
  await entered[1];
  t.same(begun, ['first', 'large']);
  room.give(4);
  await entered[2];
  t.same(begun, ['first', 'large', 'small']);
});

t.test('what is larger than the room goes alone', async (t) => {
  const room = new PublishRoom(4);
  const begun: string[] = [];
  const entered = [
    enter(room, begun, 'first', 1),
    enter(room, begun, 'whale', 100),
    enter(room, begun, 'last', 4),
  ];
  t.same(begun, ['first']);
  room.give(1);
  await entered[1];
  t.same(begun, ['first', 'whale']);
  room.give(100);
  await entered[2];
  t.same(begun, ['first', 'whale', 'last']);
});
