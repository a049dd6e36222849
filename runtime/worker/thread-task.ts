import type { MessagePort } from 'node:worker_threads';
import type { ChannelMatrix } from './mesh.js';
import type { ThreadConfig } from './thread-config.js';

/** A MessagePort for attachments to and from one member. */
export interface MemberPort {
  readonly member: number;
  readonly port: MessagePort;
  /** Serial of the thread at the other end. */
  readonly serial: number;
}

/** The task that hosts a thread: what piscina hands over. */
export interface ThreadTask {
  readonly config: ThreadConfig;
  readonly thread: number;
  readonly serial: number;
  readonly control: SharedArrayBuffer;
  readonly channels: ChannelMatrix;
  /** Life line to the main thread: readiness, ports, the first of them ahead of the task; its closing is the proof of death. */
  readonly lifeline: MessagePort;
  readonly predecessor: number;
  /** The threads that were told of its death: member and serial. */
  readonly survivors: readonly (readonly [member: number, serial: number])[];
}

/** What the life line carries. */
export type LifelineMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'start-failed'; readonly message: string }
  | ({ readonly type: 'port' } & MemberPort);
