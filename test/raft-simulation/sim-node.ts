import { type Configuration, NO_CONFIGURATION } from '../../actors/raft/configuration.js';
import type { InitialState } from '../../actors/raft/options.js';
import { Replica } from '../../actors/raft/replica.js';
import type { Dice } from './dice.js';
import { Disk } from './disk.js';
import { KV, type KvCommand, type KvState } from './kv.js';
import type { Ledger } from './ledger.js';
import { Mirror } from './mirror.js';
import { ELECTION_TICKS, type Settings, TICK } from './program.js';

/** The replica that is simulated. */
export type KvReplica = Replica<KvState, KvCommand, boolean, number, number>;

/** One machine: a disk, a clock, and while it runs a replica. */
export class SimNode {
  readonly id: number;
  readonly disk = new Disk();
  /** What its disk held when it was lost: it did hold that when it said so. */
  ghost: Disk | undefined;
  replica: KvReplica | undefined;
  mirror = new Mirror(0, 0);
  /** Counts the starts. */
  incarnation = 0;
  tickInterval = TICK;
  pausedUntil = 0;
  diskDelay = 0;
  /** What its disk will do at one of its next writes. */
  ambush: Ambush | undefined;
  /** Time that one entry takes to be applied. */
  applyCost = 0;
  /** The disk is busy until then. */
  diskFreeAt = 0;
  /** Its disk is gone and it was not added again since. */
  isLost = false;
  /** Highest epoch under which anyone knew it when its disk was lost. */
  lostEpoch = 0;
  wipeCount = 0;
  isFounder: boolean;
  // As of the last look.
  term = 0;
  commit = 0;
  applied = 0;
  wasLeader = false;
  tickCount = 0;
  /** Tick of its own at which it last heard its leader. */
  contactTick = Number.NEGATIVE_INFINITY;
  /** The term that it began because a leader handed over to it. */
  transferTerm = -1;
  /** Requests under way by their number. */
  requests = new Map<number, PendingRequest>();

  constructor(id: number, isFounder: boolean) {
    this.id = id;
    this.isFounder = isFounder;
  }

  start(settings: Settings, founders: Configuration, dice: Dice, ledger: Ledger): void {
    const { disk, id } = this;
    const found = disk.initial();
    const { isLost } = this;
    const initial: InitialState = {
      ...found,
      configuration: this.isFounder && !isLost ? founders : NO_CONFIGURATION,
      isLost,
    };
    this.incarnation++;
    this.replica = new Replica({
      machine: KV,
      maxSessions: settings.maxSessions,
      snapshotEvery: settings.snapshotEvery,
      trailing: settings.trailing,
      firstContext: this.incarnation * 1_000_000,
      raft: {
        id,
        chance: dice,
        initial,
        electionTicks: ELECTION_TICKS,
        preVote: settings.preVote,
        checkQuorum: settings.checkQuorum,
        maxInflightCount: settings.maxInflightCount,
        maxAppendBytes: settings.maxAppendBytes,
        chunkBytes: 200,
        ...(settings.leaseDrift === undefined ? {} : { leaseDrift: settings.leaseDrift }),
      },
    });
    const base = disk.snapshot?.index ?? 0;
    this.mirror = new Mirror(base, ledger.hashAt(base) ?? 0);
    for (const entry of disk.entries) if (entry.index > base) this.mirror.put(entry);
    this.term = disk.hardState?.term ?? 0;
    this.commit = this.replica.raft.commit;
    this.applied = this.replica.raft.applied;
    this.wasLeader = false;
    this.contactTick = Number.NEGATIVE_INFINITY;
    this.diskFreeAt = 0;
  }

  /** Power off. @param survivingCount writes of the cache that reach the disk all the same */
  crash(survivingCount: number): void {
    this.replica = undefined;
    this.requests = new Map();
    this.disk.crash(survivingCount);
  }
}

/** How the storage of a node fails. */
export interface Ambush {
  /** `tear`: power is lost in the middle of a write. `fail`: the storage answers with an error. */
  readonly fault: 'tear' | 'fail';
  /** Waits for the write of a snapshot that the leader has sent. */
  readonly isForInstall: boolean;
  /** The choices that are left. */
  readonly choice: number;
}

/** A request that a node has in hand. */
export interface PendingRequest {
  readonly client: number;
  readonly attempt: number;
  /** What was committed anywhere when it came. */
  readonly floor: number;
}
