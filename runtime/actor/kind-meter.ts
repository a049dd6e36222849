import type { ActorCell } from './actor-cell.js';
import type { AnyHandler } from './handlers.js';

/** Measures actors of one kind: all of a thread where `metrics` is on, or one that is traced. */
export interface KindMeter {
  /** The same handler, measured. */
  wrap(handler: AnyHandler): AnyHandler;
  failed(): void;
  restarted(): void;
  /** An actor of the kind was found in a scan of all actors. */
  seen(cell: ActorCell): void;
}
