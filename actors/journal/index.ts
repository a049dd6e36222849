export { JournalActor } from './journal-actor.js';
export { type JournalHost, type OpenJournalOptions, openJournal } from './journal-client.js';
export type { JournalAddress, JournalArgs, JournalMessage } from './journal-protocol.js';
export { type StartJournalOptions, startJournal, stopJournal } from './start-journal.js';
