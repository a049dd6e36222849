import t, { type Test } from 'tap';
import {
  defineAggregate,
  defineConsumer,
  defineProjection,
  defineRaft,
} from '../../actors/index.js';
import {
  defineActor,
  defineCodec,
  defineJob,
  defineReliableActor,
  defineSupervisor,
} from '../../runtime/index.js';
import { assertTroupeError, thrown } from '../support/errors.js';

// A misspelled field of what users define would be a hook that is never called: it is refused when it is defined.

const at = { module: import.meta.url, name: 'Thing' } as const;
const nothing = (): void => {};
type Define = (spec: never) => unknown;

class Money {
  readonly cents = 0;
}

const Account = defineAggregate()({
  ...at,
  initial: {},
  decide: () => [],
  evolve: (state: object) => state,
  events: { opened: 1 },
} as never);

/** What each definition needs, and how it is made. */
const DEFINITIONS: Readonly<Record<string, readonly [define: Define, spec: object]>> = {
  actor: [defineActor(), { ...at, init: nothing, handlers: {} }],
  'reliable actor': [defineReliableActor(), { ...at, init: nothing, handlers: {} }],
  supervisor: [defineSupervisor, { ...at, children: () => [] }],
  job: [defineJob, { ...at, run: nothing }],
  codec: [defineCodec, { ...at, class: Money, encode: nothing, decode: nothing }],
  aggregate: [
    defineAggregate(),
    { ...at, initial: {}, decide: nothing, evolve: nothing, events: { opened: 1 } },
  ],
  projection: [
    defineProjection(),
    { ...at, of: [Account], version: 1, keys: nothing, apply: nothing },
  ],
  raft: [defineRaft, { ...at, initial: nothing, apply: nothing, query: nothing }],
  consumer: [defineConsumer(), { ...at, source: nothing, init: nothing, handle: nothing }],
};

function refused(t: Test, define: Define, spec: object, name: string, ...says: string[]): void {
  const error = thrown(() => define(spec as never));
  assertTroupeError(t, error, 'ERR_DEFINITION', `'${name}' is an unknown field`, ...says);
}

for (const [kind, [define, spec]] of Object.entries(DEFINITIONS)) {
  t.test(`a misspelled field of the definition: ${kind}`, async (t) => {
    t.ok(define(spec as never), 'without it, it is defined');
    refused(t, define, { ...spec, onStop: nothing }, 'onStop', 'at Thing', 'module, name');
    refused(t, define, { ...spec, undefined: 1 }, 'undefined');
    for (const wrong of [undefined, null, 'spec', 4]) {
      assertTroupeError(
        t,
        thrown(() => define(wrong as never)),
        'ERR_DEFINITION',
      );
    }
  });
}

t.test('a misspelled hook or setting of an actor', async (t) => {
  const spec = { ...at, init: nothing, handlers: {} };
  for (const name of ['recieveTimeout', 'onStop', 'postStop', 'behaviours', 'handler', 'stash']) {
    refused(t, defineActor(), { ...spec, [name]: nothing }, name, 'receiveTimeout', 'stopped');
  }
  const supervised = { ...spec, supervision: { maxRestarts: 3 } };
  refused(t, defineActor(), supervised, 'maxRestarts', 'Thing.supervision', 'intensity');
  const boxed = { ...spec, mailbox: { size: 3 } };
  refused(t, defineActor(), boxed, 'size', 'Thing.mailbox', 'capacity');
});

t.test('a misspelled setting inside of another definition', async (t) => {
  const [define, spec] = DEFINITIONS['aggregate']!;
  const wrong = { ...spec, snapshot: { every: 1, schemaVersion: 1, keep: 2 } };
  refused(t, define, wrong, 'keep', 'Thing.snapshot', 'schemaVersion');
  const receiving = { ...at, init: nothing, handlers: {}, delivery: { size: 2 } };
  const error = thrown(() => defineReliableActor()(receiving as never));
  assertTroupeError(t, error, 'ERR_OPTION', "'size'", 'Thing.delivery', 'window');
});
