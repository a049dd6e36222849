import { checkNames, type OptionNames, TroupeError } from '../../runtime/index.js';
import type { Time } from './core-host.js';
import type { Beginning, GroupCore } from './group-core.js';
import { checkStart, type GroupOptions, resolveGroup, type StartAt } from './options.js';
import type { ShardCore } from './shard-core.js';
import { type DeadReason, rowFields, StoredMessage } from './stored-message.js';
import type { StreamCore } from './stream-core.js';
import { matches, overlaps } from './subject.js';

/** Where a group begins that starts there. */
export function beginningAt(
  stream: StreamCore,
  startAt: StartAt,
  filter: string | null,
): Beginning {
  const { log, subjects, lastSeq } = stream;
  if (startAt === 'start') return { cursor: 1, seqs: [] };
  if (startAt === 'new') return { cursor: lastSeq + 1, seqs: [] };
  if (startAt === 'last-per-subject') {
    const seqs: number[] = [];
    for (const [subject, { newest }] of subjects.entries()) {
      if (filter === null || matches(filter, subject)) seqs.push(newest!.seq);
    }
    return { cursor: lastSeq + 1, seqs: seqs.sort((a, b) => a - b) };
  }
  if ('seq' in startAt) return { cursor: Math.max(1, Math.floor(startAt.seq)), seqs: [] };
  let at = log.first();
  while (at !== undefined && at.publishedAtMs < startAt.timeMs) at = log.next(at.seq + 1);
  return { cursor: at?.seq ?? lastSeq + 1, seqs: [] };
}

/**
 * Makes a group, or finds the one that is there.
 * @throws {TroupeError} ERR_BROKER_STREAM when it would take messages from another group of a work queue
 */
export function openGroup(
  core: ShardCore,
  stream: StreamCore,
  name: string,
  options: GroupOptions,
  time: Time,
): GroupCore {
  const existing = stream.groups.get(name);
  if (existing !== undefined) return existing;
  const resolved = resolveGroup(name, options);
  if (stream.options.retention === 'workqueue') assertApart(stream, name, resolved.filter);
  const begin = beginningAt(stream, resolved.startAt, resolved.filter);
  const group = core.addGroup(stream, name, resolved, begin);
  group.open(begin, time);
  group.writeRow();
  return group;
}

/** Makes a group begin anew, elsewhere. What is in flight is forgotten: late answers are stale. */
export function resetGroup(
  core: ShardCore,
  group: GroupCore,
  startAt: StartAt,
  time: Time,
): GroupCore {
  checkStart(group.name, startAt);
  const { stream, name, options } = group;
  const members = [...group.members.values()];
  core.dropGroup(group);
  const begin = beginningAt(stream, startAt, options.filter);
  const fresh = core.addGroup(stream, name, options, begin);
  fresh.open(begin, time);
  fresh.writeRow();
  for (const member of members) {
    member.isQueued = false;
    if (!member.isPull) member.credit = member.limit;
    fresh.members.add(member);
  }
  core.stirred(fresh);
  return fresh;
}

/** Which dead letters to publish again. */
export interface RedriveFilter {
  readonly group?: string;
  readonly reason?: DeadReason;
  /** A subject pattern. */
  readonly subject?: string;
  /** At most so many; all. */
  readonly limit?: number;
}

const REDRIVE: OptionNames<RedriveFilter> = {
  group: true,
  reason: true,
  subject: true,
  limit: true,
};

/**
 * Publishes dead letters of a stream to it again, for the group in which they died, with their counts at 0; out of
 * the dead-letter stream and into the other in one transaction.
 * @returns how many
 */
export function redrive(
  core: ShardCore,
  dead: StreamCore,
  stream: StreamCore,
  filter: RedriveFilter,
  time: Time,
): number {
  let count = 0;
  checkNames('redrive', filter, REDRIVE);
  const { limit = Number.POSITIVE_INFINITY } = filter;
  for (
    let at = dead.log.first();
    at !== undefined && count < limit;
    at = dead.log.next(at.seq + 1)
  ) {
    const info = at.dead!;
    if (!at.isCommitted) continue;
    if (filter.group !== undefined && filter.group !== info.group) continue;
    if (filter.reason !== undefined && filter.reason !== info.reason) continue;
    if (filter.subject !== undefined && !matches(filter.subject, at.subject)) continue;
    const publishedAtMs = time.wallMs;
    const fields = { ...rowFields(at.row), dead: null, target: info.group, publishedAtMs };
    const message = StoredMessage.of(fields);
    if (stream.admit(message, null, time) < 0) break;
    core.admitted(stream, message);
    dead.remove(at);
    count++;
  }
  return count;
}

function assertApart(stream: StreamCore, name: string, filter: string | null): void {
  for (const other of stream.groups.values()) {
    if (!overlaps(other.options.filter ?? '>', filter ?? '>')) continue;
    throw new TroupeError('ERR_BROKER_STREAM', {
      what: `group ${other.name} takes messages of group ${name} already`,
      where: `stream ${stream.name}`,
      mend: 'a work queue gives each message to one group: use filters that do not overlap',
    });
  }
}
