import t from 'tap';
import { founding } from '#actors/raft/configuration.js';
import { commandOf, makeEntry } from '#actors/raft/entry.js';
import type { AppendRequest, RaftMessage } from '#actors/raft/messages.js';
import { Raft } from '#actors/raft/raft.js';

/** A follower in term 3 whose log has these terms. */
function follower(terms: readonly number[], commit = 0): Raft {
  const entries = terms.map((term, i) => makeEntry(i + 1, term, commandOf(`e${i + 1}`, 1)));
  const hardState = { term: 3, vote: 0, commit, sinceEpoch: 0 };
  const initial = { hardState, entries, configuration: founding([1, 2, 3]) };
  return new Raft({ id: 1, chance: { next: () => 0 }, initial });
}

function append(
  prevIndex: number,
  prevTerm: number,
  terms: number[],
  commit: number,
): AppendRequest {
  const entries = terms.map((term, i) => makeEntry(prevIndex + 1 + i, term, commandOf('new', 1)));
  return {
    type: 'append',
    from: 2,
    to: 1,
    term: 3,
    epoch: 0,
    prevIndex,
    prevTerm,
    entries,
    commit,
  };
}

/** What it answers once its disk has everything. */
function answers(raft: Raft): RaftMessage[] {
  const { sequence, messages } = raft.ready();
  const sent = [...messages];
  raft.advance();
  raft.step({ type: 'stored', sequence });
  sent.push(...raft.ready().messages);
  raft.advance();
  return sent;
}

t.test('a follower commits no further than the append vouches for', async (t) => {
  const raft = follower([1, 1, 2, 2]);
  raft.step(append(1, 1, [1], 4));
  t.equal(raft.commit, 2, 'entries 3 and 4 may not be those of the leader');
  t.equal(raft.lastIndex, 4, 'and stay: nothing contradicts them yet');
});

t.test('an old append takes nothing away', async (t) => {
  const raft = follower([1, 1, 3, 3]);
  raft.step(append(0, 0, [1, 1], 1));
  t.equal(raft.lastIndex, 4);
  t.match(answers(raft), [{ type: 'append-answer', index: 2, isRejected: false }]);
});

t.test('what contradicts is replaced from there on', async (t) => {
  const raft = follower([1, 1, 2, 2]);
  raft.step(append(2, 1, [3], 0));
  t.same([raft.lastIndex, raft.lastTerm], [3, 3]);
  t.match(answers(raft), [{ index: 3, isRejected: false }]);
});

t.test('an append after something else is rejected, with where the logs may agree', async (t) => {
  const raft = follower([1, 1, 2, 2]);
  raft.step(append(4, 1, [3], 0));
  t.match(raft.ready().messages, [{ index: 4, isRejected: true, hintIndex: 2, hintTerm: 1 }]);
});

t.test('an append before what is committed confirms that', async (t) => {
  const raft = follower([1, 1, 1, 1], 3);
  raft.step(append(0, 0, [1], 1));
  t.match(raft.ready().messages, [{ index: 3, isRejected: false }]);
});

t.test('a second leader of one term is reported and not followed', async (t) => {
  const raft = follower([1]);
  raft.step(append(1, 1, [3], 0));
  raft.step({ ...append(1, 1, [3, 3], 0), from: 3 });
  t.same([raft.leader, raft.lastIndex], [2, 2]);
  t.match(raft.ready().reports, [{ type: 'malformed', from: 3 }]);
});

t.test('a heartbeat commits no further than the log goes', async (t) => {
  const raft = follower([1, 1]);
  const [from, to, term, epoch] = [2, 1, 3, 0];
  raft.step({ type: 'heartbeat', from, to, term, epoch, commit: 9, round: 1 });
  t.equal(raft.commit, 2);
});
