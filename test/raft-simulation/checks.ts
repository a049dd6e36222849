import { type Configuration, epochOf, isJoint } from '../../actors/raft/configuration.js';
import type { RaftMessage } from '../../actors/raft/messages.js';
import { majorityReached } from '../../actors/raft/quorum.js';
import type { ReplicaOutput } from '../../actors/raft/replica-types.js';
import type { ReplicaWrite } from '../../actors/raft/storage.js';
import type { Coverage } from './coverage.js';
import type { Ledger } from './ledger.js';
import { Mirror } from './mirror.js';
import { ELECTION_TICKS, type Settings } from './program.js';
import type { SimNode } from './sim-node.js';
import { expect } from './violation.js';

/** Most messages of one step: what is sent must be in proportion to what there is to say. */
const MOST_MESSAGES = 2000;

/** The promises of Raft, looked at after every step of a node. */
export class Checks {
  readonly #ledger: Ledger;
  readonly #nodes: ReadonlyMap<number, SimNode>;
  readonly #settings: Settings;
  readonly #coverage: Coverage;

  constructor(
    ledger: Ledger,
    nodes: ReadonlyMap<number, SimNode>,
    settings: Settings,
    coverage: Coverage,
  ) {
    this.#ledger = ledger;
    this.#nodes = nodes;
    this.#settings = settings;
    this.#coverage = coverage;
  }

  /** What a node gives to its disk. */
  written(node: SimNode, write: ReplicaWrite, wasLeader: boolean): void {
    const { hardState, entries, install } = write;
    if (hardState !== null) {
      expect(
        hardState.term >= (node.disk.hardState?.term ?? 0),
        'term on disk',
        () => `${node.id} writes term ${hardState.term} after ${node.disk.hardState?.term}`,
      );
    }
    if (install !== null) {
      const hash = this.#ledger.hashAt(install.index);
      expect(
        hash !== undefined,
        'snapshot',
        () => `${node.id} installs ${install.index}, which nobody has committed`,
      );
      node.mirror = new Mirror(install.index, hash!);
      this.#coverage.met('a snapshot was installed');
      if (isJoint(install.configuration)) {
        this.#coverage.met('a snapshot was installed while the members changed');
      }
    }
    const [first] = entries;
    if (first === undefined) return;
    const raft = node.replica!.raft;
    if (first.index <= node.mirror.last) {
      expect(
        !(wasLeader && raft.role === 'leader' && raft.term === node.term),
        'leader append-only',
        () => `${node.id} overwrites its entry ${first.index} as leader of term ${raft.term}`,
      );
      expect(
        first.index > node.commit,
        'state machine safety',
        () => `${node.id} overwrites its committed entry ${first.index}`,
      );
      this.#coverage.met('uncommitted entries of an old leader were overwritten');
    }
    for (const entry of entries) {
      expect(
        entry.index <= node.mirror.last + 1,
        'log order',
        () => `${node.id} writes ${entry.index} after ${node.mirror.last}`,
      );
      this.#ledger.appended(node.id, entry, node.mirror.put(entry));
      if (raft.role === 'leader' && wasLeader && raft.term === node.term) {
        expect(
          entry.term === raft.term,
          'leader append-only',
          () => `the leader ${node.id} of term ${raft.term} writes an entry of term ${entry.term}`,
        );
      }
    }
  }

  /** What has reached the disk: a vote that did not was never given. */
  synced(node: SimNode, { hardState }: ReplicaWrite): void {
    if (hardState === null || hardState.vote === 0) return;
    this.#ledger.voted(node.id, node.wipeCount, hardState.term, hardState.vote);
  }

  /** After a step: `before` is the configuration in force when commits were counted. */
  stepped(node: SimNode, before: Configuration, output: ReplicaOutput<boolean, number>): void {
    const { raft, state } = node.replica!;
    const { id } = node;
    expect(
      raft.term >= node.term,
      'term',
      () => `${id} goes back from ${node.term} to ${raft.term}`,
    );
    expect(
      raft.commit >= node.commit,
      'commit',
      () => `${id} goes back from ${node.commit} to ${raft.commit}`,
    );
    expect(
      raft.firstIndex - 1 <= raft.applied &&
        raft.applied <= raft.commit &&
        raft.commit <= raft.lastIndex,
      'order of marks',
      () => `${id}: ${raft.firstIndex} ${raft.applied} ${raft.commit} ${raft.lastIndex}`,
    );
    expect(
      raft.stable <= node.mirror.base || node.disk.holds(raft.stable, raft.termAt(raft.stable)),
      'persist before use',
      () => `${id} takes ${raft.stable} for stored, its disk ends at ${node.disk.last}`,
    );
    expect(
      state.doubled === 0,
      'at most once',
      () => `${id} applied operation ${state.doubled} twice`,
    );
    expect(
      output.messages.length <= MOST_MESSAGES,
      'message count',
      () => `${id} sends ${output.messages.length} messages`,
    );
    for (const report of output.reports) {
      expect(
        report.type !== 'contradiction' && report.type !== 'malformed',
        'reports',
        () => `${id} reports ${JSON.stringify(report)}`,
      );
    }
    if (raft.role === 'leader' && !(node.wasLeader && node.term === raft.term)) {
      this.#elected(node, before);
    }
    if (raft.role === 'leader') this.#window(node);
    this.#committed(node, before);
    for (const { index } of output.applied) {
      expect(
        index === node.applied + 1,
        'applied in order',
        () => `${id} applies ${index} after ${node.applied}`,
      );
      node.applied = index;
    }
    if (raft.applied > node.applied) node.applied = raft.applied;
    node.term = raft.term;
    node.commit = raft.commit;
    node.wasLeader = raft.role === 'leader';
  }

