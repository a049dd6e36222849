import fc from 'fast-check';
import t from 'tap';
import type { StoredEvent } from '#actors/aggregate/index.js';
import type { ExpectedVersion } from '#runtime/index.js';
import type { AccountEvent } from './account.js';
import { type Answer, CoreRig, STREAM } from './core-rig.js';

const command = fc.oneof(
  fc.constant({ type: 'open' } as const),
  fc.record({ type: fc.constant('deposit' as const), amount: fc.bigInt(1n, 9n) }),
  fc.record({ type: fc.constant('withdraw' as const), amount: fc.bigInt(1n, 9n) }),
);

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('execute' as const),
      core: fc.nat(2),
      command,
      commandId: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }),
      expected: fc.constantFrom<ExpectedVersion>('any', 'any', 'streamExists', 1, 3),
    }),
  },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('serve' as const), index: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wake' as const), core: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('passivate' as const), core: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('break' as const),
      index: fc.nat(5),
      isDone: fc.boolean(),
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

interface Executed {
  readonly asked: number;
  readonly commandId: string | undefined;
  readonly content: string;
}

/** Runs the actions with up to three incarnations side by side, then lets everything come to its end. */
function run(actions: readonly Action[]): { rig: CoreRig; executed: Executed[] } {
  const rig = new CoreRig();
  const cores = [0, 1, 2].map(() => rig.wake());
  const executed: Executed[] = [];
  for (const act of actions) {
    switch (act.type) {
      case 'execute': {
        const { commandId, expected } = act;
        const options = commandId === undefined ? { expected } : { expected, commandId };
        const asked = rig.execute(cores[act.core]!, act.command, options);
        const content = `${act.command.type} ${'amount' in act.command ? act.command.amount : ''}`;
        executed.push({ asked, commandId, content });
        break;
      }
      case 'serve':
        rig.serve(act.index % Math.max(1, rig.wanted.length));
        break;
      case 'wake':
        rig.passivate(cores[act.core]!);
        cores[act.core] = rig.wake();
        break;
      case 'passivate':
        rig.passivate(cores[act.core]!);
        break;
      case 'break':
        rig.break(act.index % Math.max(1, rig.wanted.length), act.isDone);
        break;
    }
  }
  rig.settle();
  return { rig, executed };
}

function events(rig: CoreRig): readonly StoredEvent<AccountEvent>[] {
  return rig.journal.read(STREAM).map(({ value }) => value as StoredEvent<AccountEvent>);
}

t.test(
  'whatever runs side by side, breaks or ends: the log is one that a single account could have',
  async (t) => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const { rig, executed } = run(actions);
        let balance = 0n;
        const log = events(rig);
        for (const [index, { event }] of log.entries()) {
          if ((event.type === 'opened') !== (index === 0)) return false;
          if (event.type === 'deposited') balance += event.amount;
          if (event.type === 'withdrawn') balance -= event.amount;
          if (balance < 0n) return false;
        }
        if (new Set(log.map(({ id }) => id)).size !== log.length) return false;
        const asked = rig.query(rig.wake());
        rig.settle();
        const known = rig.answers.get(asked) as Answer & { type: 'answer-query' };
        t.match(known.result, { version: log.length, state: { balance } });
        return executed.every((each) => rig.answers.has(each.asked));
      }),
    );
  },
);

t.test('a command id stands for one execution and one result, over all incarnations', async () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const { rig, executed } = run(actions);
      for (const commandId of ['x', 'y', 'z']) {
        const results = new Map<string, Set<string>>();
        let firstCount = 0;
        for (const each of executed.filter((one) => one.commandId === commandId)) {
          const answer = rig.answers.get(each.asked)!;
          if (answer.type !== 'answer' || !('isRepeat' in answer.result)) continue;
          const { isRepeat, ...result } = answer.result;
          if (!isRepeat) firstCount++;
          const text = JSON.stringify(result, (_, value) =>
            typeof value === 'bigint' ? String(value) : value,
          );
          results.set(each.content, (results.get(each.content) ?? new Set()).add(text));
        }
        if (firstCount > 1 || results.size > 1) return false;
        for (const different of results.values()) if (different.size > 1) return false;
      }
      return true;
    }),
  );
});
