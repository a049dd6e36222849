import { type Durability, type ErrorCode, hasCode, type Journal } from '../../runtime/index.js';
import { type GroupEntry, joined, outcomeOf } from './group-commit.js';
import type { AggregateNews } from './protocol.js';

/** Errors after which it is certain that nothing was written: something in the transaction cannot be. */
const REFUSALS: readonly ErrorCode[] = [
  'ERR_NOT_SENDABLE',
  'ERR_TOO_LARGE',
  'ERR_JOURNAL_VALUE',
  'ERR_JOURNAL_TRANSACTION',
];

/**
 * Writes a group as one transaction and tells each giver what became of its own. When the group is refused
 * each is tried alone, so that nobody is refused for another's sake.
 */
export async function writeGroup(
  journal: Journal,
  group: readonly GroupEntry[],
  durability: Durability,
  tell: (id: string, news: AggregateNews) => void,
): Promise<void> {
  try {
    const result = await journal.transact(joined(group), { durability });
    if (result.ok || group.length === 1) {
      const outcome = outcomeOf(result);
      for (const { id } of group) tell(id, outcome);
      return;
    }
  } catch (error) {
    const isRefused = REFUSALS.some((code) => hasCode(error, code));
    if (isRefused && group.length > 1) return writeEach(journal, group, durability, tell);
    for (const { id } of group) tell(id, { type: 'failed', error });
    return;
  }
  return writeEach(journal, group, durability, tell);
}

async function writeEach(...[journal, group, durability, tell]: WriteArgs): Promise<void> {
  await Promise.all(group.map((entry) => writeGroup(journal, [entry], durability, tell)));
}

type WriteArgs = Parameters<typeof writeGroup>;
