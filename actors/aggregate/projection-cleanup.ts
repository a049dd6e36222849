import type { Journal } from '../../runtime/index.js';
import { CHECKPOINT_TABLE, type Generation, placesOf } from './projection-tables.js';

/** Entries that one transaction deletes. */
const PAGE_COUNT = 500;

/** Deletes all that there is of a generation which nobody reads any more; its checkpoint last, so that a rest is found. */
export async function clearGeneration(
  journal: Journal,
  name: string,
  generation: Generation,
): Promise<void> {
  const { key, values, aside } = placesOf(name, generation);
  await clearTable(journal, values);
  await clearTable(journal, aside);
  await journal.transact({ puts: [{ table: CHECKPOINT_TABLE, key, value: undefined }] });
}

/** Deletes what is left of the generations before the one that is read: the program had ended in between. */
export async function clearOlder(
  journal: Journal,
  name: string,
  { generation }: Generation,
): Promise<void> {
  const from = `${name}.v`;
  for (const { key } of await journal.scan(CHECKPOINT_TABLE, { from, to: `${name}.w` })) {
    const found = /^(\d+)\.(\d+)$/.exec(key.slice(from.length));
    const old = { version: Number(found?.[1]), generation: Number(found?.[2]) };
    if (old.generation < generation) await clearGeneration(journal, name, old);
  }
}

async function clearTable(journal: Journal, table: string): Promise<void> {
  for (;;) {
    const entries = await journal.scan(table, { limit: PAGE_COUNT });
    if (entries.length === 0) return;
    const puts = entries.map(({ key }) => ({ table, key, value: undefined }));
    await journal.transact({ puts });
  }
}
