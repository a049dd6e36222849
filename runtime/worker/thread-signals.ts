import type { RestartType } from '../actor/restart-type.js';
import type { MailboxSettings } from '../mailbox/mailbox-options.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ReplyAddress } from '../ref/envelope.js';
import type { ObserverRequest } from './observing.js';

/** What one thread tells another, as a thread: in the system lane, to no actor in particular. */
export type ThreadSignal =
  /**
   * Make this actor. `suspended`: its thread died, here is its cell again without an incarnation; the
   * supervisor's verdict follows. Without effect when the cell exists.
   */
  | {
      readonly type: 'spawn';
      readonly ref: AnyRef;
      readonly parent: AnyRef;
      readonly childId: number;
      readonly module: string;
      readonly name: string;
      readonly args: unknown;
      readonly restart: RestartType;
      readonly mailbox: Omit<MailboxSettings, 'priority'> | undefined;
      readonly gauge: number;
      readonly suspended: boolean;
      /** The incarnation that died with the thread; 0 for a first start. */
      readonly incarnation: number;
    }
  /** Main to all: a thread died; the next one under this index will have the new serial. */
  | {
      readonly type: 'thread-down';
      readonly thread: number;
      readonly serial: number;
      readonly error: Error;
      /** How far it had read the user ring of each member. */
      readonly heads: readonly number[];
    }
  /**
   * To a replaced thread: I know of its predecessor's death. Spawns of mine before this are void: those that
   * still count are sent again.
   */
  | { readonly type: 'recovery-begun'; readonly thread: number; readonly serial: number }
  /** To a replaced thread: all its actors that I supervise have been sent to it. */
  | {
      readonly type: 'recovery-done';
      readonly thread: number;
      readonly serial: number;
      /** Serial of the thread that says so, and the last generation it gave there: what is not there now is gone. */
      readonly creator: number;
      readonly generation: number;
    }
  /** To a replaced thread: the children of its former actors that lived here are gone. */
  | { readonly type: 'orphans-gone'; readonly thread: number; readonly serial: number }
  /** To any thread: answered to an ask. */
  | {
      readonly type: 'observe';
      readonly request: ObserverRequest;
      readonly replyTo: ReplyAddress;
    }
  /** To the main thread, for its event stream. */
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown }
  /** To the main thread: a pinned thread is needed, or not any more. */
  | { readonly type: 'thread-wanted'; readonly thread: number }
  | { readonly type: 'thread-unused'; readonly thread: number }
  /** To the main thread: there is something here that has to be flushed when the system stops. */
  | { readonly type: 'flush-due' }
  /** Main to a thread: flush it; answered to an ask, with what went wrong. */
  | { readonly type: 'flush'; readonly replyTo: ReplyAddress }
  /** Main to a thread: end your loop; `isLast`: for good, as the system stops. */
  | { readonly type: 'thread-stop'; readonly serial: number; readonly isLast?: boolean };
