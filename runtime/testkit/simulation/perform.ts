import { NO_REPLY, type NoReply, type Outcome } from '../../actor/handlers.js';
import type { ActorRef } from '../../ref/actor-ref.js';
import type { Life } from './life.js';
import { askNode, fresh, sendNode, tellNode } from './mail.js';
import type { Node } from './node.js';
import { performBond, performSpawn } from './perform-bonds.js';
import type { Action } from './program.js';
import type { Answer, Letter, SimContext, SimMessage } from './protocol.js';
import { World } from './world.js';

/** A handler that hogs its thread reads the clock so often. */
const HOG_READINGS = 200;
/** A message is passed on as it is so often at most: it runs the same script wherever it comes. */
const MAX_HOPS = 3;

/** Resolves after a while of virtual time, on the thread that waits. */
export function sleep(ms: number): Promise<void> {
  const strand = World.current!.machine.scheduler.current!;
  return new Promise((resolve) => {
    strand.after(ms, resolve);
  });
}

/**
 * Does what a script says, action after action; goes on when what an action waits for is there.
 * @param hand the message in hand; null in hooks and timers
 */
export function perform(
  life: Life,
  ctx: SimContext,
  hand: Letter | null,
  script: number,
  from = 0,
): Outcome<Answer> {
  const world = World.current!;
  const actions = world.program.scripts[script] ?? [];
  for (let index = from; index < actions.length; index++) {
    if (life.isOver || world.fuel-- <= 0) break;
    // A place at which the thread can die, between two things that an actor does.
    ctx.now();
    const outcome = performOne(world, life, ctx, hand, actions[index]!);
    if (outcome === undefined) continue;
    if (!(outcome instanceof Promise)) return outcome;
    return outcome.then((answer) => answer ?? perform(life, ctx, hand, script, index + 1));
  }
  return { root: hand === null ? 0 : world.ledger.rootOf(hand.id) };
}

type Step = undefined | NoReply | Promise<NoReply | undefined>;

function performOne(
  world: World,
  life: Life,
  ctx: SimContext,
  hand: Letter | null,
  action: Action,
): Step {
  switch (action.do) {
    case 'tell':
    case 'send':
    case 'ask':
      return performMail(world, life, ctx, action);
    case 'forward':
      return hand === null ? undefined : performForward(world, life, ctx, hand, action);
    case 'spawn':
      performSpawn(world, life, ctx, action);
      return undefined;
    case 'timer':
    case 'interval':
      startTimer(world, life, ctx, action);
      return undefined;
    case 'cancel':
      ctx.cancelTimer(action.key);
      life.timers.delete(action.key);
      return undefined;
    case 'become':
      ctx.become(action.behavior);
      if (action.behavior === 'closed') life.hasClosed = true;
      return undefined;
    case 'pause':
      return sleep(action.ms).then(() => undefined);
    case 'receive-timeout':
      life.receiveTimeoutMs = action.ms;
      life.lastMessageMs = ctx.now();
      ctx.setReceiveTimeout(action.ms);
      return undefined;
    case 'answer-later':
      return hand === null ? undefined : answerLater(world, life, ctx, hand, action.ms);
    case 'stash':
      return hand === null ? undefined : stash(world, life, ctx, hand);
    default:
      return performSimple(world, life, ctx, action);
  }
}

function performSimple(world: World, life: Life, ctx: SimContext, action: Action): Step {
  switch (action.do) {
    case 'unstash':
      ctx.unstashAll();
      if (!world.isGhost) world.ledger.unstashed(life.node);
      return undefined;
    case 'stop':
      ctx.stop();
      return undefined;
    case 'throw':
      world.met('a handler throws');
      world.note(life.actors.thread, `actor ${life.node}.${life.incarnation} throws`);
      if (life.openTurns > 1) world.met('an actor fails while its turn is open');
      throw new Error(`thrown by actor ${life.node}`);
    case 'reject':
      world.met('a handler rejects');
      world.met('an actor fails while its turn is open');
      return sleep(1).then(() => {
        throw new Error(`rejected by actor ${life.node}`);
      });
    case 'fault':
      if (!world.program.settings.attributePromises || world.isGhost) return undefined;
      world.met('a promise is left alone and rejects');
      void Promise.reject(new Error(`left alone by actor ${life.node}`));
      return undefined;
    case 'hog':
      world.met('a handler takes longer than its slice of time');
      world.machine.time.hogs(() => {
        for (let i = 0; i < HOG_READINGS; i++) ctx.now();
      });
      return undefined;
    default:
      performBond(world, life, ctx, action);
      return undefined;
  }
}

