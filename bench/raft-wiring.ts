import { commandOf, founding, Raft } from 'troupe/actors';
import { check } from './harness.js';

/** Entries after which the log is cut; what is cut is in no array any more. */
const COMPACT_EVERY = 16_384;
const MOST_TICKS = 1000;
const NO_DATA = new Uint8Array(0);

/** The payload of all proposals: 16 bytes. */
export const PROPOSAL_BYTES = 16;
const PROPOSAL = commandOf('0123456789abcdef', PROPOSAL_BYTES);

/** Nodes of the core that hand their messages to one another; their disks answer at once. */
export class WiredGroup {
  readonly #rafts: Raft[];
  readonly #leader: Raft;
  /** Entries that the leader has applied. */
  applied = 0;
  /** Entries that all nodes together have applied. */
  appliedByAll = 0;

  constructor(count: number) {
    const ids = Array.from({ length: count }, (_, i) => i + 1);
    const configuration = founding(ids);
    let drawn = 0;
    const chance = { next: () => (drawn++ % count) / count };
    this.#rafts = ids.map((id) => new Raft({ id, chance, initial: { configuration } }));
    let leader: Raft | undefined;
    for (let tick = 0; leader === undefined && tick < MOST_TICKS; tick++) {
      for (const raft of this.#rafts) raft.tick();
      this.#pump();
      leader = this.#rafts.find(({ role }) => role === 'leader');
    }
    check(leader !== undefined, () => 'no leader was elected');
    this.#leader = leader!;
    this.applied = 0;
    this.appliedByAll = 0;
  }

  /** Proposes so many commands, and lets the group do all that follows. */
  propose(count: number): void {
    const leader = this.#leader;
    for (let i = 0; i < count; i++) leader.propose(PROPOSAL);
    this.#pump();
  }

  #pump(): void {
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const raft of this.#rafts) {
        if (!raft.hasReady) continue;
        isBusy = true;
        this.#step(raft);
      }
    }
  }

  #step(raft: Raft): void {
    const { committed, messages, mustSync, sequence } = raft.ready();
    if (committed.length > 0) {
      const { index } = committed[committed.length - 1]!;
      raft.step({ type: 'applied', index });
      this.appliedByAll += committed.length;
      if (raft === this.#leader) this.applied += committed.length;
      if (index - raft.firstIndex >= COMPACT_EVERY) raft.takeSnapshot(index, NO_DATA);
    }
    if (mustSync) raft.step({ type: 'stored', sequence });
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i]!;
      this.#rafts[message.to - 1]!.step(message);
    }
    raft.advance();
  }
}
