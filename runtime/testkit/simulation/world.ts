import type { ActorCell } from '../../actor/actor-cell.js';
import { ActorContext } from '../../actor/actor-context.js';
import type { Definition } from '../../actor/definition.js';
import { CellStatus } from '../../actor/lifecycle.js';
import type { AnyRef } from '../../ref/actor-ref.js';
import { type Address, addressKey } from '../../ref/address.js';
import type { ActorSystem } from '../../system/actor-system.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import type { ChannelMatrix } from '../../worker/mesh.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import { checkBegin } from './begin-check.js';
import { Coverage, type Situation } from './coverage.js';
import { EarlyLooks } from './early-looks.js';
import { Life } from './life.js';
import { type Machine, streamOf } from './machine.js';
import { MailCheck } from './mail-check.js';
import { MessageLedger, OUTSIDE } from './message-ledger.js';
import { isNowhere, makeNode, type Node } from './node.js';
import { PageCheck } from './page-check.js';
import type { Program, Spawn } from './program.js';
import type { SimMessage } from './protocol.js';
import { SignalOrderCheck } from './signal-order-check.js';
import { SupervisionCheck } from './supervision-check.js';
import type { Violation } from './violation.js';

/** Things that actors do in one simulation at most: programs can grow on themselves. */
const FUEL = 1500;
const MAX_NODES = 60;
/** The stream of chance for looks that come too early. */
const LOOK_STREAM = 5;

/** The definitions of all kinds, by name. */
export type Definitions = Readonly<Record<string, Definition<SimMessage, NodeArgs>>>;

/** What `init` of a simulated actor is given. */
export interface NodeArgs {
  readonly node: number;
  readonly luggage: unknown;
}

/**
 * What a simulation knows beside the runtime: all actors and messages, and what must be true of them. The
 * actors tell it what happens to them, and it holds that against the promises.
 */
export class World {
  /** The simulation that runs now. Its actors find it here: they are made by any virtual thread. */
  static current: World | null = null;
  readonly machine: Machine;
  readonly program: Program;
  /** The code of the actors, by kind. */
  readonly definitions: Definitions;
  readonly coverage = new Coverage();
  readonly violations: Violation[] = [];
  readonly ledger: MessageLedger;
  readonly supervision: SupervisionCheck;
  readonly mail = new MailCheck(this);
  readonly signalOrder = new SignalOrderCheck(this);
  readonly nodes: Node[] = [];
  readonly pages = new PageCheck(this);
  readonly looks: EarlyLooks;
  readonly #byKey = new Map<string, Node>();
  system: ActorSystem | null = null;
  mainThread: ActorThread | undefined = undefined;
  channels: ChannelMatrix = [];
  /** Threads that have died so far. */
  deaths = 0;
  /** Answers that the program outside waits for. */
  openAnswers = 0;
  /** Stops of actors that it waits for. */
  readonly openStops: { isOpen: boolean }[] = [];
  fuel = FUEL;
  /** A thread has ended on purpose: what lies in its rings stays there until it starts again. */
  hasGivenBack = false;
  stewards = 0;
  /** Number of the next setting of a timer. */
  nextToken = 1;

  constructor(machine: Machine, program: Program, definitions: Definitions) {
    this.machine = machine;
    this.program = program;
    this.definitions = definitions;
    this.looks = new EarlyLooks(
      machine.scheduler,
      streamOf(program.seed, LOOK_STREAM),
      program.settings.earlyLooks,
    );
    const report = (check: string, text: string): void => this.violate(check, text);
    this.ledger = new MessageLedger(report);
    this.supervision = new SupervisionCheck(this, report);
  }

  /** True when what runs now is of a dead thread, and so has not happened. */
  get isGhost(): boolean {
    return this.machine.scheduler.isGhost;
  }

  get nowMs(): number {
    return this.machine.time.nowMs;
  }

  met(situation: Situation): void {
    if (!this.isGhost) this.coverage.met(situation);
  }

