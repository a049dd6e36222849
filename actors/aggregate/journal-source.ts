import type { ActorSystem, Context, Journal, Message } from '../../runtime/index.js';
import { type JournalAddress, openJournal, startJournal } from '../journal/index.js';

/**
 * A journal for any thread, or one of your own: that one is used by reference, so whoever uses it has to
 * live on the thread that made it.
 */
export type JournalSource = JournalAddress | Journal;

/** What an aggregates' user has: a system, or the context of an actor. */
export type Opener = ActorSystem | Pick<Context<Message>, 'ask'>;

/** The journal as this thread uses it. */
export function openSource(source: JournalSource, opener: Opener): Journal {
  return 'transact' in source ? source : openJournal(opener, source);
}

/** Gives back what `openSource` has opened; a journal that was given is not closed. */
export async function closeSource(source: JournalSource, journal: Journal): Promise<void> {
  if (source !== journal) await journal.close();
}

/** A journal in memory, where no fault of a worker reaches it. */
export function ownJournal(system: ActorSystem): Promise<JournalAddress> {
  return startJournal(system, { kind: 'memory' });
}
