import { founding } from '../../actors/raft/configuration.js';
import type { RaftMessage } from '../../actors/raft/messages.js';
import type { Snapshot } from '../../actors/raft/snapshot.js';
import { perform } from './actions.js';
import { Checks } from './checks.js';
import { Clientele } from './clientele.js';
import { Coverage } from './coverage.js';
import { Dice } from './dice.js';
import { EventQueue } from './event-queue.js';
import { failsToSync, holdUp } from './faults.js';
import { Ledger } from './ledger.js';
import { Network } from './network.js';
import { observe } from './observe.js';
import { ELECTION_TICKS, type Program, TICK } from './program.js';
import type { SimEvent } from './sim-event.js';
import { SimNode } from './sim-node.js';

/** A group of nodes, its clients, its network and its disks, in virtual time and under one seed. */
export class World {
  readonly program: Program;
  readonly dice: Dice;
  readonly nodes = new Map<number, SimNode>();
  readonly network: Network;
  readonly ledger: Ledger;
  readonly coverage = new Coverage();
  readonly checks: Checks;
  readonly clientele: Clientele;
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

  constructor(program: Program, keepsTrace: boolean) {
    const { settings, seed } = program;
    this.program = program;
    this.dice = new Dice(seed * 7919 + 1);
    this.lines = keepsTrace ? [] : undefined;
    this.network = new Network(this.dice, settings, this.coverage);
    const founders = Array.from({ length: settings.nodeCount }, (_, i) => i + 1);
    this.ledger = new Ledger(founding(founders), this.coverage);
    for (let id = 1; id <= settings.nodeCount + settings.spareCount; id++) {
      const node = new SimNode(id, id <= settings.nodeCount);
      // Clocks run between 1 and 1/drift times as fast.
      node.tickInterval = TICK * this.dice.between(1, settings.drift + 1e-9);
      node.diskDelay = settings.diskDelay;
      this.nodes.set(id, node);
    }
    this.clientele = new Clientele(this);
    this.checks = new Checks(this.ledger, this.nodes, settings, this.coverage);
    for (const node of this.nodes.values()) this.start(node);
    this.clientele.open();
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
      case 'start': {
        const node = this.nodes.get(event.node)!;
        if (node.replica === undefined && node.incarnation === event.incarnation) this.start(node);
        return;
      }
      case 'action':
        if (this.isCalm) return;
        this.trace(() => `action ${event.action.kind}`);
        perform(this, event.action);
        return;
      case 'client':
        this.clientele.turn(event.client, event.attempt);
        return;
      case 'request':
        this.clientele.request(event);
        return;
      case 'answer':
        this.clientele.answer(event);
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
    if (raft.role === 'leader') this.clientele.probeIfDeposed(node);
  }

  #deliver(message: RaftMessage, event: SimEvent): void {
    const node = this.nodes.get(message.to);
    if (node?.replica === undefined || this.network.isCut(message.from, message.to, this.now))
      return;
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
    if (node.disk.cachedCount === 0 || failsToSync(this, node)) return;
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
      node.applyCost = 0;
      node.ambush = undefined;
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
      observe(this.coverage, node, wasLeading);
      const hold = holdUp(this, node, output.applied.length);
      for (const message of output.messages) {
        this.checks.sent(node, message);
        for (const { delay, message: copy } of this.network.send(message)) {
          this.queue.push(this.now + hold + delay, { type: 'deliver', message: copy });
        }
      }
      for (const decision of output.decisions) this.clientele.decide(node, decision);
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
    if (role === 'leader' && this.ledger.last > committed) this.clientele.probeDeposed(term);
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
}
