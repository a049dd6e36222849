import t from 'tap';
import { ENTRY_KIND, makeEntry } from '#actors/raft/entry.js';
import { JournalStorage } from '#actors/raft/journal-storage.js';
import type { ReplicaWrite } from '#actors/raft/storage.js';
import { MemoryJournal, type Transaction, type TroupeError } from '#runtime/index.js';

/** Fails one of its transactions, as a busy one does while others find room. 0: none. */
class FailingJournal extends MemoryJournal {
  failingAt = 0;
  #count = 0;

  override async transact(transaction: Transaction) {
    if (++this.#count === this.failingAt) throw new Error('no space');
    return super.transact(transaction);
  }

  /** Outlives those who use it. */
  override async close(): Promise<void> {}
}

function writeOf(sequence: number): ReplicaWrite {
  const kind = ENTRY_KIND.command;
  const proposal = { kind, session: 0, sequence: 0, lowest: 0, payload: sequence, bytes: 8 };
  return {
    sequence,
    mustSync: true,
    hardState: { term: 1, vote: 1, commit: 0, sinceEpoch: 0 },
    entries: [makeEntry(sequence, 1, proposal)],
    install: null,
    saved: null,
    keepFrom: 1,
  };
}

async function open(journal: MemoryJournal) {
  const errors: unknown[] = [];
  const stored: number[] = [];
  const storage = new JournalStorage(journal, 'raft/g/1', (error) => errors.push(error));
  const kept = await storage.load();
  const write = (sequence: number) => {
    storage.write(writeOf(sequence), (each) => stored.push(each));
  };
  return { storage, errors, stored, kept, write };
}

const indexes = (kept: { readonly entries?: readonly { readonly index: number }[] } | undefined) =>
  kept?.entries?.map(({ index }) => index);

t.test('what was written is there again after a start, and writing goes on', async (t) => {
  const journal = new FailingJournal();
  const first = await open(journal);
  for (const sequence of [1, 2, 3]) first.write(sequence);
  await first.storage.close();
  t.same(first.stored, [1, 2, 3]);
  const second = await open(journal);
  t.same(indexes(second.kept), [1, 2, 3]);
  second.write(4);
  await second.storage.close();
  t.same([second.stored, second.errors], [[4], []]);
});

t.test('writes behind one that failed are refused, so that the log has no gap', async (t) => {
  const journal = new FailingJournal();
  journal.failingAt = 2;
  const node = await open(journal);
  for (const sequence of [1, 2, 3, 4]) node.write(sequence);
  await node.storage.close();
  t.same(node.stored, [1], 'nothing is said to be stored that comes after the gap');
  t.match(node.errors[0], { message: 'no space' }, 'the node is told of the failure first');
  t.same(
    node.errors.slice(1).map((error) => (error as TroupeError).code),
    ['ERR_RAFT_FENCED', 'ERR_RAFT_FENCED'],
  );
  const again = await open(journal);
  t.same(indexes(again.kept), [1]);
  again.write(2);
  await again.storage.close();
  t.same([again.stored, again.errors], [[2], []], 'and the next start goes on from there');
});

t.test('a former incarnation that is late writes nothing into the log of the next', async (t) => {
  const journal = new FailingJournal();
  const former = await open(journal);
  former.write(1);
  await former.storage.close();
  const next = await open(journal);
  next.write(2);
  former.write(2);
  await former.storage.close();
  t.match(former.errors, [{ code: 'ERR_RAFT_FENCED' }]);
  t.same(indexes((await open(journal)).kept), [1, 2]);
});
