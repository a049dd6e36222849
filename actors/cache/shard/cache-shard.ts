import { type Context, defineActor, NO_REPLY } from '../../../runtime/index.js';
import type { CacheShardMessage, Operation } from '../protocol.js';
import { Shard, type ShardArgs } from './shard.js';

/**
 * One shard of a cache, an actor with its part of the keys. It serves many keys in one message, and says so
 * when a key is with another shard by now. Requests under a topology that it does not know yet wait for it.
 */
export const CacheShard = defineActor<CacheShardMessage>()({
  module: import.meta.url,
  name: 'CacheShard',
  mailbox: { capacity: 1_000_000 },
  stashCapacity: 100_000,
  init: (args: ShardArgs, ctx) => {
    args.owner.tell({ type: 'hello', id: args.id });
    return new Shard(args, ctx);
  },
  handlers: {
    batch(shard, { version, operations }, ctx) {
      if (version > shard.version) return ctx.stash();
      if (!operations.every(({ key }) => shard.answersFor(version, key))) {
        return { moved: shard.version };
      }
      return serve(shard, operations, ctx as never);
    },
    gets(shard, { version, keys }, ctx) {
      if (version > shard.version) return ctx.stash();
      if (version === shard.version && shard.transition === null) return readAll(shard, keys);
      if (!keys.every((key) => shard.answersFor(version, key))) return { moved: shard.version };
      return serve(
        shard,
        keys.map((key) => ({ op: 'get', key }) as const),
        ctx as never,
      );
    },
    await(shard, { version, key }, ctx) {
      if (version > shard.version) return ctx.stash();
      if (!shard.answersFor(version, key)) return { moved: shard.version };
      return shard.wait(key) ?? NO_REPLY;
    },
    invalidate(shard, { version, what }, ctx) {
      if (version > shard.version) return ctx.stash();
      if (version < shard.version) return { moved: shard.version };
      const count = shard.invalidate(what);
      shard.answer(count, ctx.requester() as never);
      return NO_REPLY;
    },
    statistics: (shard) => shard.statistics(),
    configure(shard, { setup }, ctx) {
      shard.configure(setup);
      ctx.unstashAll();
    },
    listeners: (shard, { listeners }) => shard.listen(listeners),
    peek(shard, { version, keys }, ctx) {
      if (version > shard.version) return ctx.stash();
      const { store } = shard.core;
      const slots = keys.map((key) => store.find(key, ctx.now())).filter((slot) => slot >= 0);
      return slots.map((slot) => store.columns.entryAt(slot));
    },
    adopt(shard, { version, entries, versionFloor }, ctx) {
      if (version > shard.version) return ctx.stash();
      return shard.adopt(entries, versionFloor);
    },
    replicate(shard, { version, changes }, ctx) {
      if (version > shard.version) return ctx.stash();
      return shard.replicate(changes);
    },
    resend(shard, { to, version }, ctx) {
      if (version > shard.version) return ctx.stash();
      const requester = ctx.requester();
      void shard.resend(to).then(() => requester.reply(undefined));
      return NO_REPLY;
    },
    sweep: (shard) => shard.sweep(),
  },
});

function readAll(shard: Shard, keys: readonly string[]): unknown[] {
  const { store } = shard.core;
  const nowMs = shard.ctx.now();
  return keys.map((key) => store.get(key, nowMs));
}

function serve(
  shard: Shard,
  operations: readonly Operation[],
  ctx: Context<CacheShardMessage, never>,
): typeof NO_REPLY {
  const requester = ctx.requester();
  const results = shard.tryRun(operations);
  if (results === undefined) void shard.fetchAndRun(operations, requester);
  else shard.answer(results, requester);
  return NO_REPLY;
}
