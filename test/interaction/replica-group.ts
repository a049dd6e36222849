import { founding } from '../../actors/raft/configuration.js';
import type { RaftMessage } from '../../actors/raft/messages.js';
import type { CommandOutcome, ReadOutcome } from '../../actors/raft/outcome.js';
import { Replica } from '../../actors/raft/replica.js';
import type { StateMachine } from '../../actors/raft/state-machine.js';
import { Disk } from '../raft-simulation/disk.js';
import { runVerb, type Verbs } from './verbs.js';

const ROUNDS = 200;
const ELECTION_TICKS = 10;

/** A list of words; the reply is how many there are. `bad` is one that it cannot take. */
const WORDS: StateMachine<readonly string[], string, number, null, string> = {
  initial: () => [],
  apply(words, word) {
    if (word === 'bad') throw new Error('no word');
    return [[...words, word], words.length + 1];
  },
  query: (words) => words.join(' '),
};

type WordReplica = Replica<readonly string[], string, number, null, string>;

function outcomeText(outcome: CommandOutcome<number> | ReadOutcome<string>): string {
  switch (outcome.type) {
    case 'done':
      return `done at ${outcome.index}: ${'answer' in outcome ? outcome.answer : outcome.reply}`;
    case 'failed':
      return `failed at ${outcome.index}: ${outcome.error}`;
    case 'refused':
      return `refused: ${outcome.reason}, leader ${outcome.leader}`;
    default:
      return outcome.type;
  }
}

/** Nodes with a state machine and clients, moved by commands; each says what clients are told. */
export class ReplicaGroup {
  readonly #replicas = new Map<number, WordReplica>();
  readonly #disks = new Map<number, Disk>();
  readonly #cut = new Set<number>();
  #maxSessions = 2;
  #restarts = 0;
  #messages: RaftMessage[] = [];
  #lines: string[] = [];
  readonly #seen = new Map<number, string>();

  /** Runs one command. @returns what happened, a line each */
  run(command: string): string[] {
    this.#lines = [];
    runVerb(this.#verbs, command);
    for (const id of this.#replicas.keys()) this.#look(id);
    return this.#lines.length > 0 ? this.#lines : ['nothing'];
  }

  readonly #verbs: Verbs = {
    clients: (args) => this.#found(args),
    campaign: ([id]) => this.#replica(id).raft.campaign(),
    tick: ([id, count = '1']) => {
      for (let i = 0; i < Number(count); i++) this.#replica(id).raft.tick();
    },
    open: ([id, request, nonce]) => this.#replica(id).openSession(Number(request), Number(nonce)),
    // `command 1 7 3/2 word`: to node 1 as request 7, the second command of session 3.
    command: ([id, request, place = '', word = '', lowest = '1']) => {
      const [session, sequence] = place.split('/').map(Number);
      this.#replica(id).propose(Number(request), word, session!, sequence!, Number(lowest), 1);
    },
    read: ([id, request]) => this.#replica(id).read(Number(request), null),
    deliver: () => this.#deliver(),
    send: ([from, to]) => this.#deliverOnce(Number(from), Number(to)),
    cut: ([id]) => void this.#cut.add(Number(id)),
    heal: () => this.#cut.clear(),
    save: ([id]) => {
      const saved = this.#replica(id).takeSnapshot();
      this.#lines.push(saved === null ? 'nothing to save' : `saved ${saved.index}/${saved.term}`);
      if (saved !== null) {
        const keepFrom = this.#replica(id).raft.firstIndex;
        const rest = { sequence: 0, mustSync: false, hardState: null, entries: [], install: null };
        this.#disks.get(Number(id))!.write({ ...rest, saved, keepFrom });
      }
    },
    restart: ([id]) => {
      this.#restarts++;
      this.#make(Number(id));
    },
    states: () => {
      for (const [id, { state }] of this.#replicas)
        this.#lines.push(`${id} has: ${state.join(' ')}`);
    },
  };

  #replica(id: string | undefined): WordReplica {
    return this.#replicas.get(Number(id))!;
  }

  /** `clients 1 2 3 maxSessions=2` */
  #found(args: string[]): void {
    const most = args.find((each) => each.startsWith('maxSessions='));
    if (most !== undefined) this.#maxSessions = Number(most.split('=')[1]);
    const ids = args.filter((each) => /^\d+$/.test(each)).map(Number);
    for (const id of ids) this.#disks.set(id, new Disk());
    for (const id of ids) this.#make(id);
  }

  #make(id: number): void {
    const disk = this.#disks.get(id)!;
    while (disk.cachedCount > 0) disk.sync();
    const configuration = founding([...this.#disks.keys()]);
    const replica: WordReplica = new Replica({
      machine: WORDS,
      maxSessions: this.#maxSessions,
      snapshotEvery: 1000,
      trailing: 0,
      firstContext: this.#restarts * 1000 + 1,
      raft: {
        id,
        chance: { next: () => 0 },
        electionTicks: ELECTION_TICKS,
        initial: { configuration, contactElapsedTicks: ELECTION_TICKS, ...disk.initial() },
      },
    });
    replica.raft.pinElectionTimeout(ELECTION_TICKS + id);
    this.#replicas.set(id, replica);
    this.#seen.set(id, this.#status(id));
  }

  /** Takes out what a node wants done. Disks answer at once. */
  #look(id: number): void {
    const replica = this.#replicas.get(id)!;
    const disk = this.#disks.get(id)!;
    do {
      const { write, messages, decisions } = replica.drain();
      this.#messages.push(...messages);
      replica.raft.advance();
      for (const { request, outcome } of decisions) {
        this.#lines.push(`${id} answers request ${request}: ${outcomeText(outcome)}`);
      }
      if (write !== null) disk.write(write);
      while (disk.cachedCount > 0) {
        const { sequence, mustSync } = disk.sync();
        if (mustSync) replica.raft.step({ type: 'stored', sequence });
      }
    } while (replica.raft.hasReady);
    const status = this.#status(id);
    if (status !== this.#seen.get(id)) this.#lines.push(status);
    this.#seen.set(id, status);
  }

  #deliver(): void {
    for (const id of this.#replicas.keys()) this.#look(id);
    for (let round = 0; round < ROUNDS && this.#messages.length > 0; round++) {
      const batch = this.#messages;
      this.#messages = [];
      for (const message of batch) {
        if (this.#cut.has(message.from) || this.#cut.has(message.to)) continue;
        this.#replicas.get(message.to)!.raft.step(message);
        this.#look(message.to);
      }
    }
  }

  #deliverOnce(from: number, to: number): void {
    for (const id of this.#replicas.keys()) this.#look(id);
    const batch = this.#messages.filter((each) => each.from === from && each.to === to);
    this.#messages = this.#messages.filter((each) => !batch.includes(each));
    for (const message of batch) this.#replicas.get(to)!.raft.step(message);
    this.#look(to);
  }

  #status(id: number): string {
    const { role, term, leader } = this.#replicas.get(id)!.raft;
    return `${id} ${role}${role === 'leader' || leader === 0 ? '' : ` of ${leader}`} t${term}`;
  }
}
