import type { Configuration } from '../../actors/raft/configuration.js';
import { ENTRY_KIND, type Entry } from '../../actors/raft/entry.js';
import type { RaftMessage } from '../../actors/raft/messages.js';

/** `1 2` or while joint `1 2 (was 1 2 3)`, with learners after a plus sign. */
export function configurationText(configuration: Configuration): string {
  const { voters, outgoing, learners, learnersNext } = configuration;
  const parts = [voters.join(' ')];
  if (outgoing.length > 0) parts.push(`(was ${outgoing.join(' ')})`);
  if (learners.length > 0) parts.push(`+ ${learners.join(' ')}`);
  if (learnersNext.length > 0) parts.push(`then + ${learnersNext.join(' ')}`);
  return parts.join(' ');
}

/** `3/2 put`: index, term, what it says. */
export function entryText({ index, term, kind, payload }: Entry): string {
  switch (kind) {
    case ENTRY_KIND.noop:
      return `${index}/${term}`;
    case ENTRY_KIND.configuration:
      return `${index}/${term} [${configurationText(payload as Configuration)}]`;
    default:
      return `${index}/${term} ${payload}`;
  }
}

/** A message in one line. */
export function messageText(message: RaftMessage): string {
  const { from, to, term } = message;
  return `${from}->${to} t${term} ${bodyText(message)}`;
}

function bodyText(message: RaftMessage): string {
  switch (message.type) {
    case 'vote': {
      const { isPre, isTransfer, lastIndex, lastTerm } = message;
      const kind = isPre ? 'pre-vote?' : 'vote?';
      return `${kind} log ends ${lastIndex}/${lastTerm}${isTransfer ? ' by transfer' : ''}`;
    }
    case 'vote-answer':
      return `${message.isPre ? 'pre-vote' : 'vote'} ${message.isGranted ? 'granted' : 'refused'}`;
    case 'append': {
      const { prevIndex, prevTerm, entries, commit, epoch } = message;
      const list = entries.map(entryText).join(', ');
      return `append after ${prevIndex}/${prevTerm} {${list}} commit ${commit}${epoch > 0 ? ` epoch ${epoch}` : ''}`;
    }
    case 'append-answer': {
      const { index, isRejected, hintIndex, hintTerm, isLost } = message;
      if (isLost) return 'holds nothing: disk lost';
      return isRejected ? `rejects ${index}, agree at ${hintIndex}/${hintTerm}?` : `holds ${index}`;
    }
    case 'heartbeat':
      return `heartbeat ${message.round} commit ${message.commit}`;
    case 'heartbeat-answer':
      return `heard ${message.round}`;
    case 'snapshot': {
      const { index, indexTerm, offset, data, totalBytes } = message;
      return `snapshot ${index}/${indexTerm} bytes ${offset}-${offset + data.length} of ${totalBytes}`;
    }
    case 'snapshot-answer':
      return `snapshot ${message.index} wants ${message.offset}`;
    case 'timeout-now':
      return 'campaign now';
    case 'forward':
      return `forward ${message.proposals.map(({ payload }) => payload).join(', ')}`;
    case 'read':
      return `read ${message.context}?`;
    case 'read-answer':
      return `read ${message.context} ${message.index < 0 ? 'refused' : `at ${message.index}`}`;
  }
}
