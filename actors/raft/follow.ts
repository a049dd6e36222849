import type { AppendRequest, Heartbeat, SnapshotChunk } from './messages.js';
import type { RaftNode } from './node.js';
import { UNKNOWN_TERM } from './raft-log.js';
import type { Snapshot } from './snapshot.js';

/** A leader was heard of: its claim is renewed. */
export function renewContact(node: RaftNode): void {
  node.electionElapsed = 0;
  node.contactElapsed = 0;
}

/** Takes entries over from the leader (paper, figure 2: AppendEntries, receiver's steps 2 to 5). */
export function receiveAppend(node: RaftNode, request: AppendRequest): void {
  const { log } = node;
  const { from, epoch, prevIndex, prevTerm, entries, commit } = request;
  // All that is committed agrees with any leader's log.
  if (prevIndex < log.commit && prevIndex + entries.length <= log.commit) {
    sendHolding(node, from, epoch, log.commit);
    return;
  }
  if (prevIndex >= log.commit && !log.has(prevIndex, prevTerm)) {
    rejectAppend(node, request);
    return;
  }
  const vouched = prevIndex + entries.length;
  if (!takeEntries(node, request)) return;
  advanceCommit(node, Math.min(commit, vouched));
  sendHolding(node, from, epoch, vouched);
}

/**
 * Puts the new entries at the end; what is there already stays, and only what contradicts is taken away: the
 * message may be an old one. @returns false when the leader contradicts what is committed
 */
function takeEntries(node: RaftNode, { from, entries }: AppendRequest): boolean {
  const { log } = node;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (entry.index <= log.commit) continue;
    if (entry.index <= log.last) {
      if (log.has(entry.index, entry.term)) continue;
      if (log.termAt(entry.index) === UNKNOWN_TERM) return contradiction(node, from, entry.index);
      node.truncateFrom(entry.index);
    }
    node.append(entry);
  }
  return true;
}

function contradiction(node: RaftNode, from: number, index: number): false {
  node.reports.push({ type: 'contradiction', from, index });
  return false;
}

/** Says up to where this node agrees with the leader, as soon as that is on disk. */
function sendHolding(node: RaftNode, from: number, epoch: number, index: number): void {
  node.sendWhenStored({
    type: 'append-answer',
    from: node.id,
    to: from,
    term: node.term,
    epoch,
    index,
    isRejected: false,
    hintIndex: 0,
    hintTerm: 0,
    isLost: false,
  });
}

/** Says where the logs may agree at best, a whole term at a time (paper, end of section 5.3). */
function rejectAppend(node: RaftNode, { from, epoch, prevIndex, prevTerm }: AppendRequest): void {
  const hintIndex = node.log.agreementBound(prevIndex, prevTerm);
  node.send({
    type: 'append-answer',
    from: node.id,
    to: from,
    term: node.term,
    epoch,
    index: prevIndex,
    isRejected: true,
    hintIndex,
    hintTerm: Math.max(node.log.termAt(hintIndex), 0),
    isLost: false,
  });
}

function advanceCommit({ log }: RaftNode, commit: number): void {
  const bounded = Math.min(commit, log.last);
  if (bounded > log.commit) log.commit = bounded;
}

/** The leader is live. */
export function receiveHeartbeat(node: RaftNode, { from, epoch, commit, round }: Heartbeat): void {
  advanceCommit(node, commit);
  node.send({
    type: 'heartbeat-answer',
    from: node.id,
    to: from,
    term: node.term,
    epoch,
    round,
  });
}

/** A piece of a snapshot; the last one installs it (paper, figure 13). */
export function receiveChunk(node: RaftNode, chunk: SnapshotChunk): void {
  const { log, assembly } = node;
  const { from, epoch, index } = chunk;
  if (index <= log.commit) {
    sendHolding(node, from, epoch, log.commit);
    return;
  }
  const snapshot = assembly.add(chunk);
  if (snapshot === undefined) {
    const { offset } = assembly;
    const { id, term } = node;
    node.send({ type: 'snapshot-answer', from: id, to: from, term, epoch, index, offset });
    return;
  }
  install(node, snapshot);
  sendHolding(node, from, epoch, index);
}

/**
 * A log that holds the last entry of the snapshot is kept and known to be committed up to there (paper, figure
 * 13, step 6). Any other is thrown away whole, with the configurations in it that were never committed.
 */
function install(node: RaftNode, snapshot: Snapshot): void {
  const { log } = node;
  if (log.has(snapshot.index, snapshot.term)) {
    log.commit = snapshot.index;
    return;
  }
  log.resetTo(snapshot.index, snapshot.term);
  node.writes.truncatedFrom(snapshot.index);
  node.writes.isSnapshotDirty = true;
  node.snapshot = snapshot;
  node.installed = snapshot;
  node.configurations = [{ index: snapshot.index, configuration: snapshot.configuration }];
}
