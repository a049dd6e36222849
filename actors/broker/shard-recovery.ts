import { type Append, hasCode, type Journal, TroupeError } from '../../runtime/index.js';
import type { Time } from './core-host.js';
import type { Mark } from './group-ledger.js';
import type { LiveMessage } from './live-subscriptions.js';
import type { ResolvedGroup } from './options.js';
import type { ScheduleRow } from './schedules.js';
import type { ShardCore } from './shard-core.js';
import { type MessageRow, rowFields } from './stored-message.js';
import type { StreamCore } from './stream-core.js';
import { TABLES } from './write-set.js';

/** Entries of one page. */
const PAGE_COUNT = 1000;
/** Attempts to become the writer of a shard against another one that does the same. */
const FENCE_ATTEMPTS = 10;

interface GroupRow {
  readonly options: ResolvedGroup;
  readonly isPaused: boolean;
  readonly floor: number;
}

/**
 * Becomes the only writer of a shard: what a former incarnation still tries to write is refused.
 * @returns the epoch, and what goes with each transaction
 */
export async function fence(
  journal: Journal,
  shard: number,
): Promise<{ readonly epoch: number; readonly appends: readonly Append[] }> {
  const stream = `broker/shard/${shard}`;
  for (let attempt = 0; attempt < FENCE_ATTEMPTS; attempt++) {
    const { epoch: last, version } = await journal.head(stream);
    const epoch = last + 1;
    const begun = { stream, expected: version, values: [{ type: 'begun', epoch }], epoch };
    const result = await journal.transact({ appends: [begun] });
    if (result.ok) return { epoch, appends: [{ stream, expected: 'any', values: [], epoch }] };
  }
  throw new TroupeError('ERR_BROKER_STREAM', {
    what: 'another broker keeps writing to the same journal',
    where: stream,
    mend: 'start one broker for a journal',
  });
}

/** Reads the streams and groups of a shard from the journal. */
export async function recover(core: ShardCore, journal: Journal, time: Time): Promise<void> {
  const streams = [...core.streams.values()].filter(({ isJournaled }) => isJournaled);
  for (const stream of streams) {
    try {
      await recoverStream(stream, journal, time);
    } catch (error) {
      if (!hasCode(error, 'ERR_JOURNAL_DAMAGED') && !hasCode(error, 'ERR_BROKER_DAMAGED'))
        throw error;
      core.streams.delete(stream.name);
      core.damaged.set(stream.name, error);
    }
  }
  const rows = new Map<string, GroupRow>();
  for await (const { key, value } of entries(journal, TABLES.groups)) {
    rows.set(key, value as GroupRow);
  }
  for (const stream of streams) {
    if (core.damaged.has(stream.name)) continue;
    for (const [key, row] of rows) {
      if (!key.startsWith(`${stream.name}/`)) continue;
      await recoverGroup(core, stream, key.slice(stream.name.length + 1), row, journal, time);
    }
    if (stream.options.retention === 'interest') dropUnwanted(stream);
  }
  for await (const { key, value } of entries(journal, TABLES.schedules)) {
    const row = value as ScheduleRow;
    const { subject } = row.schedule;
    if (core.directory.shardOfSubject(subject) !== core.shard) continue;
    core.schedules.restore(key, row, time);
  }
  for await (const { key, value } of entries(journal, TABLES.retained)) {
    if (core.directory.shardOfSubject(key) === core.shard) core.live.retain(value as LiveMessage);
  }
}

async function recoverStream(stream: StreamCore, journal: Journal, time: Time): Promise<void> {
  const last = await journal.get(TABLES.last, stream.name);
  for await (const { key, value } of entries(journal, TABLES.messages(stream.name))) {
    const seq = Number(key);
    if (!Array.isArray(value) || !(seq > 0)) throw damaged(stream.name, key);
    stream.restore(seq, rowFields(value as unknown as MessageRow), time);
  }
  if (typeof last === 'number' && last > stream.lastSeq) stream.lastSeq = last;
  const ids: [string, number, number][] = [];
  for await (const { key, value } of entries(journal, TABLES.ids(stream.name))) {
    const [seq, atMs] = value as [number, number];
    ids.push([key, seq, atMs]);
  }
  ids.sort((a, b) => a[2] - b[2] || a[1] - b[1]);
  for (const [id, seq, atMs] of ids) stream.restoreId(id, seq, atMs, time);
}

async function recoverGroup(
  core: ShardCore,
  stream: StreamCore,
  name: string,
  row: GroupRow,
  journal: Journal,
  time: Time,
): Promise<void> {
  const begin = { cursor: row.floor + 1, seqs: [] };
  const group = core.addGroup(stream, name, row.options, begin);
  group.isPaused = row.isPaused;
  const marks: [number, Mark][] = [];
  for await (const { key, value } of entries(journal, TABLES.marks(stream.name, name))) {
    marks.push([Number(key), value as Mark]);
  }
  group.restore(row.floor, marks, time);
  group.open(begin, time);
}

/** Messages whose last group had finished them when the process ended. */
function dropUnwanted(stream: StreamCore): void {
  for (const message of stream.log.values()) message.interestCount = 0;
  for (const group of stream.groups.values()) {
    for (const message of group.unfinished()) message.interestCount++;
  }
  for (const message of [...stream.log.values()]) {
    if (message.interestCount === 0) stream.remove(message);
  }
}

/** All entries of a table, page by page. */
export async function* entries(
  journal: Journal,
  table: string,
): AsyncGenerator<{ readonly key: string; readonly value: unknown }> {
  let from = '';
  for (;;) {
    const page = await journal.scan(table, { from, limit: PAGE_COUNT });
    yield* page;
    if (page.length < PAGE_COUNT) return;
    from = `${page.at(-1)!.key}\0`;
  }
}

function damaged(stream: string, key: string): TroupeError {
  return new TroupeError('ERR_BROKER_DAMAGED', {
    what: `message ${key} cannot be read`,
    where: `stream ${stream}`,
    mend: 'restore the journal from a copy',
  });
}
