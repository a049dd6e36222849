import { CellStatus } from '../../actor/lifecycle.js';
import type { Signal } from '../../actor/signals.js';
import { hasCode } from '../../base/errors.js';
import type { AnyRef } from '../../ref/actor-ref.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import { type Expectation, FamilyRecord } from './family-record.js';
import { hasPausedClock } from './fault-injector.js';
import { checkHaltOrder } from './halt-check.js';
import { KINDS, type Kind, LIFELONG_MS } from './kinds.js';
import type { Life } from './life.js';
import { cutLinks, isLinked, isLinkedStill } from './links.js';
import type { Node } from './node.js';
import type { Report } from './violation.js';
import type { World } from './world.js';

/** Readings of the clock between the decision of a supervisor and the order that follows. */
const TOLERANCE_MS = 5;

/** Signals that stand in the trace. */
const NOTED: ReadonlySet<Signal['type']> = new Set([
  'restart',
  'release',
  'halt',
  'stop',
  'kill',
  'stop-requested',
]);

/**
 * Holds supervisors against the rules of OTP, by the signals that they give and get: budgets, who is taken
 * along, the order of a stop, that the bonds between actors hold.
 */
export class SupervisionCheck {
  readonly #world: World;
  readonly #report: Report;
  readonly #families = new Map<Life, FamilyRecord>();
  readonly #expectations: Expectation[] = [];

  constructor(world: World, report: Report) {
    this.#world = world;
    this.#report = report;
  }