  violate(check: string, text: string): void {
    if (this.isGhost) return;
    this.violations.push({ check, text, step: this.machine.scheduler.steps });
    this.machine.note(this.machine.scheduler.current?.member ?? MAIN_THREAD, `BROKEN: ${text}`);
  }

  note(member: number, text: string): void {
    if (!this.isGhost) this.machine.note(member, text);
  }

  /** The runtime of a member, while it runs. */
  actorsOf(member: number): ActorThread | undefined {
    if (member === MAIN_THREAD) return this.mainThread;
    return this.machine.host?.threadOf(member)?.actors ?? undefined;
  }

  /** The cell of an actor, wherever it lives; undefined when it is gone or its thread is. */
  cellAt(address: Address): ActorCell | undefined {
    return this.actorsOf(address.thread)?.cells.get(address);
  }

  /** Number for an actor about to be spawned; -1 when there are enough. */
  get nextNode(): number {
    return this.nodes.length < MAX_NODES ? this.nodes.length : -1;
  }

  spawned(number: number, ref: Address, spawn: Spawn, parent: Life | null): void {
    const { thread, creator, slot, generation } = ref;
    const address = { thread, creator, slot, generation };
    const node = makeNode(number, address, spawn, parent);
    this.nodes[number] = node;
    const key = addressKey(address);
    this.#byKey.set(key, node);
    parent?.children.push(number);
    this.note(thread, `actor ${number} (${spawn.kind}, ${spawn.restart}) at ${key}`);
  }

  nodeAt(address: Address): Node | undefined {
    return this.#byKey.get(addressKey(address));
  }

  /** Some actor, by a number taken modulo those there are. */
  target(to: number): Node | undefined {
    return this.nodes[to % Math.max(1, this.nodes.length)];
  }

  /** A reference to an actor for code on a thread. */
  refOn(actors: ActorThread, node: Node): AnyRef {
    return actors.makeRef(node.address, undefined);
  }

  // Lives.

  began(number: number, context: ActorContext, member: number): Life {
    const actors = this.actorsOf(member)!;
    const life = new Life(number, context, actors);
    const known = this.nodes[number];
    if (this.isGhost || known === undefined) return life;
    // The thread that spawned it died before its address was learned.
    if (isNowhere(known)) this.spawned(number, context.self, known.spawn, known.parent);
    const node = this.nodes[number]!;
    const before = node.life;
    this.note(member, `actor ${number} begins incarnation ${life.incarnation}`);
    if (before !== null) this.#succeeds(node, before, life);
    node.childId = ActorContext.cellOf(context)!.origin.id;
    checkBegin(this, node, before, life);
    node.life = life;
    life.beganStep = this.machine.scheduler.steps;
    return life;
  }

  #succeeds(node: Node, before: Life, life: Life): void {
    const who = `actor ${node.number}`;
    if (!before.isOver) this.violate('one-incarnation', `${who} lives twice`);
    if (life.incarnation <= before.incarnation && before.node === life.node) {
      // A first start that a thread's death cut short is begun again under the same number.
      if (before.incarnation > 0 || !before.isThreadDead) {
        this.violate('one-incarnation', `${who} begins incarnation ${life.incarnation} again`);
      }
    }
    for (const child of before.children) {
      if (!this.#isAlive(this.nodes[child]!)) continue;
      this.violate('children-first', `${who} begins again before its child ${child} is gone`);
    }
    this.supervision.restarted(node, before);
  }

