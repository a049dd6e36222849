import type { ActorContext } from '../../actor/actor-context.js';
import { type Definition, defineActor } from '../../actor/definition.js';
import type { ExitReason } from '../../actor/exit-reason.js';
import { type Handlers, NO_REPLY, type Outcome } from '../../actor/handlers.js';
import { isCargoOf, isLuggageOf } from './cargo.js';
import { isPunctual } from './fault-injector.js';
import { KINDS } from './kinds.js';
import type { Life } from './life.js';
import { perform, sleep } from './perform.js';
import type { Answer, Letter, SimContext, SimMessage } from './protocol.js';
import { type NodeArgs, World } from './world.js';

/** Runs one turn of an actor, and tells the world of its begin and end. */
function turn<T>(life: Life, what: string, work: () => Outcome<T>): Outcome<T> {
  const world = World.current!;
  world.entered(life, what);
  let outcome: Outcome<T>;
  try {
    outcome = work();
  } catch (error) {
    world.left(life);
    throw error;
  }
  if (!(outcome instanceof Promise)) {
    world.left(life);
    return outcome;
  }
  world.met('an async handler holds its turn');
  return outcome.finally(() => world.left(life));
}

function handle(life: Life, message: SimMessage & Letter, ctx: SimContext): Outcome<Answer> {
  return turn(life, `message ${message.id}`, () => {
    const world = World.current!;
    if (!world.isGhost) {
      if (world.ledger.entered(message, life)) {
        world.met('stashed messages come back after a restart');
      }
      if (!isCargoOf(message.cargo, message.id, message.content)) {
        world.violate('integrity', `message ${message.id} came with another content`);
      }
    }
    world.mail.taken(life);
    life.lastMessageMs = ctx.now();
    return closing(message.id, () => perform(life, ctx, message, message.script));
  });
}

/** Takes note of the end of a turn with a message, after which its asker has an answer. */
function closing(id: number, work: () => Outcome<Answer>): Outcome<Answer> {
  const world = World.current!;
  const close = (): void => {
    if (!world.isGhost) world.ledger.closed(id, world.nowMs);
  };
  let outcome: Outcome<Answer>;
  try {
    outcome = work();
  } catch (error) {
    close();
    throw error;
  }
  if (outcome instanceof Promise) {
    return outcome.then(
      (answer) => {
        if (answer !== NO_REPLY) close();
        return answer;
      },
      (error: unknown) => {
        close();
        throw error;
      },
    );
  }
  if (outcome !== NO_REPLY) close();
  return outcome;
}

function tick(
  life: Life,
  message: Extract<SimMessage, { type: 'tick' }>,
  ctx: SimContext,
): unknown {
  return turn(life, `timer ${message.key}`, () => {
    const world = World.current!;
    const timer = life.timers.get(message.key);
    const who = `actor ${life.node}.${life.incarnation}`;
    if (message.incarnation !== life.incarnation) {
      world.violate('timers', `${who} hears a timer of incarnation ${message.incarnation}`);
    } else if (timer === undefined || timer.token !== message.token) {
      world.violate('timers', `${who} hears timer ${message.key}, which it has ended`);
    } else if (ctx.now() < timer.dueMs - 1) {
      world.violate('timers', `${who} hears timer ${message.key} too early`);
    }
    life.lastMessageMs = ctx.now();
    life.beats++;
    if (life.beats > 3) {
      for (const key of life.timers.keys()) ctx.cancelTimer(key);
      life.timers.clear();
    }
    world.met('a timer fires');
    return perform(life, ctx, null, message.script);
  });
}

/** So many incarnations of an actor run a script when they begin. */
const MAX_STARTS = 200;

