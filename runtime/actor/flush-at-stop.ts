import type { Message } from '../ref/protocol.js';
import { ActorContext } from './actor-context.js';
import type { Context } from './context.js';

/**
 * Has something be flushed and closed when the system stops, such as a journal: in the phase `flush-journals`, when all
 * actors have ended or their time is over, so also when the actor was killed or never came to its end. For what the hook
 * `stopped` flushes where it runs; idempotent. Void when the thread dies.
 * @param ctx of the actor that opened it
 * @param flush one that rejects makes the stop unclean
 * @returns takes it back, also after the incarnation is over
 * @throws {TroupeError} ERR_CONTEXT when the incarnation is over
 */
export function flushAtStop<M extends Message>(
  ctx: Context<M>,
  flush: () => Promise<void>,
): () => void {
  return ActorContext.hostOf(ctx as unknown as ActorContext).flushAtStop(flush);
}
