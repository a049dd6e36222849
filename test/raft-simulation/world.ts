import { founding } from '../../actors/raft/configuration.js';
import type { RaftMessage } from '../../actors/raft/messages.js';
import type { Decision } from '../../actors/raft/replica-types.js';
import type { Snapshot } from '../../actors/raft/snapshot.js';
import { perform } from './actions.js';
import { Checks } from './checks.js';
import { Client, resetOperations } from './client.js';
import { Coverage } from './coverage.js';
import { Dice } from './dice.js';
import { EventQueue } from './event-queue.js';
import type { KvOperation } from './kv.js';
import { Ledger } from './ledger.js';
import { Network } from './network.js';
import { type Action, ELECTION_TICKS, type Program, TICK } from './program.js';
import { type PendingRequest, SimNode } from './sim-node.js';
import { expect } from './violation.js';

type Answer = Decision<boolean, number>['outcome'];

type SimEvent =
  | {
      readonly type: 'tick';
      readonly node: number;
      readonly incarnation: number;
      readonly missedFrom?: number;
    }
  | { readonly type: 'deliver'; readonly message: RaftMessage }
  | { readonly type: 'sync'; readonly node: number; readonly incarnation: number }
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

/** How long a client waits before it tries again. */
const PATIENCE = 2.5 * ELECTION_TICKS * TICK;

/** A group of nodes, its clients, its network and its disks, in virtual time and under one seed. */
export class World {
  readonly program: Program;
  readonly dice: Dice;
  readonly nodes = new Map<number, SimNode>();
  readonly network: Network;
  readonly ledger: Ledger;
  readonly coverage = new Coverage();
  readonly checks: Checks;
  readonly histories = new Map<number, KvOperation[]>();
  readonly clients: Client[] = [];
  readonly queue = new EventQueue<SimEvent>();
  readonly lines: string[] | undefined;
  now = 0;
  steps = 0;
  hash = 0;
  isCalm = false;
  electionCount = 0;
  crashCount = 0;
  /** How often someone looks after nodes that have lost their disks. */
  readonly #operatorInterval: number;
  #nextRequest = 1;
  #requestAtHand = 0;