  /** True when an incarnation of the actor is there. */
  #isAlive({ address }: Node): boolean {
    const status = this.cellAt(address)?.status;
    return status !== undefined && status !== CellStatus.SUSPENDED;
  }

  /** A handler or hook of an incarnation is called. */
  entered(life: Life, what: string): void {
    if (this.isGhost) return;
    const who = `actor ${life.node}.${life.incarnation}`;
    if (life.isOver) this.violate('one-incarnation', `${who} is called after its end: ${what}`);
    if (life.isStopped) this.violate('lifecycle', `${who} is called after its stop: ${what}`);
    if (life.isOrdered && this.looks.hasLooked(life.actors.thread)) {
      this.violate('signals-first', `${who} got ${what} after the order to end was there`);
    }
    const kind = this.nodes[life.node]!.spawn.kind;
    if (life.openTurns > 0 && kind !== 'juggler') {
      this.violate('one-at-a-time', `${who} got ${what} while a turn was open`);
    }
    if ((ActorContext.cellOf(life.context)?.waitingCount ?? 0) > 0) {
      this.met('a sender waits for room in a mailbox');
    }
    if (life.openTurns > 0) this.met('handlers of one actor interleave');
    life.openTurns++;
  }

  left(life: Life): void {
    life.openTurns--;
  }

  stopped(life: Life, reason: { readonly type: string; readonly error?: Error }): void {
    if (this.isGhost) return;
    this.note(life.actors.thread, `actor ${life.node}.${life.incarnation} stops: ${reason.type}`);
    if (life.isStopped) {
      this.violate('lifecycle', `actor ${life.node}.${life.incarnation} is stopped twice`);
    }
    for (const child of life.children) {
      if (!this.#isAlive(this.nodes[child]!)) continue;
      this.violate('children-first', `actor ${life.node} is stopped before its child ${child}`);
    }
    life.isStopped = true;
    life.endType = reason.type;
    const { parent } = this.nodes[life.node]!;
    if (parent?.isThreadDead && reason.type === 'shutdown') this.met('orphans are stopped');
    life.stoppedStep = this.machine.scheduler.steps;
    this.nodes[life.node]!.lastEndMs = this.nowMs;
    this.supervision.stopped(life, reason);
  }

  /** True when an incarnation was over before this step began: nothing may reach its code any more. */
  endedBefore(life: Life): boolean {
    const { plan } = this.nodes[life.node]!.spawn;
    return plan.stoppedMs === 0 && life.isOver && life.stoppedStep < this.machine.scheduler.steps;
  }

  /** A watcher hears of an end. */
  terminated(life: Life, actor: Address | number, withMessage: boolean): void {
    if (this.isGhost) return;
    const node = typeof actor === 'number' ? this.nodes[actor] : this.nodeAt(actor);
    const who = `actor ${life.node}.${life.incarnation}`;
    const watch = node === undefined ? undefined : life.watching.get(node.number);
    const expected = withMessage ? watch?.messages : watch?.hooks;
    if (watch === undefined || expected === 0) {
      this.violate('terminated-once', `${who} hears of the end of ${node?.number} unasked`);
      return;
    }
    if (withMessage) watch.messages--;
    else watch.hooks--;
    if (this.cellAt(node!.address) !== undefined) {
      this.violate('terminated-true', `${who} hears of the end of ${node!.number}, which lives`);
    }
    if (life.watchesOverDeath.has(node!.number)) {
      this.met('a watch outlives the death of a thread');
    }
    this.met(withMessage ? 'a watcher is told with its own message' : 'a watcher is told');
  }

  /** A thread has died: everything on it is over. */
  threadDied(member: number, actors: ActorThread | null): void {
    this.deaths++;
    for (const { life } of this.nodes) {
      if (life === null) continue;
      if (life.actors === actors) {
        life.isThreadDead = true;
        if (life.overMs < 0) life.overMs = this.nowMs;
        this.ledger.forgotAside(life.node);
      }
      for (const [number, { hooks, messages }] of life.watching) {
        const isThere = this.nodes[number]!.address.thread === member;
        if (isThere && hooks + messages > 0) life.watchesOverDeath.add(number);
      }
    }
    this.supervision.threadDied(member);
  }

  /** Takes note of incarnations that are over since the last look. */
  noteEnds(): void {
    for (const { life } of this.nodes) {
      if (life?.isOver && life.overMs < 0) life.overMs = this.nowMs;
    }
  }

  /** Stamps a message. */
  stamp(from: Life | null, to: Node, root = 0): ReturnType<MessageLedger['stamp']> {
    return this.ledger.stamp(from?.node ?? OUTSIDE, to.number, root);
  }
}
