import { founding, NO_CONFIGURATION } from '../../actors/raft/configuration.js';
import {
  commandOf,
  ENTRY_KIND,
  type Entry,
  makeEntry,
  NOOP_PROPOSAL,
} from '../../actors/raft/entry.js';
import type { RaftMessage } from '../../actors/raft/messages.js';
import type { InitialState, RaftOptions } from '../../actors/raft/options.js';
import { PROPOSAL } from '../../actors/raft/proposals.js';
import { Raft } from '../../actors/raft/raft.js';
import { Disk } from '../raft-simulation/disk.js';
import { configurationText, messageText } from './raft-trace.js';
import { runVerb, type Verbs } from './verbs.js';

const ROUNDS = 200;

/** A group of cores whose messages, disks and clocks are moved by commands; each says what it brought about. */
export class RaftGroup {
  readonly #rafts = new Map<number, Raft>();
  readonly #disks = new Map<number, Disk>();
  #options: Partial<RaftOptions> = {};
  #founders: readonly number[] = [];
  #learners: readonly number[] = [];
  #messages: RaftMessage[] = [];
  readonly #cut = new Set<string>();
  /** Nodes whose disks answer only when told to. */
  readonly #slow = new Set<number>();
  #lines: string[] = [];
  readonly #seen = new Map<number, string>();

  /** Runs one command. @returns what happened, a line each */
  run(command: string): string[] {
    this.#lines = [];
    runVerb(this.#verbs, command);
    for (const id of this.#rafts.keys()) this.#look(id);
    return this.#lines.length > 0 ? this.#lines : ['nothing'];
  }

  readonly #verbs: Verbs = {
    group: (args) => this.#found(args),
    state: ([id, ...fields]) => this.#place(Number(id), fields),
    tick: ([id, count = '1']) => {
      for (let i = 0; i < Number(count); i++) this.#raft(id).tick();
    },
    'tick-all': ([count = '1']) => {
      for (const raft of this.#rafts.values()) for (let i = 0; i < Number(count); i++) raft.tick();
    },
    campaign: ([id]) => this.#raft(id).campaign(),
    propose: ([id, ...texts]) => {
      for (const text of texts) {
        const result = this.#raft(id).propose(commandOf(text, text.length));
        const refusal = Object.entries(PROPOSAL).find(([, code]) => code === result)?.[0];
        this.#say(refusal === undefined ? `${text} at ${result}` : `${text}: ${refusal}`);
      }
    },
    read: ([id, context]) => this.#say(this.#raft(id).readIndex(Number(context))),
    change: ([id, ...args]) => {
      const plus = args.indexOf('+');
      const voters = (plus < 0 ? args : args.slice(0, plus)).map(Number);
      const learners = plus < 0 ? [] : args.slice(plus + 1).map(Number);
      this.#say(this.#raft(id).changeMembership({ voters, learners }));
    },
    transfer: ([id, to]) => this.#say(this.#raft(id).transferLeadership(Number(to))),
    deliver: () => this.#deliver((message) => !this.#cut.has(`${message.from}>${message.to}`)),
    send: ([from, to]) => this.#deliverOnce(from, to),
    drop: ([from, to]) => this.#drop((m) => m.from === Number(from) && m.to === Number(to)),
    'drop-all': () => this.#drop(() => true),
    cut: (ids) => this.#cutOff(ids.map(Number)),
    heal: () => this.#cut.clear(),
    slow: ([id]) => void this.#slow.add(Number(id)),
    store: ([id]) => this.#store(Number(id)),
    compact: ([id, bytes = '10']) => {
      const raft = this.#raft(id);
      const saved = raft.takeSnapshot(raft.applied, new Uint8Array(Number(bytes)).fill(7));
      this.#say(saved === undefined ? 'nothing to save' : `saved ${saved.index}/${saved.term}`);
    },
    restart: ([id]) => this.#restart(Number(id), false),
    lose: ([id]) => {
      this.#disks.get(Number(id))!.wipe();
      this.#restart(Number(id), true);
    },
    rejoin: ([id, epoch]) => this.#raft(id).rejoin(Number(epoch)),
    status: () => {
      for (const id of this.#rafts.keys()) this.#say(this.#status(id));
    },
  };

  #say(line: string): void {
    this.#lines.push(line);
  }

  #raft(id: string | undefined): Raft {
    return this.#rafts.get(Number(id))!;
  }

  /** `group 1 2 3 + 4 spare 5 option=value ...` */
  #found(args: string[]): void {
    const numbers = (from: number): number[] => {
      const list: number[] = [];
      for (let i = from; /^\d+$/.test(args[i] ?? ''); i++) list.push(Number(args[i]));
      return list;
    };
    this.#founders = numbers(0);
    const plus = args.indexOf('+');
    this.#learners = plus < 0 ? [] : numbers(plus + 1);
    const spare = args.indexOf('spare');
    const spares = spare < 0 ? [] : numbers(spare + 1);
    const options = args.filter((each) => each.includes('='));
    this.#options = Object.fromEntries(
      options.map((each) => each.split('=')).map(([key, value]) => [key, JSON.parse(value!)]),
    );
    for (const id of [...this.#founders, ...this.#learners, ...spares]) {
      this.#disks.set(id, new Disk());
      this.#make(id, spares.includes(id) ? { configuration: NO_CONFIGURATION } : {});
    }
  }

