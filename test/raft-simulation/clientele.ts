import type { Decision } from '../../actors/raft/replica-types.js';
import { Client, resetOperations } from './client.js';
import type { KvOperation } from './kv.js';
import { ELECTION_TICKS, TICK } from './program.js';
import type { SimEvent } from './sim-event.js';
import type { PendingRequest, SimNode } from './sim-node.js';
import { expect } from './violation.js';
import type { World } from './world.js';

/** How long a client waits before it tries again. */
const PATIENCE = 2.5 * ELECTION_TICKS * TICK;

/** All who ask the group for something: the clients with their histories, and reads where old values are most likely. */
export class Clientele {
  readonly clients: Client[] = [];
  readonly histories = new Map<number, KvOperation[]>();
  readonly #world: World;
  #nextRequest = 1;
  #requestAtHand = 0;

  constructor(world: World) {
    resetOperations();
    this.#world = world;
  }

  /** The clients begin, each at a time of its own. */
  open(): void {
    const { dice, program, queue } = this.#world;
    for (let id = 0; id < program.settings.clientCount; id++) {
      this.clients.push(new Client(id, dice, program.settings, this.histories));
      queue.push(dice.between(0, 500), { type: 'client', client: id, attempt: 0 });
    }
  }

  /** Reads at a leader that was replaced and does not know it. */
  probeIfDeposed(node: SimNode): void {
    if (this.#isDeposed(node.replica!.raft.term)) this.#probe(node);
  }

  #isDeposed(term: number): boolean {
    for (const { replica } of this.#world.nodes.values())
      if (replica !== undefined && replica.raft.term > term) return true;
    return false;
  }

  /** A leader has committed more: whoever still takes itself for an earlier one is asked at this moment. */
  probeDeposed(term: number): void {
    for (const node of this.#world.nodes.values()) {
      const raft = node.replica?.raft;
      if (raft?.role === 'leader' && raft.term < term && node.pausedUntil <= this.#world.now) {
        this.#probe(node);
      }
    }
  }

  /** Reads at a leader that was replaced and does not know it: there old values are most likely. */
  #probe(node: SimNode): void {
    const number = this.#nextRequest++;
    node.requests.set(number, { client: -1, attempt: 0, floor: this.#world.ledger.last });
    node.replica!.read(number, 0);
    this.#requestAtHand = number;
    this.#world.pump(node);
    this.#requestAtHand = 0;
  }

  turn(id: number, attempt: number): void {
    const client = this.clients[id]!;
    if (client.attempt !== attempt) return;
    const { giveUpRate } = this.#world.program.settings;
    if (client.request !== undefined && client.tries > 3 && this.#world.dice.chance(giveUpRate)) {
      client.giveUp();
    }
    if (client.request === undefined) {
      client.firstAttempt = client.attempt + 1;
      client.begin(this.#world.now);
    }
    this.#send(client);
  }

  #send(client: Client): void {
    client.tries++;
    client.attempt++;
    const { attempt, id } = client;
    const node = this.#addressee(client);
    client.leader = 0;
    if (!this.#world.network.losesRequest()) {
      const at = this.#world.now + this.#world.network.delay();
      this.#world.queue.push(at, { type: 'request', client: id, attempt, node });
    }
    this.#world.queue.push(this.#world.now + PATIENCE, { type: 'client', client: id, attempt });
  }

  /** The node that is said to lead, one that served this client before, whatever became of it, or any. */
  #addressee({ leader, server }: Client): number {
    if (server !== 0 && this.#world.dice.chance(0.2)) return server;
    if (leader !== 0 && this.#world.dice.chance(0.7)) return leader;
    return 1 + this.#world.dice.below(this.#world.nodes.size);
  }

  request(event: SimEvent & { readonly type: 'request' }): void {
    const { client: id, attempt } = event;
    const client = this.clients[id]!;
    const node = this.#world.nodes.get(event.node)!;
    if (node.pausedUntil > this.#world.now) {
      this.#world.queue.push(node.pausedUntil + 0.01, event);
      return;
    }
    const { request } = client;
    if (node.replica === undefined || client.attempt !== attempt || request === undefined) return;
    const number = this.#nextRequest++;
    const pending: PendingRequest = { client: id, attempt, floor: this.#world.ledger.last };
    node.requests.set(number, pending);
    const { replica } = node;
    if (request.type === 'open') replica.openSession(number, request.nonce);
    else if (request.type === 'read') replica.read(number, request.key);
    else {
      const { command, session, sequence } = request;
      replica.propose(number, command, session, sequence, sequence, 50);
    }
    this.#requestAtHand = number;
    this.#world.pump(node);
    this.#requestAtHand = 0;
  }

  decide(node: SimNode, { kind, request, outcome }: Decision<boolean, number>): void {
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
          this.#world.coverage.met('a lease answered a read');
        }
        this.#world.coverage.met(
          raft.role === 'leader'
            ? 'a read was confirmed by a leader'
            : 'a follower answered a read',
        );
      } else this.#world.coverage.met('a read was refused after a change of leaders');
    } else if (
      outcome.type === 'done' &&
      pending.attempt > 1 &&
      this.clients[pending.client]!.tries > 1
    ) {
      this.#world.coverage.met('a client tried again and was answered the same');
    }
    if (pending.client < 0) return;
    if (outcome.type === 'expired') this.#world.coverage.met('a session expired');
    if (this.#world.network.losesRequest()) return;
    const { client, attempt } = pending;
    const at = this.#world.now + this.#world.network.delay();
    this.#world.queue.push(at, { type: 'answer', client, attempt, node: node.id, outcome });
  }

  answer({ client: id, attempt: to, node, outcome }: SimEvent & { readonly type: 'answer' }): void {
    const client = this.clients[id]!;
    if (to < client.firstAttempt) return;
    if (outcome.type === 'done') client.server = node;
    const wasRefused = outcome.type === 'refused' || outcome.type === 'unknown';
    if (!client.answered(this.#world.now, outcome) && !wasRefused) return;
    client.attempt++;
    const wait = this.#world.dice.between(1, wasRefused ? 40 : 60);
    const { attempt } = client;
    this.#world.queue.push(this.#world.now + wait, { type: 'client', client: id, attempt });
  }
}
