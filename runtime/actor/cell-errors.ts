import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { messageOf, typeOfMessage } from '../ref/envelope.js';
import type { ActorCell } from './actor-cell.js';

/** The actor for the `where` of an error. */
export function describe(cell: ActorCell): string {
  return `${cell.recipe.definition.name} ${cell.ref.path ?? cell.ref.id}`;
}

/** The mailbox refused a message. */
export function mailboxFull(cell: ActorCell): TroupeError {
  return new TroupeError('ERR_MAILBOX_FULL', {
    what: `the mailbox holds ${cell.queuedCount} of ${cell.recipe.mailbox.capacity} messages`,
    where: describe(cell),
    mend: "await ref.send() with the overflow policy 'wait', slow down, or raise mailbox.capacity",
  });
}

/** What was sent is no object with a `type`. */
export function notAMessage(value: unknown): TroupeError {
  return new TroupeError('ERR_NOT_SENDABLE', {
    what: `a message is an object with a 'type', got ${value === null ? 'null' : typeof value}`,
    mend: "send { type: '…', … }",
  });
}

/** The present behaviour has no handler for a message. */
export function unhandled(cell: ActorCell, item: unknown): TroupeError {
  const known = [...(cell.table?.keys() ?? [])].join(', ');
  return new TroupeError('ERR_UNHANDLED', {
    what: `no handler for '${typeOfMessage(messageOf(item))}'`,
    where: describe(cell),
    mend: `send one of: ${known || 'nothing, it handles no messages'}`,
  });
}

/** The incarnation ended while it held the turn of a request. */
export function turnVoided(cell: ActorCell, item: unknown, cause: Error | undefined): TroupeError {
  const why = cause === undefined ? 'was killed' : `failed: ${cause.message}`;
  return new TroupeError('ERR_ACTOR_FAILED', {
    what: `the actor did not answer '${typeOfMessage(messageOf(item))}': it ${why}`,
    where: describe(cell),
    mend: 'ask again when it has restarted',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The asker's AbortSignal has ended an ask or a send. */
export function askAborted(ref: AnyRef, signal: AbortSignal): TroupeError {
  return new TroupeError('ERR_ASK_ABORTED', {
    what: 'the asker gave up',
    where: ref.toString(),
    cause: signal.reason,
  });
}

/** @param chain the actors that wait for each other, the first one again at the end */
export function askCycle(chain: readonly string[]): TroupeError {
  return new TroupeError('ERR_ASK_CYCLE', {
    what: `actors wait for each other's answers: ${chain.join(' -> ')}`,
    where: chain[0] ?? 'nowhere',
    mend: "tell instead of ask, answer before asking on, or define the actor with turn: 'interleave'",
  });
}

/** An actor's first start failed. */
export function startFailed(where: string, cause: Error): TroupeError {
  return new TroupeError('ERR_START_FAILED', {
    what: `the actor could not start: ${cause.message}`,
    where,
    cause,
  });
}

/** A linked actor failed, and takes this one along. */
export function linkedFailed(cell: ActorCell, peer: AnyRef, cause: unknown): TroupeError {
  return new TroupeError('ERR_LINKED_ACTOR_FAILED', {
    what: `the linked actor ${peer.path ?? peer.id} failed`,
    where: describe(cell),
    cause,
  });
}

/** A function of the context was called where it has no meaning. */
export function contextOver(what: string, mend: string): TroupeError {
  return new TroupeError('ERR_CONTEXT', { what, mend });
}