  #make(id: number, initial: InitialState): void {
    const configuration = founding(this.#founders, this.#learners);
    const raft = new Raft({
      id,
      chance: { next: () => 0 },
      ...this.#options,
      initial: { configuration, contactElapsedTicks: 10, ...initial },
    });
    // Apart, so that one is always first.
    raft.pinElectionTimeout(10 + id);
    this.#rafts.set(id, raft);
    this.#seen.set(id, this.#status(id));
  }

  /** `state 1 term=3 vote=1 commit=2 log=1,1,3` */
  #place(id: number, fields: string[]): void {
    const values = new Map(fields.map((each) => each.split('=') as [string, string]));
    const number = (key: string): number => Number(values.get(key) ?? 0);
    const terms = (values.get('log') ?? '').split(',').filter((each) => each !== '');
    const entries: Entry[] = terms.map((term, i) =>
      makeEntry(i + 1, Number(term), {
        ...NOOP_PROPOSAL,
        kind: ENTRY_KIND.command,
        payload: `e${i + 1}`,
      }),
    );
    const [term, vote, commit] = [number('term'), number('vote'), number('commit')];
    const disk = this.#disks.get(id)!;
    disk.hardState = { term, vote, commit, sinceEpoch: 0 };
    disk.entries = entries;
    this.#make(id, { ...disk.initial(), applied: commit });
    this.#say(this.#status(id));
  }

  #restart(id: number, isLost: boolean): void {
    const disk = this.#disks.get(id)!;
    disk.crash(0);
    const isFounder = this.#founders.includes(id) && !isLost;
    this.#make(id, {
      ...disk.initial(),
      ...(isFounder ? {} : { configuration: NO_CONFIGURATION }),
      isLost,
    });
    this.#say(this.#status(id));
  }

  /** Takes out what a node wants done. */
  #look(id: number): void {
    const raft = this.#rafts.get(id)!;
    while (raft.hasReady) {
      const {
        sequence,
        hardState,
        entries,
        snapshot,
        committed,
        messages,
        readStates,
        reports,
        mustSync,
      } = raft.ready();
      this.#messages.push(...messages);
      raft.advance();
      if (snapshot !== null) this.#say(`${id} installs ${snapshot.index}/${snapshot.term}`);
      const last = committed.at(-1)?.index ?? snapshot?.index;
      if (committed.length > 0) this.#say(`${id} applies ${committed[0]!.index}-${last}`);
      if (last !== undefined) raft.step({ type: 'applied', index: last });
      for (const { context, index } of readStates) {
        this.#say(`${id} read ${context} ${index < 0 ? 'refused' : `at ${index}`}`);
      }
      for (const report of reports) this.#say(`${id} reports ${JSON.stringify(report)}`);
      if (mustSync) {
        const disk = this.#disks.get(id)!;
        disk.write({
          sequence,
          mustSync,
          hardState,
          entries,
          install: snapshot,
          saved: null,
          keepFrom: 0,
        });
        if (!this.#slow.has(id)) this.#store(id);
      }
    }
    const status = this.#status(id);
    const before = this.#seen.get(id);
    const head = (text: string | undefined): string | undefined => text?.split(' log')[0];
    if (head(status) !== head(before)) this.#say(status);
    this.#seen.set(id, status);
  }

  #store(id: number): void {
    const disk = this.#disks.get(id)!;
    while (disk.cachedCount > 0) {
      this.#rafts.get(id)!.step({ type: 'stored', sequence: disk.sync().sequence });
    }
  }

  #deliver(isPassing: (message: RaftMessage) => boolean): void {
    for (const id of this.#rafts.keys()) this.#look(id);
    for (let round = 0; round < ROUNDS && this.#messages.length > 0; round++) {
      const batch = this.#messages;
      this.#messages = [];
      for (const message of batch) this.#arrive(message, isPassing(message));
    }
  }

  #arrive(message: RaftMessage, isPassing: boolean): void {
    const to = this.#rafts.get(message.to);
    this.#say(`  ${messageText(message)}${isPassing && to !== undefined ? '' : ' LOST'}`);
    if (!isPassing || to === undefined) return;
    to.step(message);
    this.#look(message.to);
  }

  #deliverOnce(from: string | undefined, to: string | undefined): void {
    for (const id of this.#rafts.keys()) this.#look(id);
    const batch = this.#messages.filter((m) => m.from === Number(from) && m.to === Number(to));
    this.#messages = this.#messages.filter((message) => !batch.includes(message));
    for (const message of batch) this.#arrive(message, true);
  }

  #drop(isChosen: (message: RaftMessage) => boolean): void {
    for (const id of this.#rafts.keys()) this.#look(id);
    for (const message of this.#messages) {
      if (isChosen(message)) this.#say(`  ${messageText(message)} LOST`);
    }
    this.#messages = this.#messages.filter((message) => !isChosen(message));
  }

  /** `cut 1`: from all others; `cut 1 2`: between these two. */
  #cutOff([one, other]: number[]): void {
    for (const id of this.#rafts.keys()) {
      if (id === one || (other !== undefined && id !== other)) continue;
      this.#cut.add(`${one}>${id}`);
      this.#cut.add(`${id}>${one}`);
    }
  }

  #status(id: number): string {
    const raft = this.#rafts.get(id)!;
    const { role, term, leader, commit, lastIndex, configuration } = raft;
    const lead = role === 'leader' || leader === 0 ? '' : ` of ${leader}`;
    return `${id} ${role}${lead} t${term} commit ${commit} [${configurationText(configuration)}] log ${raft.firstIndex}-${lastIndex}`;
  }
}
