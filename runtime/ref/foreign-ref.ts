import { TroupeError } from '../base/errors.js';
import { ActorRef, type AnyRef } from './actor-ref.js';

/** The error for a reference that means an actor of another system, or is none at all. */
export function foreignRef(ref: AnyRef): TroupeError {
  return new TroupeError('ERR_FOREIGN_REF', {
    what:
      ref instanceof ActorRef
        ? 'a reference of another system means nothing in this one'
        : 'this is no reference',
    where: String(ref),
    mend: 'pass messages between systems with an actor of your own on both sides',
  });
}

/**
 * Checks that a reference belongs to the system of `own`: the address of a foreign one could be that of
 * somebody else here.
 * @throws {TroupeError} ERR_FOREIGN_REF
 */
export function assertOwn(own: AnyRef, ref: AnyRef): void {
  if (!(ref instanceof ActorRef) || ActorRef.hostOf(ref) !== ActorRef.hostOf(own)) {
    throw foreignRef(ref);
  }
}