  /** Leader completeness (paper, figure 3). */
  #elected(node: SimNode, configuration: Configuration): void {
    const { raft } = node.replica!;
    if (!this.#ledger.elected(node.id, raft.term)) return;
    this.#ledger.elects(node.id, raft.term, configuration);
    const index = this.#ledger.lastBefore(raft.term);
    if (index <= node.mirror.base) return;
    expect(
      node.mirror.hashAt(index) === this.#ledger.hashAt(index),
      'leader completeness',
      () => `${node.id} leads in term ${raft.term} without the committed entry ${index}`,
    );
  }

  #window(node: SimNode): void {
    const { raft } = node.replica!;
    for (const [id] of raft.configuration.epochs) {
      const count = raft.progressOf(id)?.inflightCount ?? 0;
      // One more may tell of a new commit index.
      expect(
        count <= this.#settings.maxInflightCount + 1,
        'window',
        () => `${count} appends from ${node.id} to ${id} are under way`,
      );
      if (count >= this.#settings.maxInflightCount) this.#coverage.met('a window was full');
    }
  }

  #committed(node: SimNode, before: Configuration): void {
    const { raft } = node.replica!;
    const { mirror, id } = node;
    if (raft.commit === node.commit) return;
    if (raft.role === 'leader') this.#quorum(node, before);
    for (let index = Math.max(node.commit, mirror.base) + 1; index <= raft.commit; index++) {
      const entry = mirror.at(index);
      expect(
        entry !== undefined,
        'state machine safety',
        () => `${id} commits ${index} beyond its log`,
      );
      this.#ledger.committed(id, entry!, mirror.hashAt(index)!, raft.term);
    }
  }

  /** A leader commits through an entry of its term that a quorum holds on disk (paper, section 5.4.2). */
  #quorum(node: SimNode, { voters, outgoing }: Configuration): void {
    const { raft } = node.replica!;
    const { commit } = raft;
    const term = node.mirror.at(commit)?.term;
    expect(
      term === raft.term,
      'commit in own term',
      () => `${node.id} commits ${commit} of term ${term} in term ${raft.term}`,
    );
    const holds = (id: number): number => {
      const other = this.#nodes.get(id);
      if (other?.disk.holds(commit, raft.term)) return 1;
      // What it said before its disk was lost was true then, and counts until it is another member.
      const isOldMember = epochOf(raft.configuration, id) <= (other?.lostEpoch ?? 0);
      return isOldMember && other?.ghost?.holds(commit, raft.term) ? 1 : 0;
    };
    expect(
      majorityReached(voters, holds) >= 1 && majorityReached(outgoing, holds) >= 1,
      'commit on quorum',
      () => `${node.id} commits ${commit}, which no quorum of ${voters}|${outgoing} has on disk`,
    );
  }

  /** What is promised is on disk. */
  sent(node: SimNode, message: RaftMessage): void {
    const { disk, mirror, id } = node;
    if (message.type === 'vote-answer' && message.isGranted && !message.isPre) {
      this.#ledger.voted(id, node.wipeCount, message.term, message.to);
      const { term, vote } = disk.hardState ?? { term: 0, vote: 0 };
      expect(
        term > message.term || (term === message.term && vote === message.to),
        'persist before send',
        () =>
          `${id} grants ${message.to} a vote in term ${message.term}; on disk is ${vote} in ${term}`,
      );
    }
    if (message.type === 'vote' && !message.isPre) {
      expect(
        (disk.hardState?.term ?? 0) >= message.term,
        'persist before send',
        () => `${id} campaigns in term ${message.term} before it is on disk`,
      );
    }
    if (
      message.type === 'append-answer' &&
      !message.isRejected &&
      message.term === node.replica!.raft.term
    ) {
      const { index } = message;
      const entry = mirror.at(index);
      expect(
        // What a snapshot in memory covers already is known by its index only.
        entry === undefined ? index <= disk.last : disk.holds(index, entry.term),
        'persist before send',
        () => `${id} acknowledges ${index}, its disk ends at ${disk.last}`,
      );
    }
  }

  /** Before and after a vote request is handled. */
  voteRequested(
    node: SimNode,
    request: RaftMessage,
    before: { term: number; vote: number; wasLeader: boolean },
  ): void {
    if (request.type !== 'vote') return;
    const { raft } = node.replica!;
    const { term, vote, wasLeader } = before;
    const isChanged = raft.term !== term || raft.vote !== vote;
    expect(
      !(request.isPre && isChanged),
      'pre-vote changes nothing',
      () => `${node.id} took over term ${raft.term} by a pre-vote`,
    );
    const hasContact = node.tickCount - node.contactTick < ELECTION_TICKS - 1;
    if (this.#settings.checkQuorum && !request.isTransfer && (wasLeader || hasContact)) {
      expect(
        !isChanged || request.term <= term,
        'vote refused while a leader is live',
        () => `${node.id} is disturbed by ${request.from}`,
      );
      if (request.term > term) this.#coverage.met('a vote was refused because a leader is live');
    }
    if (!request.isPre && isChanged && raft.vote === request.from) {
      const { lastIndex, lastTerm } = raft;
      const isUpToDate =
        request.lastTerm > lastTerm ||
        (request.lastTerm === lastTerm && request.lastIndex >= lastIndex);
      expect(
        isUpToDate,
        'vote for an up-to-date log',
        () =>
          `${node.id} (${lastIndex} of ${lastTerm}) votes for ${request.from} (${request.lastIndex} of ${request.lastTerm})`,
      );
    }
  }
}
