import type { Context } from '../../actor/context.js';
import type { Request } from '../../ref/protocol.js';
import type { Cargo } from './program.js';

/** What stands in every message that one simulated actor sends another. */
export interface Letter {
  readonly id: number;
  readonly from: number;
  readonly seq: number;
  /** What the receiver does; -1 for nothing. */
  readonly script: number;
  readonly cargo: Cargo;
  readonly content: unknown;
}

/** What a simulated actor answers: the number of the ask. */
export interface Answer {
  readonly root: number;
}

/** The protocol of all simulated actors. */
export type SimMessage =
  | ({ type: 'act' } & Letter)
  | Request<{ type: 'answer' } & Letter, Answer>
  | { type: 'tick'; key: string; token: number; incarnation: number; script: number }
  | { type: 'gone'; node: number };

/** The context of a simulated actor. */
export type SimContext = Context<SimMessage, Answer>;
