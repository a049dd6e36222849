import type { AnyRef } from '../ref/actor-ref.js';
import type { ActorThread } from '../worker/actor-thread.js';
import type { ChannelMatrix } from '../worker/mesh.js';

/** A system as its observers see it: shared memory, and the main thread to ask others through. */
export interface Observed {
  readonly name: string;
  /** The main thread's runtime. */
  readonly main: ActorThread;
  readonly channels: ChannelMatrix;
  /** The root of all actors of the user. */
  readonly root: AnyRef;
  /** Members that run, the main thread (0) among them. */
  readonly alive: () => readonly number[];
}
