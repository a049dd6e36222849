/** Situations that a batch of seeds must have met; otherwise it has tested less than it seems. */
export const SITUATIONS = [
  'uncommitted entries of an old leader were overwritten',
  'a snapshot was installed',
  'a snapshot was installed while the members changed',
  'a node crashed between an append and its sync',
  'a leader crashed',
  'a transfer came to its end',
  'a transfer timed out',
  'a read was confirmed by a leader',
  'a follower answered a read',
  'a read was refused after a change of leaders',
  'a vote was refused because a leader is live',
  'a joint configuration was entered',
  'a joint configuration was left by another leader',
  'entries of an older term had a majority and were not committed',
  'a leader was removed',
  'a member was removed and added again',
  'a lost disk was noticed',
  'a node without its disk came back under a new epoch',
  'a client tried again and was answered the same',
  'a session expired',
  'a window was full',
  'a leader lost its quorum and stepped down',
  'a lease answered a read',
  'power was lost in the middle of a write of entries',
  'the storage failed and its node ended',
  'a node ended while the snapshot that it had restored was not on disk',
  'entries were applied late',
  'one class of messages was late',
  'a message was lost because its link flaps',
  'a clock jumped',
] as const;
/** One of {@link SITUATIONS}. */
export type Situation = (typeof SITUATIONS)[number];

/** How often each situation was met. */
export class Coverage {
  readonly counts = new Map<Situation, number>();

  met(situation: Situation): void {
    this.counts.set(situation, (this.counts.get(situation) ?? 0) + 1);
  }

  add(other: Coverage): void {
    for (const [situation, count] of other.counts) {
      this.counts.set(situation, (this.counts.get(situation) ?? 0) + count);
    }
  }

  get missing(): Situation[] {
    return SITUATIONS.filter((situation) => !this.counts.has(situation));
  }
}