  constructor(program: Program, keepsTrace: boolean) {
    const { settings, seed } = program;
    resetOperations();
    this.program = program;
    this.dice = new Dice(seed * 7919 + 1);
    this.lines = keepsTrace ? [] : undefined;
    this.network = new Network(this.dice, settings);
    const founders = Array.from({ length: settings.nodeCount }, (_, i) => i + 1);
    this.ledger = new Ledger(founding(founders), this.coverage);
    for (let id = 1; id <= settings.nodeCount + settings.spareCount; id++) {
      const node = new SimNode(id, id <= settings.nodeCount);
      // Clocks run between 1 and 1/drift times as fast.
      node.tickInterval = TICK * this.dice.between(1, settings.drift + 1e-9);
      node.diskDelay = settings.diskDelay;
      this.nodes.set(id, node);
    }
    this.checks = new Checks(this.ledger, this.nodes, settings, this.coverage);
    for (const node of this.nodes.values()) this.start(node);
    for (let id = 0; id < settings.clientCount; id++) {
      this.clients.push(new Client(id, this.dice, settings, this.histories));
      this.queue.push(this.dice.between(0, 500), { type: 'client', client: id, attempt: 0 });
    }
    for (const action of program.actions) this.queue.push(action.at, { type: 'action', action });
    this.#operatorInterval = ELECTION_TICKS * TICK * this.dice.pick([0.2, 1, 3]);
    this.queue.push(this.#operatorInterval, { type: 'operator' });
  }

  start(node: SimNode): void {
    const founders = founding(
      Array.from({ length: this.program.settings.nodeCount }, (_, i) => i + 1),
    );
    node.start(this.program.settings, founders, this.dice, this.ledger);
    const { id, incarnation } = node;
    const at = this.now + this.dice.next() * node.tickInterval;
    this.queue.push(at, { type: 'tick', node: id, incarnation });
    this.pump(node);
  }

  crash(node: SimNode): void {
    if (node.replica === undefined) return;
    this.crashCount++;
    if (node.replica.raft.role === 'leader') this.coverage.met('a leader crashed');
    if (node.disk.cachedCount > 0)
      this.coverage.met('a node crashed between an append and its sync');
    node.crash(this.dice.below(node.disk.cachedCount + 1));
  }

  trace(text: () => string): void {
    this.lines?.push(`${this.steps} t${this.now.toFixed(1)} ${text()}`);
  }

  /** Does what comes next. @returns false when nothing is left to happen */
  step(): boolean {
    const next = this.queue.pop();
    if (next === undefined) return false;
    this.now = Math.max(this.now, next.at);
    this.steps++;
    this.#happen(next.event);
    return true;
  }

  #happen(event: SimEvent): void {
    switch (event.type) {
      case 'tick':
        this.#tick(event);
        return;
      case 'deliver':
        this.#deliver(event.message, event);
        return;
      case 'sync':
        this.#sync(event.node, event.incarnation);
        return;
      case 'action':
        if (this.isCalm) return;
        this.trace(() => `action ${event.action.kind}`);
        perform(this, event.action);
        return;
      case 'client':
        this.#clientTurn(event.client, event.attempt);
        return;
      case 'request':
        this.#request(event);
        return;
      case 'answer':
        this.#answer(event);
        return;
      case 'operator':
        this.queue.push(this.now + this.#operatorInterval, event);
        perform(this, { at: this.now, kind: 'swap', choice: 0 });
        return;
    }
  }

  #tick(event: SimEvent & { readonly type: 'tick' }): void {
    const { node: id, incarnation, missedFrom = this.now } = event;
    const node = this.nodes.get(id)!;
    if (node.incarnation !== incarnation || node.replica === undefined) return;
    if (node.pausedUntil > this.now) {
      this.queue.push(node.pausedUntil, { type: 'tick', node: id, incarnation, missedFrom });
      return;
    }
    const interval = this.isCalm ? TICK : node.tickInterval;
    const { raft } = node.replica;
    const wasLeader = raft.role === 'leader';
    const target = raft.transferTarget;
    // After a pause all ticks that were missed come at once, before anything else: clocks go on.
    for (let at = missedFrom; at <= this.now; at += interval) {
      node.tickCount++;
      raft.tick();
    }
    if (wasLeader && raft.role !== 'leader') {
      this.coverage.met('a leader lost its quorum and stepped down');
    } else if (target !== 0 && raft.transferTarget === 0) this.coverage.met('a transfer timed out');
    this.queue.push(this.now + interval, { type: 'tick', node: id, incarnation });
    this.pump(node);
    if (raft.role === 'leader' && this.#isDeposed(raft.term)) this.#probe(node);
  }

  #isDeposed(term: number): boolean {
    for (const { replica } of this.nodes.values())
      if (replica !== undefined && replica.raft.term > term) return true;
    return false;
  }

