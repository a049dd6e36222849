import type { AnyRef } from '../../runtime/index.js';
import type { ChangeHistory } from './change-history.js';
import type { Change, Instance } from './instance.js';
import type { CompiledQuery } from './query.js';

/** One change of what a watch sees: an instance came into its view, changed in it, or left it. */
export interface WatchedChange {
  readonly kind: 'entered' | 'updated' | 'left';
  /** As it is now; as it was for `left`. */
  readonly instance: Instance;
  readonly index: number;
}

/** What a watcher is told: everything, or what has changed since it was told last. */
export type WatchEvent =
  | {
      readonly kind: 'snapshot';
      /** Later changes have greater indices; to resume, watch from it. */
      readonly index: number;
      readonly instances: readonly Instance[];
      /** The index of each service, also of those without instances. */
      readonly services: readonly (readonly [service: string, index: number])[];
    }
  | {
      readonly kind: 'changes';
      readonly index: number;
      readonly changes: readonly WatchedChange[];
    };

/** Where a watch reads: one service, or all. */
export interface WatchSource {
  readonly history: ChangeHistory;
  readonly index: number;
  instances(): Iterable<Instance>;
  services(): readonly (readonly [service: string, index: number])[];
}

/** One watcher's view. */
export interface Watch {
  readonly key: string;
  readonly name: string;
  readonly subscriber: AnyRef;
  /** Undefined: all services. */
  readonly service: string | undefined;
  /** Undefined: every instance in every state. */
  readonly query: CompiledQuery | undefined;
  readonly sinceMs: number;
  /** Index up to which it has been told, or had nothing to be told; undefined before the first snapshot. */
  toldIndex: number | undefined;
  /** The index of the event that it has not acknowledged. */
  pendingIndex: number | undefined;
}

/** The key of a watch: a subscriber has one of each name. */
export function watchKey(subscriber: AnyRef, name: string): string {
  return `${subscriber.id} ${name}`;
}

/**
 * The next event of a watch, or undefined while it has not acknowledged the last one, or when nothing it sees
 * has changed. A watcher that is slow costs nothing but its place: what it misses is read from the history
 * when it asks, or from a snapshot when the history does not reach so far back.
 */
export function nextEvent(watch: Watch, source: WatchSource): WatchEvent | undefined {
  if (watch.pendingIndex !== undefined) return undefined;
  const { toldIndex } = watch;
  if (toldIndex === source.index) return undefined;
  const isKnown = toldIndex !== undefined && toldIndex <= source.index;
  const changes = isKnown ? source.history.since(toldIndex) : undefined;
  if (changes === undefined) return told(watch, snapshotOf(watch, source));
  const seen = changes.flatMap((change) => {
    const kind = changeIn(watch.query, change);
    if (kind === undefined) return [];
    return [{ kind, instance: (change.after ?? change.before)!, index: change.index }];
  });
  watch.toldIndex = source.index;
  if (seen.length === 0) return undefined;
  return told(watch, { kind: 'changes', index: source.index, changes: seen });
}

function told(watch: Watch, event: WatchEvent): WatchEvent {
  watch.toldIndex = event.index;
  watch.pendingIndex = event.index;
  return event;
}

function snapshotOf(watch: Watch, source: WatchSource): WatchEvent {
  const all = [...source.instances()];
  const { query } = watch;
  const instances = query === undefined ? all : all.filter((instance) => query.matches(instance));
  return { kind: 'snapshot', index: source.index, instances, services: source.services() };
}

function changeIn(
  query: CompiledQuery | undefined,
  { before, after }: Change,
): WatchedChange['kind'] | undefined {
  const was = before !== undefined && (query === undefined || query.matches(before));
  const is = after !== undefined && (query === undefined || query.matches(after));
  if (is) return was ? 'updated' : 'entered';
  return was ? 'left' : undefined;
}
