import t from 'tap';
import { StoredMessage } from '#actors/broker/stored-message.js';
import { SubjectIndex } from '#actors/broker/subject-index.js';

function message(seq: number, subject: string): StoredMessage {
  const made = new StoredMessage(subject, null, 8, { wallMs: 0, uses: 0 });
  made.seq = seq;
  return made;
}

t.test('a subject is found as long as it has messages, also the one asked for last', async (t) => {
  const index = new SubjectIndex();
  t.equal(index.get('s.a'), undefined);
  const first = message(1, 's.a');
  index.add(first, index.get('s.a'));
  const entry = index.get('s.a')!;
  t.equal(entry.count, 1, 'asked for before it was there');
  t.equal(index.get('s.a'), entry);
  const second = message(2, 's.a');
  index.add(second, entry);
  index.remove(first);
  t.equal(index.get('s.a'), entry);
  t.equal(entry.oldest, second);
  index.remove(second);
  t.equal(index.get('s.a'), undefined, 'forgotten with its last message');
  t.equal(index.size, 0);
  const third = message(3, 's.a');
  index.add(third, index.get('s.a'));
  const anew = index.get('s.a')!;
  t.not(anew, entry);
  t.equal(anew.newest, third);
  const other = message(4, 's.b');
  index.add(other, index.get('s.b'));
  index.remove(third);
  t.equal(index.get('s.b')!.newest, other);
  t.equal(index.get('s.a'), undefined);
});

t.test('its messages are linked in their order, whichever of them goes', async (t) => {
  const index = new SubjectIndex();
  const all = [1, 2, 3, 4].map((seq) => message(seq, 's.a'));
  for (const each of all) index.add(each, index.get('s.a'));
  const order = (): number[] => {
    const found: number[] = [];
    for (let at = index.get('s.a')?.oldest ?? null; at !== null; at = at.newer) found.push(at.seq);
    return found;
  };
  t.same(order(), [1, 2, 3, 4]);
  index.remove(all[1]!);
  t.same(order(), [1, 3, 4]);
  t.ok(all[1]!.isRemoved);
  index.remove(all[3]!);
  t.same(order(), [1, 3]);
  t.equal(index.get('s.a')!.newest, all[2]);
  index.remove(all[0]!);
  t.same(order(), [3]);
  t.equal(all[2]!.isRemoved, false);
});