/** `init`: what a plan says, at once or after a while. */
function init({ node: number, luggage }: NodeArgs, ctx: SimContext): Life | Promise<Life> {
  const world = World.current!;
  if (!isLuggageOf(number, luggage)) {
    world.violate('integrity', `actor ${number} was made from the arguments of another`);
  }
  const life = world.began(number, ctx as unknown as ActorContext, ctx.thread);
  const { plan } = world.nodes[number]!.spawn;
  const finish = (): Life | Promise<Life> => {
    ctx.now();
    if (plan.initFails.includes(life.incarnation)) {
      world.met(life.incarnation === 0 ? 'the first init fails' : 'init fails at a restart');
      throw new Error(`init of actor ${number}.${life.incarnation} fails`);
    }
    // One that fails at each start, and seldom enough for its supervisor, would go on for ever.
    const script = life.incarnation < MAX_STARTS ? plan.initScript : -1;
    const outcome = perform(life, ctx, null, script);
    return outcome instanceof Promise ? outcome.then(() => life) : life;
  };
  if (plan.initMs === 0) return finish();
  world.met('init takes time');
  return sleep(plan.initMs).then(finish);
}

/** `stopped`: tells the world, and fails or takes its time if the plan says so. */
function stopped(life: Life, reason: ExitReason): void | Promise<void> {
  const world = World.current!;
  world.stopped(life, reason);
  const { plan } = world.nodes[life.node]!.spawn;
  if (plan.stoppedFails) {
    world.met('the stopped hook fails');
    throw new Error(`the stopped hook of actor ${life.node} fails`);
  }
  if (plan.stoppedMs === 0) return undefined;
  world.met('the stopped hook takes time');
  return sleep(plan.stoppedMs).then(() => checkDeadline(world, life));
}

/** Its own order of time for a stop that takes too long: by then it must have been killed. */
const KILL_MS = 40;

function checkDeadline(world: World, life: Life): void {
  const { shutdownMs } = world.nodes[life.node]!.spawn;
  if (life.isOver || life.orderedMs < 0 || typeof shutdownMs !== 'number') return;
  if (!isPunctual(world.program) || world.deaths > 0) return;
  // Time is one for all threads: who hogs one of them holds up the others, too.
  const tookMs = world.nowMs - life.orderedMs - (world.machine.time.hoggedMs - life.hoggedMs);
  if (tookMs <= shutdownMs + KILL_MS) return;
  world.violate('deadline', `actor ${life.node} may end for ${tookMs} ms, ${shutdownMs} at most`);
}

function makeKind(name: string): Definition<SimMessage, NodeArgs> {
  const { strategy, intensity, periodMs, interleaves } = KINDS[name]!;
  const handlers: Handlers<SimMessage, Life> = {
    act: (life, message, ctx) => handle(life, message, ctx as unknown as SimContext) as never,
    answer: (life, message, ctx) => handle(life, message, ctx as unknown as SimContext),
    tick: (life, message, ctx) => tick(life, message, ctx as unknown as SimContext) as never,
    gone: (life, { node }) => {
      turn(life, `the end of ${node}`, () => World.current!.terminated(life, node, true));
    },
  };
  const { act: _act, ...closed } = handlers;
  return defineActor<SimMessage>()<NodeArgs, Life>({
    module: import.meta.url,
    name,
    init: (args, ctx) => init(args, ctx as unknown as SimContext),
    handlers,
    behaviors: { closed },
    terminated: (life, { actor }) => {
      turn(life, 'a Terminated', () => World.current!.terminated(life, actor, false));
    },
    receiveTimeout: (life, ctx) => {
      turn(life, 'a receive timeout', () => timedOut(life, ctx as unknown as SimContext));
    },
    stopped,
    supervision: { strategy, intensity, periodMs },
    stashCapacity: 2,
    turn: interleaves ? 'interleave' : 'hold',
  });
}

function timedOut(life: Life, ctx: SimContext): void {
  const world = World.current!;
  const quietMs = ctx.now() - life.lastMessageMs;
  if (quietMs < life.receiveTimeoutMs - 2) {
    const text = `actor ${life.node} got a message ${quietMs} ms before its receive timeout`;
    world.violate('receive-timeout', text);
  }
  world.met('a receive timeout fires');
  ctx.setReceiveTimeout(undefined);
}

/** The definitions, by the names of their kinds: threads find them in the default export. */
const definitions = Object.fromEntries(
  Object.keys(KINDS).map((name) => [name, makeKind(name)]),
) as Readonly<Record<string, Definition<SimMessage, NodeArgs>>>;

export default definitions;
