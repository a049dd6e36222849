import t from 'tap';
import {
  type AggregateRef,
  aggregates,
  defineAggregate,
  type ExecuteResult,
  given,
  type RecordedEvent,
} from '#actors/aggregate/index.js';
import type { ActorSystem } from '#runtime/index.js';

/*
 * Promises about types: each `@ts-expect-error` is a compile error when the line under it compiles. The
 * functions that hold them are never called.
 */

type Command = { type: 'add'; by: number } | { type: 'reset' };
type Event = { type: 'added'; by: number } | { type: 'emptied' };

const Counter = defineAggregate<Command, Event>()({
  module: import.meta.url,
  name: 'Counter',
  initial: { total: 0 },
  decide(state, command) {
    if (command.type === 'reset') return state.total === 0 ? [] : [{ type: 'emptied' }];
    if (command.by <= 0) return { code: 'not-positive', by: command.by };
    return state.total > 100 ? { code: 'full' } : [{ type: 'added', by: command.by }];
  },
  evolve: (state, event) => ({ total: event.type === 'added' ? state.total + event.by : 0 }),
  events: { added: 1, emptied: 1 },
});

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): true => true;

export async function executes(system: ActorSystem): Promise<void> {
  const counter = (await aggregates(system, Counter)).ref('a');
  const result = await counter.execute({ type: 'add', by: 1 }, { expected: 'any' });
  if (result.ok) same<typeof result.version, number>();
  else if (result.reason === 'rejected') {
    same<typeof result.error.code, 'not-positive' | 'full'>();
    if (result.error.code === 'not-positive') same<typeof result.error.by, number>();
  } else if (result.reason === 'conflict') {
    same<typeof result.since, readonly RecordedEvent<Event>[]>();
  }
  const { state } = await counter.state();
  same<typeof state, { total: number }>();
  // @ts-expect-error no such command
  void counter.execute({ type: 'remove' }, { expected: 'any' });
  // @ts-expect-error a field is missing
  void counter.execute({ type: 'add' }, { expected: 'any' });
  // @ts-expect-error the expectation is mandatory
  void counter.execute({ type: 'reset' });
  // @ts-expect-error nor may it be left out of the options
  void counter.execute({ type: 'reset' }, { commandId: 'c' });
  // @ts-expect-error no such expectation
  void counter.execute({ type: 'reset' }, { expected: 'exists' });
  void (result satisfies ExecuteResult<Event, { code: string }>);
  void (counter satisfies AggregateRef<Command, Event, { total: number }, { code: string }>);
}

export function defines(): void {
  const module = import.meta.url;
  const events = { added: 1, emptied: 1 };
  const evolve = (state: number): number => state;
  const define = defineAggregate<Command, Event>();
  const decide = (): Event[] => [];
  define({ module, name: 'A', initial: 0, decide, evolve, events });
  // @ts-expect-error a type of event has no schema version
  define({ module, name: 'A', initial: 0, decide, evolve, events: { added: 1 } });
  // @ts-expect-error evolve gives another state
  define({ module, name: 'A', initial: '', decide, evolve: () => 1, events });
  // @ts-expect-error decide gives an event that is none
  define({ module, name: 'A', initial: 0, decide: () => [{ type: 'other' }], evolve, events });
  // @ts-expect-error a rejection has a code
  define({ module, name: 'A', initial: 0, decide: () => ({ why: 'so' }), evolve, events });
}

export function tests(): void {
  // @ts-expect-error no such event
  given(Counter, { type: 'other' });
  // @ts-expect-error no such command
  given(Counter).when({ type: 'other' });
  // @ts-expect-error no such rejection
  given(Counter).when({ type: 'reset' }).thenRejected({ code: 'other' });
}

t.test('given, when, then', async () => {
  const added = { type: 'added', by: 60 } as const;
  given(Counter).when({ type: 'add', by: 60 }).thenEvents(added).thenState({ total: 60 });
  given(Counter, added, added).when({ type: 'add', by: 1 }).thenRejected({ code: 'full' });
  given(Counter, added).when({ type: 'reset' }, { type: 'reset' }).thenEvents({ type: 'emptied' });
  given(Counter).when({ type: 'reset' }).thenEvents();
});

t.test('a wrong outcome is an assertion that shows both sides', async (t) => {
  const refused = given(Counter).when({ type: 'add', by: -1 });
  const code = 'ERR_ASSERTION';
  t.throws(() => refused.thenEvents(), { code, message: /not-positive/ });
  t.throws(() => refused.thenState({ total: 1 }), { code });
  t.throws(() => refused.thenRejected({ code: 'full' }), { code, message: /not-positive/ });
  const done = given(Counter).when({ type: 'add', by: 1 });
  t.throws(() => done.thenEvents(), { code });
  t.throws(() => done.thenEvents({ type: 'added', by: 2 }), { code });
  t.throws(() => done.thenRejected({ code: 'full' }), { code, message: /added/ });
  const bad = { type: 'add', by: -1 } as const;
  t.throws(() => given(Counter).when(bad, bad), { code, message: /before the last/ });
});

const Impure = defineAggregate<{ type: 'add' }, { type: 'added' }>()({
  module: import.meta.url,
  name: 'Impure',
  initial: { list: [] as number[] },
  decide: () => [{ type: 'added' }],
  evolve(state) {
    state.list.push(1);
    return state;
  },
  events: { added: 1 },
});

t.test('the kit finds a decider that changes its state', async (t) => {
  t.throws(() => given(Impure).when({ type: 'add' }), { code: 'ERR_AGGREGATE_DECISION' });
});
