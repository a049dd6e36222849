/**
 * Situations that a run over many seeds must meet: what the runtime makes promises about, and where such
 * promises usually break.
 */
export const SITUATIONS = [
  'a message waits in the overflow queue',
  'signals wait for room in their ring',
  'a large message goes in fragments',
  'a large buffer goes beside the ring',
  'an ArrayBuffer changes hands',
  'the overflow queue is full',
  'a full mailbox refuses',
  'a full mailbox drops its oldest',
  'a full mailbox fails the call',
  'a sender waits for room in a mailbox',
  'a sender waits for room in vain',
  'a handler throws',
  'a handler rejects',
  'a promise is left alone and rejects',
  'the first init fails',
  'init fails at a restart',
  'init takes time',
  'the stopped hook fails',
  'the stopped hook takes time',
  'an actor is killed after its deadline',
  'an actor is killed at once',
  'one-for-all takes siblings along',
  'rest-for-one takes siblings along',
  'a temporary sibling is not restarted',
  'a supervisor gives up',
  'a restart waits for its backoff',
  'a child stops itself and is restarted',
  'a child is stopped by its parent',
  'an actor is stopped from outside',
  'a watcher is told',
  'a watcher is told with its own message',
  'an actor that is gone already is watched',
  'a watch outlives the death of a thread',
  'a linked actor falls with its peer',
  'a link breaks with a thread',
  'an ask is answered',
  'an ask times out',
  'an ask fails with the thread of its target',
  'an ask fails with its target',
  'an answer comes too late',
  'a circle of asks is found',
  'an answer goes through a forwarder',
  'an answer is given later',
  'a message is stashed',
  'stashed messages come back after a restart',
  'a full stash refuses',
  'a message is unhandled',
  'a timer fires',
  'a timer fires too late to count',
  'an interval beats',
  'a receive timeout fires',
  'an async handler holds its turn',
  'an actor fails while its turn is open',
  'handlers of one actor interleave',
  'a thread dies between turns',
  'a thread dies at work',
  'a thread dies with a bell in its hand',
  'a thread dies while it starts',
  'a thread dies while another one is replaced',
  'messages are lost with a thread',
  'a message comes before its actor',
  'a message waits for an actor to be made again',
  'a restart waits for orphans to be gone',
  'orphans are stopped',
  'a thread is stalled',
  'a thread is slow',
  'the clock of a thread pauses',
  'a bell is late',
  'a handler takes longer than its slice of time',
  'a thread parks and is woken',
  'the watchdog reports a blocked thread',
  'the watchdog ends a thread',
  'a pinned thread starts',
  'a pinned thread is given back',
  'threads die too often',
  'the system stops while a thread is replaced',
  'declared children start in order',
  'a declared child fails and is restarted',
  'a name is taken',
  'messages are copied on the same thread',
] as const;

/** One of {@link SITUATIONS}. */
export type Situation = (typeof SITUATIONS)[number];

/** How often each situation has occurred. */
export class Coverage {
  readonly counts = new Map<Situation, number>();

  met(situation: Situation, times = 1): void {
    this.counts.set(situation, (this.counts.get(situation) ?? 0) + times);
  }

  add(other: Coverage): void {
    for (const [situation, count] of other.counts) this.met(situation, count);
  }

  /** Situations that have never occurred. */
  get missing(): Situation[] {
    return SITUATIONS.filter((situation) => !this.counts.has(situation));
  }
}