  /** A leader has committed more: whoever still takes itself for an earlier one is asked at this moment. */
  #probeDeposed(term: number): void {
    for (const node of this.nodes.values()) {
      const raft = node.replica?.raft;
      if (raft?.role === 'leader' && raft.term < term && node.pausedUntil <= this.now) {
        this.#probe(node);
      }
    }
  }

  /** Reads at a leader that was replaced and does not know it: there old values are most likely. */
  #probe(node: SimNode): void {
    const number = this.#nextRequest++;
    node.requests.set(number, { client: -1, attempt: 0, floor: this.ledger.last });
    node.replica!.read(number, 0);
    this.#requestAtHand = number;
    this.pump(node);
    this.#requestAtHand = 0;
  }

  #deliver(message: RaftMessage, event: SimEvent): void {
    const node = this.nodes.get(message.to);
    if (node?.replica === undefined || this.network.isCut(message.from, message.to)) return;
    if (node.pausedUntil > this.now) {
      this.queue.push(node.pausedUntil + 0.01, event);
      return;
    }
    const { raft } = node.replica;
    const before = { term: raft.term, vote: raft.vote, wasLeader: raft.role === 'leader' };
    const wasLost = raft.isLost;
    raft.step(message);
    this.trace(
      () =>
        `${JSON.stringify(message, (k, v: unknown) => (k === 'entries' ? `[${(v as { index: number; term: number }[]).map((e) => `${e.index}/${e.term}`)}]` : k === 'data' || k === 'configuration' ? undefined : v))} -> ${raft.role} ${raft.term}`,
    );
    this.checks.voteRequested(node, message, before);
    const { type } = message;
    if (type === 'append' || type === 'heartbeat' || type === 'snapshot') {
      // What was meant for the member that it was before it lost its disk is set aside.
      const isMeant = node.wipeCount === 0 || message.epoch > node.lostEpoch;
      if (message.term >= before.term && isMeant && !raft.isLost) node.contactTick = node.tickCount;
      if (wasLost && !raft.isLost) {
        node.isLost = false;
        this.coverage.met('a node without its disk came back under a new epoch');
      }
    } else if (type === 'timeout-now') {
      node.contactTick = Number.NEGATIVE_INFINITY;
      if (raft.term > before.term) node.transferTerm = raft.term;
    }
    if (raft.role !== 'follower' && !before.wasLeader) node.contactTick = Number.NEGATIVE_INFINITY;
    this.pump(node);
  }

  #sync(id: number, incarnation: number): void {
    const node = this.nodes.get(id)!;
    if (node.incarnation !== incarnation || node.replica === undefined) return;
    // In calm the disks have caught up before.
    if (node.disk.cachedCount === 0) return;
    const write = node.disk.sync();
    const { sequence, mustSync } = write;
    this.checks.synced(node, write);
    if (mustSync) node.replica.raft.step({ type: 'stored', sequence });
    this.pump(node);
  }

  /** No faults from now on: links are whole, disks and clocks right, and everyone runs. */
  becomeCalm(): void {
    this.isCalm = true;
    this.network.isCalm = true;
    this.network.heal();
    // What was held up comes now: a hand-over that is late is a fault, too, and so is a clock that stands.
    this.queue.hasten(
      this.now + 1,
      (event) =>
        event.type === 'deliver' || (event.type === 'tick' && event.missedFrom !== undefined),
    );
    for (const node of this.nodes.values()) {
      node.pausedUntil = 0;
      node.diskFreeAt = this.now;
      if (node.replica === undefined) this.start(node);
      while (node.disk.cachedCount > 0) this.#sync(node.id, node.incarnation);
    }
  }

  /** Takes everything out of a node that it wants done, and looks at its promises. */
  pump(node: SimNode): void {
    const { replica } = node;
    if (replica === undefined) return;
    const committed = this.ledger.last;
    do {
      const before = replica.raft.configuration;
      const wasLeader = node.wasLeader;
      const wasLeading = replica.raft.role === 'leader' && wasLeader;
      const output = replica.drain();
      if (output.write !== null) {
        this.checks.written(node, output.write, wasLeader);
        this.#write(node, output.write);
      }
      if (!wasLeader && replica.raft.role === 'leader') {
        this.electionCount++;
        if (node.transferTerm === replica.raft.term)
          this.coverage.met('a transfer came to its end');
      }
      this.checks.stepped(node, before, output);
      this.#observe(node, wasLeading);
      for (const message of output.messages) {
        this.checks.sent(node, message);
        for (const { delay, message: copy } of this.network.send(message)) {
          this.queue.push(this.now + delay, { type: 'deliver', message: copy });
        }
      }
      for (const decision of output.decisions) this.#decide(node, decision);
      for (const { type } of output.reports) {
        if (type === 'peer-lost-disk') this.coverage.met('a lost disk was noticed');
      }
      const { raft } = replica;
      this.hash =
        Math.imul(
          this.hash ^ (raft.term * 31 + raft.commit * 7 + raft.lastIndex + node.id),
          0x01000193,
        ) >>> 0;
      replica.raft.advance();
    } while (replica.raft.hasReady);
    const { role, term } = replica.raft;
    if (role === 'leader' && this.ledger.last > committed) this.#probeDeposed(term);
  }

  #observe(node: SimNode, wasLeading: boolean): void {
    const { raft } = node.replica!;
    if (raft.configuration.outgoing.length > 0)
      this.coverage.met('a joint configuration was entered');
    if (wasLeading && raft.role === 'follower' && !raft.configuration.voters.includes(raft.id)) {
      this.coverage.met('a leader was removed');
    }
    if (raft.role !== 'leader') return;
    const older = raft.commit + 1;
    if (older <= raft.lastIndex && raft.termAt(older) < raft.term) {
      const { voters } = raft.configuration;
      const held = voters.filter((id) => (raft.progressOf(id)?.match ?? 0) >= older);
      if (held.length * 2 > voters.length) {
        this.coverage.met('entries of an older term had a majority and were not committed');
      }
    }
  }

  #write(node: SimNode, write: Parameters<SimNode['disk']['write']>[0]): void {
    node.disk.write(write);
    const delay = this.isCalm ? 0 : this.dice.next() * node.diskDelay;
    node.diskFreeAt = Math.max(node.diskFreeAt, this.now) + delay;
    const { id, incarnation } = node;
    this.queue.push(node.diskFreeAt, { type: 'sync', node: id, incarnation });
  }

  /** A snapshot that was taken by hand is written like any other. */
  save(node: SimNode, saved: Snapshot): void {
    const keepFrom = node.replica!.raft.firstIndex;
    const rest = { sequence: 0, mustSync: false, hardState: null, entries: [], install: null };
    this.#write(node, { ...rest, saved, keepFrom });
  }

  #clientTurn(id: number, attempt: number): void {
    const client = this.clients[id]!;
    if (client.attempt !== attempt) return;
    const { giveUpRate } = this.program.settings;
    if (client.request !== undefined && client.tries > 3 && this.dice.chance(giveUpRate)) {
      client.giveUp();
    }
    if (client.request === undefined) {
      client.firstAttempt = client.attempt + 1;
      client.begin(this.now);
    }
    this.#send(client);
  }

  #send(client: Client): void {
    client.tries++;
    client.attempt++;
    const { attempt, id } = client;
    const node = this.#addressee(client);
    client.leader = 0;
    if (!this.network.losesRequest()) {
      const at = this.now + this.network.delay();
      this.queue.push(at, { type: 'request', client: id, attempt, node });
    }
    this.queue.push(this.now + PATIENCE, { type: 'client', client: id, attempt });
  }

  /** The node that is said to lead, one that served this client before, whatever became of it, or any. */
  #addressee({ leader, server }: Client): number {
    if (server !== 0 && this.dice.chance(0.2)) return server;
    if (leader !== 0 && this.dice.chance(0.7)) return leader;
    return 1 + this.dice.below(this.nodes.size);
  }

  #request(event: SimEvent & { readonly type: 'request' }): void {
    const { client: id, attempt } = event;
    const client = this.clients[id]!;
    const node = this.nodes.get(event.node)!;
    if (node.pausedUntil > this.now) {
      this.queue.push(node.pausedUntil + 0.01, event);
      return;
    }
    const { request } = client;
    if (node.replica === undefined || client.attempt !== attempt || request === undefined) return;
    const number = this.#nextRequest++;
    const pending: PendingRequest = { client: id, attempt, floor: this.ledger.last };
    node.requests.set(number, pending);
    const { replica } = node;
    if (request.type === 'open') replica.openSession(number, request.nonce);
    else if (request.type === 'read') replica.read(number, request.key);
    else {
      const { command, session, sequence } = request;
      replica.propose(number, command, session, sequence, sequence, 50);
    }
    this.#requestAtHand = number;
    this.pump(node);
    this.#requestAtHand = 0;
  }

  #decide(node: SimNode, { kind, request, outcome }: Decision<boolean, number>): void {
    const pending = node.requests.get(request);
    if (pending === undefined) return;
    node.requests.delete(request);
    if (kind === 'read') {
      const { raft } = node.replica!;
      if (outcome.type === 'done') {
        expect(
          outcome.index >= pending.floor,
          'linearizable read',
          () =>
            `${node.id} answers a read as of ${outcome.index}; ${pending.floor} was committed before`,
        );
        if (request === this.#requestAtHand && raft.configuration.epochs.length > 1) {
          this.coverage.met('a lease answered a read');
        }
        this.coverage.met(
          raft.role === 'leader'
            ? 'a read was confirmed by a leader'
            : 'a follower answered a read',
        );
      } else this.coverage.met('a read was refused after a change of leaders');
    } else if (
      outcome.type === 'done' &&
      pending.attempt > 1 &&
      this.clients[pending.client]!.tries > 1
    ) {
      this.coverage.met('a client tried again and was answered the same');
    }
    if (pending.client < 0) return;
    if (outcome.type === 'expired') this.coverage.met('a session expired');
    if (this.network.losesRequest()) return;
    const { client, attempt } = pending;
    const at = this.now + this.network.delay();
    this.queue.push(at, { type: 'answer', client, attempt, node: node.id, outcome });
  }

  #answer({
    client: id,
    attempt: to,
    node,
    outcome,
  }: SimEvent & { readonly type: 'answer' }): void {
    const client = this.clients[id]!;
    if (to < client.firstAttempt) return;
    if (outcome.type === 'done') client.server = node;
    const wasRefused = outcome.type === 'refused' || outcome.type === 'unknown';
    if (!client.answered(this.now, outcome) && !wasRefused) return;
    client.attempt++;
    const wait = this.dice.between(1, wasRefused ? 40 : 60);
    const { attempt } = client;
    this.queue.push(this.now + wait, { type: 'client', client: id, attempt });
  }
}
