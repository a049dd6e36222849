/** Why a node did not take a request. */
export type Refusal = 'no-leader' | 'full' | 'transferring';

/**
 * What became of a command.
 *
 * `done`: applied, once. `failed`: the state machine threw; nothing was changed. `refused`: certainly not applied, ask again,
 * best the leader. `lost`: certainly not applied, another entry took its place. `unknown`: it may be applied, now or
 * later; with a session it can be asked again without harm. `expired`: its session is forgotten, so nobody knows.
 * `stale`: it was applied, and the client had said that it does not wait for the answer.
 */
export type CommandOutcome<R> =
  | { readonly type: 'done'; readonly reply: R; readonly index: number }
  | { readonly type: 'failed'; readonly error: string; readonly index: number }
  | { readonly type: 'refused'; readonly reason: Refusal; readonly leader: number }
  | { readonly type: 'lost' }
  | { readonly type: 'unknown' }
  | { readonly type: 'expired' }
  | { readonly type: 'stale' };

/** What became of a read. */
export type ReadOutcome<A> =
  | { readonly type: 'done'; readonly answer: A; readonly index: number }
  | { readonly type: 'refused'; readonly reason: Refusal; readonly leader: number };
