import type { RaftMessage } from '../../actors/raft/messages.js';
import type { Decision } from '../../actors/raft/replica-types.js';
import type { Action } from './program.js';

type Answer = Decision<boolean, number>['outcome'];

/** What can happen at a moment of virtual time. */
export type SimEvent =
  | {
      readonly type: 'tick';
      readonly node: number;
      readonly incarnation: number;
      readonly missedFrom?: number;
    }
  | { readonly type: 'deliver'; readonly message: RaftMessage }
  | { readonly type: 'sync'; readonly node: number; readonly incarnation: number }
  | { readonly type: 'start'; readonly node: number; readonly incarnation: number }
  | { readonly type: 'action'; readonly action: Action }
  | { readonly type: 'client'; readonly client: number; readonly attempt: number }
  | {
      readonly type: 'request';
      readonly client: number;
      readonly attempt: number;
      readonly node: number;
    }
  | {
      readonly type: 'answer';
      readonly client: number;
      readonly attempt: number;
      readonly node: number;
      readonly outcome: Answer;
    }
  | { readonly type: 'operator' };
