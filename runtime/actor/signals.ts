import type { AnyRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import type { ExitReason } from './exit-reason.js';

/**
 * The closed set of messages that the runtime sends to actors. They travel in a lane of their own, with
 * reserved room, and are handled before user messages.
 */
export type Signal =
  /** Parent to child: end and terminate for good. */
  | { readonly type: 'stop' }
  /** Parent to child: end this incarnation, stay suspended with the mail. */
  | { readonly type: 'halt' }
  /** Parent to child: the deadline is over; `final` after a stop, not after a halt. */
  | { readonly type: 'kill'; readonly final: boolean }
  /** Parent to suspended child: begin a new incarnation. */
  | { readonly type: 'restart' }
  /** Parent to suspended child: begin the first incarnation, whose start the death of a thread cut short. */
  | { readonly type: 'begin' }
  /** Parent to suspended child: terminate with this reason. */
  | { readonly type: 'release'; readonly reason: ExitReason }
  /** The parent died with its thread: end for good, whatever the status. */
  | { readonly type: 'orphaned' }
  /** Anybody to an actor: its parent is asked to stop it. */
  | { readonly type: 'stop-requested' }
  /** Child to parent. `child` is the number that the parent gave it. */
  | { readonly type: 'child-started'; readonly child: number }
  | { readonly type: 'child-start-failed'; readonly child: number; readonly error: Error }
  | { readonly type: 'child-exited'; readonly child: number; readonly reason: ExitReason }
  | { readonly type: 'child-terminated'; readonly child: number; readonly reason: ExitReason }
  | { readonly type: 'child-stop-requested'; readonly child: number }
  /** Watching and linking. */
  /**
   * `lost`: a watch that is renewed because the thread of the watched actor died of this. `serial`: of the
   * watcher's or linker's thread, which tells the words of a dead thread from those of the next.
   */
  | { readonly type: 'watch'; readonly watcher: AnyRef; readonly lost?: Error; serial?: number }
  | { readonly type: 'unwatch'; readonly watcher: AnyRef }
  | { readonly type: 'terminated'; readonly actor: AnyRef; readonly reason: ExitReason }
  | { readonly type: 'link'; readonly peer: AnyRef; serial?: number }
  | { readonly type: 'unlink'; readonly peer: AnyRef }
  | { readonly type: 'link-exit'; readonly peer: AnyRef; readonly reason: ExitReason }
  /** Something of this incarnation failed outside of a handler: a promise nobody awaited. */
  | { readonly type: 'fault'; readonly error: Error; readonly incarnation: number }
  /**
   * Follows who waits for whom: from an actor whose turn is open to those it has asked. When it comes
   * back to the turn it started from, nobody in `chain` can ever go on.
   */
  | {
      readonly type: 'ask-probe';
      readonly origin: AnyRef;
      readonly epoch: number;
      readonly turn: number;
      readonly slot: number;
      readonly generation: number;
      readonly chain: readonly string[];
    }
  /** Where is the actor at this path below the receiver? Answered to an ask. */
  | { readonly type: 'resolve'; readonly path: readonly string[]; readonly replyTo: ReplyAddress }
  /** How does the actor do? Answered to an ask. */
  | { readonly type: 'inspect'; readonly replyTo: ReplyAddress };

/** The name of a signal. */
export type SignalType = Signal['type'];
