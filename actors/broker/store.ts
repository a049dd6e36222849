import type { Journal } from '../../runtime/index.js';
import { type JournalAddress, type JournalHost, openJournal } from '../journal/index.js';

/**
 * Where a broker keeps its streams: the address of a journal, or a journal of the main thread, with which the broker
 * lives on the main thread too.
 */
export type BrokerJournal = JournalAddress | Journal;

/** The journal behind it, as seen from an actor. */
export function openStore(owner: JournalHost, journal: BrokerJournal): Journal {
  return isJournal(journal) ? journal : openJournal(owner, journal);
}

/** True for a journal itself, which cannot be sent to another thread. */
export function isJournal(journal: BrokerJournal): journal is Journal {
  return typeof (journal as Partial<Journal>).transact === 'function';
}
