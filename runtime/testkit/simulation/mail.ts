import { hasCode } from '../../base/errors.js';
import type { ActorRef } from '../../ref/actor-ref.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import { type Load, loadCargo } from './cargo.js';
import type { Situation } from './coverage.js';
import type { Life } from './life.js';
import type { Node } from './node.js';
import type { Cargo } from './program.js';
import type { Answer, Letter, SimContext, SimMessage } from './protocol.js';
import type { World } from './world.js';

/** What failures of asks say about situations. */
const FAILURES: readonly (readonly [code: Parameters<typeof hasCode>[1], situation: Situation])[] =
  [
    ['ERR_ASK_TIMEOUT', 'an ask times out'],
    ['ERR_THREAD_DIED', 'an ask fails with the thread of its target'],
    ['ERR_ASK_CYCLE', 'a circle of asks is found'],
    ['ERR_NO_SUCH_ACTOR', 'an ask fails with its target'],
  ];

/** A new message, and what must change hands with it. */
export interface Fresh extends Pick<Load, 'transfer'> {
  readonly body: Letter;
}

/** Writes a message. */
export function fresh(
  world: World,
  from: Life | null,
  to: Node,
  script: number,
  cargo: Cargo,
  root = 0,
): Fresh {
  const stamp = world.stamp(from, to, root);
  const { content, transfer } = loadCargo(cargo, stamp.id);
  if (to.address.thread !== (from?.actors.thread ?? MAIN_THREAD)) coverCargo(world, cargo);
  return { body: { ...stamp, script, cargo, content }, transfer };
}

function coverCargo(world: World, cargo: Cargo): void {
  if (cargo === 'large-text') world.met('a large message goes in fragments');
  else if (cargo === 'large-bytes') world.met('a large buffer goes beside the ring');
  else if (cargo === 'transfer') world.met('an ArrayBuffer changes hands');
}

function optionsOf({ transfer }: Fresh): { transfer?: NonNullable<Fresh['transfer']> } {
  return transfer === undefined ? {} : { transfer };
}

/** Tells an actor something. */
export function tellNode(
  world: World,
  from: Life | null,
  ref: ActorRef<SimMessage>,
  to: Node,
  script: number,
  cargo: Cargo,
): void {
  const letter = fresh(world, from, to, script, cargo);
  world.ledger.told(letter.body.id);
  try {
    ref.tell({ type: 'act', ...letter.body }, optionsOf(letter));
  } catch (error) {
    if (!hasCode(error, 'ERR_MAILBOX_FULL')) throw error;
    world.met('a full mailbox fails the call');
  }
}

/** Asks an actor, and holds the answer against the question. Never rejects. */
export function askNode(
  world: World,
  from: Life | null,
  ref: ActorRef<SimMessage>,
  to: Node,
  script: number,
  cargo: Cargo,
  timeoutMs: number,
  ctx: SimContext | null,
): Promise<void> {
  const letter = fresh(world, from, to, script, cargo);
  const options = { timeoutMs, ...optionsOf(letter) };
  const message = { type: 'answer', ...letter.body } as const;
  const asked: Promise<Answer> =
    ctx === null ? ref.ask(message, options) : ctx.ask(ref, message, options);
  world.mail.asked(letter.body.id, from, to);
  asked.catch((error: unknown) => {
    if (!hasCode(error, 'ERR_ASK_TIMEOUT')) return;
    world.mail.outlived(letter.body.id, from, to);
    world.mail.timedOut(letter.body.id, from);
  });
  return settled(world, from, asked, ({ root }) => {
    if (from !== null && world.endedBefore(from)) {
      world.violate(
        'answers',
        `actor ${from.node}.${from.incarnation} got an answer after its end`,
      );
    }
    world.met('an ask is answered');
    if (root === letter.body.id) return;
    world.violate('answers', `ask ${letter.body.id} got the answer to ${root}`);
  });
}

/** Sends an actor something and waits for room. Never rejects. */
export function sendNode(
  world: World,
  from: Life | null,
  ref: ActorRef<SimMessage>,
  to: Node,
  script: number,
  cargo: Cargo,
  timeoutMs: number,
): Promise<void> {
  const letter = fresh(world, from, to, script, cargo);
  const sent = ref.send({ type: 'act', ...letter.body }, { timeoutMs, ...optionsOf(letter) });
  const isLate = (error: unknown): void => {
    if (hasCode(error, 'ERR_ASK_TIMEOUT')) world.met('a sender waits for room in vain');
  };
  sent.catch(isLate);
  return settled(world, from, sent, () => {});
}

function settled<T>(
  world: World,
  from: Life | null,
  promise: Promise<T>,
  onAnswer: (value: T) => void,
): Promise<void> {
  if (from === null) world.openAnswers++;
  else from.openAsks++;
  const close = (): void => {
    if (from === null) world.openAnswers--;
    else from.openAsks--;
  };
  return promise.then(
    (value) => {
      close();
      onAnswer(value);
    },
    (error: unknown) => {
      close();
      for (const [code, situation] of FAILURES) if (hasCode(error, code)) world.met(situation);
    },
  );
}
