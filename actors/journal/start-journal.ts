import { randomUUID } from 'node:crypto';
import {
  type ActorSystem,
  checkNames,
  hasCode,
  type SpawnOptions,
  type StoreOptions,
  TroupeError,
} from '../../runtime/index.js';
import { JournalActor } from './journal-actor.js';
import type { JournalAddress } from './journal-protocol.js';

/** Transactions that may wait for their answer unless told otherwise. */
export const DEFAULT_PENDING_COUNT = 10_000;

/** How a journal is started, besides its store. Every field has a default. */
export interface StartJournalOptions extends Pick<SpawnOptions, 'name' | 'placement'> {
  /** Most transactions without their answer, of the writer and of each client; 10,000. */
  readonly pendingCount?: number;
}

/**
 * Starts the writer of a store. Start it before the actors that use it: a system stops in reverse order, so that their
 * last writes still find it. It lives on the main thread unless placed otherwise, because no fault ends
 * that before the process.
 * @throws {TroupeError} what opening the store says (ERR_JOURNAL_*), ERR_OPTION, or as `spawn`
 */
export async function startJournal(
  system: ActorSystem,
  store: StoreOptions,
  options: StartJournalOptions = {},
): Promise<JournalAddress> {
  const names = { name: true, placement: true, pendingCount: true };
  checkNames<StartJournalOptions>('startJournal', options, names);
  const { pendingCount = DEFAULT_PENDING_COUNT, ...spawn } = options;
  if (!Number.isSafeInteger(pendingCount) || pendingCount < 1) {
    throw new TroupeError('ERR_OPTION', {
      what: `pendingCount is ${String(pendingCount)}`,
      where: 'startJournal',
      mend: 'use an integer from 1',
    });
  }
  const channel = `troupe-journal-${randomUUID()}`;
  const args = { store, channel, pendingCount };
  const ref = system.spawn(JournalActor, args, {
    placement: 'main',
    shutdownMs: 'infinity',
    ...spawn,
  });
  try {
    await system.started(ref);
  } catch (error) {
    throw hasCode(error, 'ERR_START_FAILED') && error.cause !== undefined ? error.cause : error;
  }
  const durability = store.kind === 'memory' ? 'memory' : 'flushed';
  return { ref, store, channel, durability };
}

/** Stops the writer of a store: everything under way is answered, flushed, and the store closed. */
export async function stopJournal(system: ActorSystem, address: JournalAddress): Promise<void> {
  await system.stopActor(address.ref);
}
