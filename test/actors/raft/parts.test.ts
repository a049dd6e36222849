import t from 'tap';
import { NO_CONFIGURATION } from '#actors/raft/configuration.js';
import { commandOf, makeEntry } from '#actors/raft/entry.js';
import { Inflights } from '#actors/raft/inflights.js';
import type { RaftMessage, SnapshotChunk } from '#actors/raft/messages.js';
import { RaftLog } from '#actors/raft/raft-log.js';
import { SessionTable } from '#actors/raft/session-table.js';
import { checksumOf, SnapshotAssembly } from '#actors/raft/snapshot.js';
import { WriteTracker } from '#actors/raft/write-tracker.js';

const MESSAGE: RaftMessage = { type: 'timeout-now', from: 1, to: 2, term: 1 };

function logOf(...terms: number[]): RaftLog {
  return new RaftLog(
    0,
    0,
    terms.map((term, i) => makeEntry(i + 1, term, commandOf(`e${i + 1}`, 10))),
  );
}

t.test('a log compares by term, then by length', async (t) => {
  const log = logOf(1, 1, 3);
  t.ok(log.isUpToDate(3, 3));
  t.ok(log.isUpToDate(1, 4), 'shorter, but newer');
  t.notOk(log.isUpToDate(9, 2), 'longer, but older');
  t.notOk(log.isUpToDate(2, 3));
});

t.test('a log finds where another one can agree at best', async (t) => {
  const log = logOf(1, 1, 3, 3, 5, 5);
  t.equal(log.agreementBound(6, 4), 4);
  t.equal(log.agreementBound(6, 2), 2);
  t.equal(log.agreementBound(9, 9), 6);
  t.equal(log.agreementBound(6, 0), 0);
});

t.test('a log that was cut knows the last term that it forgot, and no earlier one', async (t) => {
  const log = logOf(1, 2, 3, 4);
  log.compactTo(2);
  t.same([log.first, log.last, log.termAt(1), log.termAt(2), log.termAt(3)], [3, 4, -1, 2, 3]);
  t.same(
    log.slice(3, 4).map(({ index }) => index),
    [3, 4],
  );
});

t.test('what is taken away from a log is not stored any more', async (t) => {
  const log = logOf(1, 1, 1);
  log.truncateFrom(2);
  t.same([log.last, log.stable, log.written], [1, 1, 1]);
});

t.test('at least one entry is taken, however large', async (t) => {
  t.equal(logOf(1, 1, 1).sliceBytes(1, 1).length, 1);
  t.equal(logOf(1, 1, 1).sliceBytes(1, 84).length, 2);
});

t.test('a window is full by number or by size, and opens as entries arrive', async (t) => {
  const inflights = new Inflights(3, 100);
  for (const index of [5, 7, 9]) inflights.add(index, 10);
  t.ok(inflights.isFull);
  inflights.freeTo(7);
  t.equal(inflights.count, 1);
  inflights.add(11, 95);
  t.ok(inflights.isFull, 'by its size');
  inflights.freeFirst();
  t.equal(inflights.count, 1);
  inflights.freeTo(20);
  t.equal(inflights.count, 0);
});

t.test('a message waits for the write that was given before it', async (t) => {
  const writes = new WriteTracker();
  t.notOk(writes.hold(MESSAGE), 'nothing to wait for');
  writes.areEntriesDirty = true;
  t.ok(writes.hold(MESSAGE));
  t.equal(writes.give(4), 1);
  t.same(writes.release(), []);
  t.equal(writes.stored(1), 4);
  t.same(writes.release(), [MESSAGE]);
  t.equal(writes.stored(1), -1, 'said twice');
});

t.test('a write stands only for what was not replaced since', async (t) => {
  const writes = new WriteTracker();
  writes.areEntriesDirty = true;
  writes.give(9);
  writes.truncatedFrom(6);
  writes.areEntriesDirty = true;
  writes.give(7);
  t.equal(writes.stored(1), 5);
  t.equal(writes.stored(2), 7);
});

t.test('a session answers the same again, and forgets what nobody waits for', async (t) => {
  const sessions = new SessionTable(10);
  sessions.open(5);
  t.equal(sessions.find(5, 1), undefined);
  sessions.record(5, 1, 1, 6, 'one');
  sessions.record(5, 2, 1, 7, 'two');
  t.same(sessions.find(5, 1), { reply: 'one' });
  sessions.record(5, 3, 3, 8, 'three');
  t.same(sessions.find(5, 1), { refusal: 'stale' });
  t.same(sessions.find(6, 1), { refusal: 'expired' });
});

t.test('the session that was not used for longest expires, on a restored table too', async (t) => {
  const sessions = new SessionTable(2);
  sessions.open(1);
  sessions.open(2);
  sessions.record(1, 1, 1, 3, 'used');
  const restored = new SessionTable(2);
  restored.restore(sessions.save());
  for (const table of [sessions, restored]) {
    table.open(4);
    t.same(table.find(2, 1), { refusal: 'expired' });
    t.same(table.find(1, 1), { reply: 'used' });
  }
});

t.test(
  'pieces of a snapshot are put together whatever comes twice or of another one',
  async (t) => {
    const data = Uint8Array.from([1, 2, 3, 4, 5]);
    const piece = (offset: number, end: number, of = data): SnapshotChunk => ({
      type: 'snapshot',
      from: 1,
      to: 2,
      term: 1,
      epoch: 0,
      index: 9,
      indexTerm: 1,
      configuration: NO_CONFIGURATION,
      offset,
      data: of.subarray(offset, end),
      totalBytes: of.length,
      checksum: checksumOf(of),
    });
    const assembly = new SnapshotAssembly();
    t.equal(assembly.add(piece(0, 2)), undefined);
    t.equal(assembly.add(piece(0, 2)), undefined);
    t.equal(assembly.offset, 2);
    t.equal(assembly.add(piece(3, 5)), undefined, 'too early');
    t.same(assembly.add(piece(2, 5))?.data, data);
    const other = Uint8Array.from([9, 9, 9, 9, 9]);
    assembly.add(piece(0, 3));
    assembly.add(piece(0, 2, other));
    t.equal(assembly.offset, 2, 'another snapshot takes the place of the first');
    const damaged = { ...piece(2, 5, other), data: Uint8Array.from([0, 0, 0]) };
    t.equal(assembly.add(damaged), undefined, 'a damaged one is not installed');
  },
);
