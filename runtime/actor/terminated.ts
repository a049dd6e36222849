import type { AnyRef } from '../ref/actor-ref.js';
import type { ExitReason } from './exit-reason.js';

/** The notice that a watched actor is gone for good. It comes exactly once for each watch. */
export interface TerminatedEvent {
  readonly actor: AnyRef;
  readonly reason: ExitReason;
}