type MailAction = Extract<Action, { readonly do: 'tell' | 'send' | 'ask' }>;

function performMail(world: World, life: Life, ctx: SimContext, action: MailAction): Step {
  const node = world.target(action.to);
  if (node === undefined) return undefined;
  const { script, cargo, timeoutMs } = action;
  if (action.do === 'tell') {
    tellNode(world, life, refTo(world, life, node), node, script, cargo);
    return undefined;
  }
  const send = action.do === 'ask' ? askNode : sendNode;
  const promise = send(world, life, refTo(world, life, node), node, script, cargo, timeoutMs, ctx);
  return action.waits ? promise.then(() => undefined) : undefined;
}

function refTo(world: World, life: Life, node: Node): ActorRef<SimMessage> {
  return world.refOn(life.actors, node) as ActorRef<SimMessage>;
}

function performForward(
  world: World,
  life: Life,
  ctx: SimContext,
  hand: Letter,
  action: Extract<Action, { readonly do: 'forward' }>,
): Step {
  const node = world.target(action.to);
  if (node === undefined || world.ledger.hopsOf(hand.id) >= MAX_HOPS) return undefined;
  const ref = refTo(world, life, node);
  world.met('an answer goes through a forwarder');
  if (action.fresh) {
    const letter = fresh(world, life, node, action.script, 'none', world.ledger.rootOf(hand.id));
    const type = (hand as { type?: string }).type === 'answer' ? 'answer' : 'act';
    return ctx.forward(ref, { type, ...letter.body } as SimMessage);
  }
  if (!world.isGhost) world.ledger.passed(hand.id, node.number);
  try {
    return ctx.forward(ref);
  } catch (error) {
    // It could not be passed on, so it stays in hand.
    if (!world.isGhost) world.ledger.kept(hand.id, life.node);
    throw error;
  }
}

function startTimer(
  world: World,
  life: Life,
  ctx: SimContext,
  { do: what, key, delayMs, script }: Extract<Action, { readonly do: 'timer' | 'interval' }>,
): void {
  const token = world.nextToken++;
  const message = { type: 'tick', key, token, incarnation: life.incarnation, script } as const;
  const dueMs = ctx.now() + delayMs;
  if (what === 'timer') ctx.startTimer(key, delayMs, message);
  else ctx.startInterval(key, delayMs, message);
  if (what === 'interval') world.met('an interval beats');
  life.timers.set(key, { token, dueMs });
}

function stash(world: World, life: Life, ctx: SimContext, hand: Letter): Step {
  try {
    const outcome = ctx.stash();
    world.met('a message is stashed');
    if (!world.isGhost) {
      world.ledger.stashed(hand.id, life.incarnation);
      world.nodes[life.node]!.hasStashed = true;
    }
    return outcome;
  } catch (error) {
    world.met('a full stash refuses');
    throw error;
  }
}

function answerLater(world: World, life: Life, ctx: SimContext, hand: Letter, ms: number): Step {
  if ((hand as { type?: string }).type !== 'answer') return undefined;
  const requester = ctx.requester();
  if (!world.isGhost) world.ledger.takenOver(hand.id);
  const root = world.ledger.rootOf(hand.id);
  world.met('an answer is given later');
  void sleep(ms).then(() => {
    if (!life.isThreadDead && !life.actors.isClosed) requester.reply({ root });
  });
  return NO_REPLY;
}
