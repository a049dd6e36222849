import { isConfiguration } from './configuration.js';
import { ENTRY_KIND, type Entry, type Proposal } from './entry.js';
import type { RaftMessage } from './messages.js';

const LAST_KIND = Math.max(...Object.values(ENTRY_KIND));

const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** The fields of each message that must be integers from 0 up. */
const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  vote: ['lastIndex', 'lastTerm'],
  'vote-answer': [],
  append: ['epoch', 'prevIndex', 'prevTerm', 'commit'],
  'append-answer': ['epoch', 'index', 'hintIndex', 'hintTerm'],
  heartbeat: ['epoch', 'commit', 'round'],
  'heartbeat-answer': ['epoch', 'round'],
  snapshot: ['epoch', 'index', 'indexTerm', 'offset', 'totalBytes', 'checksum'],
  'snapshot-answer': ['epoch', 'index', 'offset'],
  'timeout-now': [],
  forward: [],
  read: ['context'],
  'read-answer': ['context'],
};

/** What the core itself reads of an entry: the command in it is the state machine's affair. */
function isSoundProposal({ kind, payload }: Proposal): boolean {
  if (!(Number.isInteger(kind) && kind >= 0 && kind <= LAST_KIND)) return false;
  if (kind !== ENTRY_KIND.configuration) return true;
  return isConfiguration(payload) && payload.voters.length > 0;
}

/** Entries follow one another, with terms that never fall or pass the sender's. */
function areConsecutive(
  entries: readonly Entry[],
  prevIndex: number,
  prevTerm: number,
  term: number,
): boolean {
  let last = prevTerm;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (typeof entry !== 'object' || entry === null) return false;
    if (entry.index !== prevIndex + 1 + i || !(entry.term >= last) || entry.term > term)
      return false;
    if (!isSoundProposal(entry)) return false;
    last = entry.term;
  }
  return true;
}

function hasSoundParts(message: RaftMessage): boolean {
  switch (message.type) {
    case 'append': {
      const { entries, prevIndex, prevTerm, term } = message;
      return Array.isArray(entries) && areConsecutive(entries, prevIndex, prevTerm, term);
    }
    case 'snapshot': {
      const { configuration, data, index } = message;
      // Who was added later may have saved what lies before the first configuration that it knows.
      return index > 0 && data instanceof Uint8Array && isConfiguration(configuration);
    }
    case 'forward':
      return (
        Array.isArray(message.proposals) &&
        message.proposals.every(
          (each) => typeof each === 'object' && each !== null && isSoundProposal(each),
        )
      );
    case 'read-answer':
      return message.index === -1 || isNumber(message.index);
    default:
      return true;
  }
}

/**
 * Whether a message is one that a right node could send to this one. What is not is set aside and
 * counted: a peer must not be able to stop a node by what it sends.
 */
export function isWellFormed(message: RaftMessage, id: number): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const fields = Object.hasOwn(NUMBERS, message.type) ? NUMBERS[message.type] : undefined;
  if (fields === undefined || message.to !== id || message.from === id) return false;
  if (!isNumber(message.from) || message.from === 0 || !isNumber(message.term)) return false;
  const record = message as unknown as Readonly<Record<string, unknown>>;
  for (const field of fields) if (!isNumber(record[field])) return false;
  return hasSoundParts(message);
}