  #familyOf(node: Node): FamilyRecord | undefined {
    if (node.parent === null) return undefined;
    let family = this.#families.get(node.parent);
    if (family === undefined) {
      family = new FamilyRecord();
      this.#families.set(node.parent, family);
    }
    family.children.set(node.childId, node);
    if (node.spawn.backoff !== undefined) family.hasBackoff = true;
    return family;
  }

  #kindOf(life: Life): Kind {
    return KINDS[this.#world.nodes[life.node]!.spawn.kind]!;
  }

  /** A thread gives a signal to an actor. */
  observe(from: ActorThread, to: AnyRef, signal: Signal): void {
    const node = this.#world.nodeAt(to);
    if (node === undefined || this.#world.isGhost) return;
    // An order that finds its cell gone is sent on by the thread of the child: that is not another one.
    const isOrder = NOTED.has(signal.type) && signal.type !== 'stop-requested';
    if (isOrder && node.parent !== null && node.parent.actors !== from) return;
    if (NOTED.has(signal.type)) {
      this.#world.note(from.thread, `signal ${signal.type} to actor ${node.number}`);
    }
    switch (signal.type) {
      case 'restart':
        this.#restartOrdered(node);
        break;
      case 'release':
        this.#released(node);
        break;
      case 'halt':
        this.#halted(node);
        this.#ordered(from, node);
        break;
      case 'stop':
        this.#stopOrdered(node);
        this.#ordered(from, node);
        break;
      case 'kill':
        this.#world.met(
          node.spawn.shutdownMs === 'kill'
            ? 'an actor is killed at once'
            : 'an actor is killed after its deadline',
        );
        this.#ordered(from, node);
        break;
      case 'child-exited':
        if (signal.reason.type === 'normal') {
          this.#world.met('a child stops itself and is restarted');
        }
        this.#exited(node, signal.child, signal.reason.type === 'failed');
        break;
      case 'child-started': {
        const child = node.life === null ? undefined : this.#childOf(node.life, signal.child);
        if (child !== undefined) child.hasStarted = true;
        break;
      }
      default:
    }
  }

  #childOf(parent: Life, id: number): Node | undefined {
    for (const number of parent.children) {
      const node = this.#world.nodes[number]!;
      if (node.childId === id) return node;
    }
    return undefined;
  }

  /** From here on no message may be handled: the signal is there, or on its way without a wait. */
  #ordered(from: ActorThread, node: Node): void {
    const { life } = node;
    if (life === null || life.isOver) return;
    const cell = this.#world.cellAt(node.address);
    if (cell === undefined || cell.status !== CellStatus.RUNNING) return;
    const isHere = from.thread === node.address.thread;
    life.ordered(this.#world.machine.time);
    if (isHere || !from.mesh.to(node.address.thread)!.isBlocked) life.isOrdered = true;
  }

  #restartOrdered(node: Node): void {
    const { parent } = node;
    if (node.spawn.restart === 'temporary') {
      this.#report('restart-type', `temporary actor ${node.number} is restarted`);
    }
    if (parent === null) return;
    const family = this.#familyOf(node)!;
    family.failedStep = -1;
    const kind = this.#kindOf(parent);
    const times = family.restarts.get(node) ?? [];
    family.restarts.set(node, times);
    times.push(this.#world.nowMs);
    const { intensity, periodMs } = kind;
    const first = times[times.length - 1 - intensity];
    const last = times[times.length - 1]!;
    // A round over several children, and a backoff, come later than the failure that they count for.
    const isAtOnce = kind.strategy === 'one-for-one' && node.spawn.backoff === undefined;
    const isCounted = isAtOnce || periodMs >= LIFELONG_MS;
    if (isCounted && first !== undefined && last - first <= periodMs - TOLERANCE_MS) {
      const text = `actor ${parent.node} restarts child ${node.number} more than ${intensity} times`;
      this.#report('budget', text);
    }
    if (kind.strategy !== 'one-for-one' || this.#world.deaths > 0 || periodMs < LIFELONG_MS) return;
    const total = [...family.restarts.values()].reduce((sum, each) => sum + each.length, 0);
    if (total > intensity) {
      const text = `actor ${parent.node} restarts its children ${total} times, ${intensity} allowed`;
      this.#report('budget', text);
    }
  }

  /** Gone for good, and not by an order: the budget must have been used up. */
  #released(node: Node): void {
    const { parent } = node;
    if (parent === null) return;
    const family = this.#familyOf(node)!;
    const kind = this.#kindOf(parent);
    const cell = this.#world.cellAt(this.#world.nodes[parent.node]!.address);
    const isDecision =
      node.spawn.restart === 'permanent' &&
      node.hasStarted &&
      !node.isUnwanted &&
      cell?.status === CellStatus.RUNNING &&
      kind.strategy === 'one-for-one' &&
      !family.hasBackoff &&
      !family.isGivingUp;
    if (!isDecision) return;
    family.isGivingUp = true;
    this.#expectations.push({
      text: `actor ${parent.node} goes on although it has given up`,
      isMet: () => parent.isOver,
    });
    const sinceMs = this.#world.nowMs - kind.periodMs - TOLERANCE_MS;
    let granted = 0;
    for (const times of family.restarts.values()) {
      for (const atMs of times) if (atMs >= sinceMs) granted++;
    }
    if (granted >= kind.intensity || hasPausedClock(this.#world.program)) return;
    const text = `actor ${parent.node} gives up after ${granted} restarts, ${kind.intensity} allowed`;
    this.#report('budget', text);
  }

  #halted(node: Node): void {
    const { parent } = node;
    if (parent === null) return;
    const family = this.#familyOf(node)!;
    const { strategy } = this.#kindOf(parent);
    checkHaltOrder(this.#world, node, family, this.#report);
    if (strategy === 'one-for-one') {
      this.#report('strategy', `one-for-one actor ${parent.node} takes child ${node.number} along`);
    } else if (strategy === 'one-for-all') {
      this.#world.met('one-for-all takes siblings along');
    } else {
      this.#world.met('rest-for-one takes siblings along');
      if (node.life !== null && node.childId <= family.firstFailed) {
        const text = `rest-for-one actor ${parent.node} takes the earlier child ${node.number} along`;
        this.#report('strategy', text);
      }
    }
  }

  #stopOrdered(node: Node): void {
    const { parent } = node;
    if (parent === null) return;
    const cell = this.#world.cellAt(this.#world.nodes[parent.node]!.address);
    if (cell === undefined || cell.family === null) return;
    if (cell.status !== CellStatus.ENDING) {
      if (this.#kindOf(parent).strategy !== 'one-for-one' && node.spawn.restart === 'temporary') {
        this.#world.met('a temporary sibling is not restarted');
      }
      return;
    }
    const last = cell.family.refs.at(-1);
    if (last === undefined || last.equals(node.address) || node.isUnwanted) return;
    const other = this.#world.nodeAt(last)?.number;
    const text = `actor ${parent.node} stops child ${node.number} before the later child ${other}`;
    this.#report('stop-order', text);
  }

  #exited(parentNode: Node, id: number, hasFailed: boolean): void {
    const parent = parentNode.life;
    if (parent === null || parent.isOver) return;
    const node = this.#childOf(parent, id);
    if (node === undefined) return;
    const family = this.#familyOf(node)!;
    if (!node.life?.isOrdered) family.firstFailed = Math.min(family.firstFailed, id);
    if (!hasFailed || node.isUnwanted || !node.hasStarted || node.life?.isOrdered) return;
    if (node.spawn.restart === 'temporary') return;
    if (family.failedStep < 0) family.failedStep = this.#world.machine.scheduler.steps;
    const { strategy } = this.#kindOf(parent);
    if (strategy === 'one-for-one') return;
    for (const number of parent.children) {
      const sibling = this.#world.nodes[number]!;
      const { life } = sibling;
      const isConcerned = strategy === 'one-for-all' || sibling.childId > id;
      if (sibling === node || !isConcerned || life === null || life.isOver) continue;
      // One that began during the round is not of it.
      if (!sibling.hasStarted || life.beganStep > family.failedStep) continue;
      if (this.#world.cellAt(sibling.address)?.status !== CellStatus.RUNNING) continue;
      this.#expectations.push({
        text: `${strategy} actor ${parent.node} leaves child ${number} be when ${node.number} fails`,
        isMet: () => life.isOver || parent.isOver || node.isUnwanted,
      });
    }
  }

  /** A new incarnation begins. */
  restarted(node: Node, before: Life): void {
    const { backoff } = node.spawn;
    if (backoff === undefined || before.isThreadDead || !before.isStopped) return;
    this.#world.met('a restart waits for its backoff');
    const least = backoff.minMs * (1 - (backoff.jitter ?? 0.2)) - 1.5;
    const waitedMs = this.#world.nowMs - node.lastEndMs;
    if (waitedMs >= least || hasPausedClock(this.#world.program)) return;
    // A sibling's failure brings it back without a delay of its own.
    if (node.parent !== null && this.#kindOf(node.parent).strategy !== 'one-for-one') return;
    this.#report('backoff', `actor ${node.number} is back after ${waitedMs} ms, ${least} at least`);
  }

  /** The hook of an incarnation is called: those linked to it must fall with it. */
  stopped(life: Life, reason: { readonly type: string; readonly error?: Error }): void {
    if (hasCode(reason.error, 'ERR_RESTART_INTENSITY')) this.#world.met('a supervisor gives up');
    if (hasCode(reason.error, 'ERR_LINKED_ACTOR_FAILED')) {
      this.#world.met('a linked actor falls with its peer');
    }
    if (reason.type !== 'failed' && reason.type !== 'killed') return;
    const { address } = this.#world.nodes[life.node]!;
    for (const { peer } of this.#world.cellAt(address)?.extras?.watches?.links.values() ?? []) {
      const other = this.#world.nodeAt(peer);
      const { life: fate } = other ?? { life: null };
      if (other === undefined || fate === null || fate.isOver) continue;
      if (!isLinked(this.#world.cellAt(peer), address)) continue;
      this.#expectations.push({
        text: `actor ${other.number} goes on although ${life.node}, linked to it, has failed`,
        isMet: () => fate.isOver || !isLinkedStill(fate, life.node),
      });
    }
  }

  threadDied(member: number): void {
    this.#expectations.push(...cutLinks(this.#world, member));
    for (const node of this.#world.nodes) {
      if (node.address.thread !== member || node.life === null) continue;
      if (node.parent === null || node.parent.isOver) continue;
      const family = this.#familyOf(node)!;
      family.firstFailed = Math.min(family.firstFailed, node.childId);
    }
  }

  /** All is at rest: what had to come must have come. */
  atRest(): void {
    for (const { text, isMet } of this.#expectations) if (!isMet()) this.#report('bonds', text);
    this.#expectations.length = 0;
  }
}
