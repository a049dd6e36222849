import fc from 'fast-check';
import t from 'tap';
import { type ActorRef, ActorSystem, type SpawnOptions } from '../../runtime/index.js';
import { until } from '../support/turns.js';
import { Juggler, Player, type PlayerMessage, type Step } from './fixtures/player.js';

const RUNS = 40;
const ASK_TIMEOUT_MS = 150;

/** How a player is made. */
interface Cast {
  readonly juggles: boolean;
  readonly options: SpawnOptions;
}

/** What the main thread, which is no actor, does. */
interface Command {
  readonly how: 'tell' | 'ask' | 'send';
  readonly to: number;
  readonly steps: readonly Step[];
}

interface Program {
  readonly cast: readonly Cast[];
  readonly commands: readonly Command[];
}

const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 3, depthIdentifier: 'steps' }),
  step: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'steps' },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'stash',
          'unstash',
          'cancel',
          'stop',
          'throw',
          'reject',
          'fault',
          'pause',
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('tell', 'tell', 'forward'),
        to: fc.nat(3),
        steps: tie('steps'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('ask'),
        to: fc.nat(3),
        isAwaited: fc.boolean(),
        steps: tie('steps'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('timer'),
        delayMs: fc.constantFrom(0, 1),
        steps: tie('steps'),
      }),
    },
  ) as fc.Arbitrary<Step>,
}));

const cast: fc.Arbitrary<Cast> = fc.record({
  juggles: fc.boolean(),
  options: fc.record({
    placement: fc.constantFrom('spread', 'main'),
    restart: fc.constantFrom('permanent', 'permanent', 'transient', 'temporary'),
    mailbox: fc.record({
      capacity: fc.constantFrom(1, 3, 1000),
      overflow: fc.constantFrom('reject', 'drop-oldest', 'fail', 'wait'),
    }),
  }),
}) as fc.Arbitrary<Cast>;

const programs: fc.Arbitrary<Program> = fc.record({
  cast: fc.array(cast, { minLength: 1, maxLength: 4 }),
  commands: fc.array(
    fc.record({ how: fc.constantFrom('tell', 'ask', 'send'), to: fc.nat(3), steps }),
    { minLength: 1, maxLength: 8 },
  ) as fc.Arbitrary<Command[]>,
});

/** Plays a program. @returns a promise for each answer that is waited for, which never rejects */
function play(
  players: readonly ActorRef<PlayerMessage>[],
  commands: readonly Command[],
): Promise<unknown>[] {
  const waiting: Promise<unknown>[] = [];
  for (const { how, to, steps } of commands) {
    const player = players[to % players.length]!;
    try {
      if (how === 'ask') waiting.push(player.ask({ type: 'answer', steps, players }));
      else if (how === 'send') waiting.push(player.send({ type: 'act', steps, players }));
      else player.tell({ type: 'act', steps, players });
    } catch {
      // The overflow policy `fail`: the message has become a dead letter.
    }
  }
  return waiting.map((promise) => promise.catch(() => {}));
}

/** What is wrong with the sums, when nothing is under way any more; empty when all is well. */
function imbalance(system: ActorSystem): string {
  const { total, deadLetters, queued } = system.metrics();
  const { sent, handled } = total;
  if (queued === 0 && sent === handled + deadLetters) return '';
  return `sent ${sent}, handled ${handled}, dead ${deadLetters}, queued ${queued}`;
}

async function checkProgram(system: ActorSystem, { cast, commands }: Program): Promise<void> {
  const players = cast.map(({ juggles, options }) =>
    system.spawn(juggles ? Juggler : Player, undefined, options),
  );
  await Promise.all(play(players, commands));
  // What is stashed, waits for a timer or for an answer ends with its player.
  await Promise.all(players.map((player) => system.stopActor(player)));
  await until('no message is under way', () => imbalance(system) === '', 100_000).catch(() => {
    throw new Error(imbalance(system));
  });
}

for (const threads of [0, 1, 2]) {
  t.test(
    `random programs on ${threads} worker threads lose no message and leave no ask open`,
    async (t) => {
      const system = await ActorSystem.start({
        threads,
        askTimeoutMs: ASK_TIMEOUT_MS,
        supervision: { intensity: 1_000_000 },
        deadLetterEvents: 0,
      });
      t.teardown(() => system.stop());
      await fc.assert(
        fc.asyncProperty(programs, (program) => checkProgram(system, program)),
        { numRuns: RUNS, interruptAfterTimeLimit: 20_000 },
      );
      const { thread } = ActorSystem.internals(system).main;
      t.equal(thread.asks.size, 0, 'every ask of the main thread is settled');
      const { sent, handled } = system.metrics().total;
      t.ok(handled > 0 && sent > handled, `${sent} sent, ${handled} handled`);
      const { clean, alive } = await system.stop({ deadlineMs: 5000 });
      t.ok(clean, `a clean stop; alive: ${alive}`);
    },
  );
}
