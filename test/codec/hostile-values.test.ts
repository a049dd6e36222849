import { deepStrictEqual, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { hasCode } from '../../runtime/base/errors.js';
import { holds, Line } from './round-trip.js';

// Values that fight back while they are read, anywhere in a message, also where the shape is known already.

class Account {
  balance = 1;
}

function trap(name: keyof ProxyHandler<object>): object {
  const fails = () => {
    throw new RangeError(`trap ${name}`);
  };
  return new Proxy({ a: 1 }, { [name]: fails });
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(16);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function detachedView(): Uint8Array {
  const view = new Uint8Array(16);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** What cannot be sent, wherever it stands. */
const REFUSED: Readonly<Record<string, () => unknown>> = {
  function: () => () => 1,
  symbol: () => Symbol('s'),
  promise: () => Promise.resolve(1),
  'weak map': () => new WeakMap(),
  'instance of a class': () => new Account(),
  'detached buffer': detached,
  'view of a detached buffer': detachedView,
  'getter that throws': () => ({
    get a() {
      throw new RangeError('no');
    },
  }),
  'iterator that throws': () =>
    Object.defineProperty([1], 0, {
      enumerable: true,
      get: () => {
        throw new RangeError('no');
      },
    }),
  'revoked proxy of an object': () => revoked({}),
  'revoked proxy of an array': () => revoked([]),
  'trap ownKeys': () => trap('ownKeys'),
  'trap get': () => trap('get'),
  'trap getPrototypeOf': () => trap('getPrototypeOf'),
};

/** Ways down into a message, and how the path of an error says so. */
type Step = { readonly key: string } | { readonly index: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ key: fc.constantFrom('a', 'type', 'inner', 'list') }),
  fc.record({ index: fc.nat(3) }),
);

function within(steps: readonly Step[], leaf: unknown): { message: unknown; where: string } {
  let message = leaf;
  for (const each of [...steps].reverse()) {
    message =
      'key' in each
        ? { id: 1, [each.key]: message, end: 'x' }
        : Array.from({ length: each.index + 1 }, (_, i) => (i === each.index ? message : i));
  }
  const path = steps.map((each) => ('key' in each ? `.${each.key}` : `[${each.index}]`));
  return { message, where: `message${path.join('')}` };
}

for (const codeGeneration of [true, false]) {
  const how = codeGeneration ? 'generated code' : 'interpretation';

  t.test(`hostile values are refused with their path, and harm nothing, with ${how}`, async (t) => {
    const line = new Line({ codeGeneration });
    const kinds = fc.constantFrom(...Object.keys(REFUSED));
    const hostile = fc.tuple(kinds, fc.array(step, { maxLength: 6 }), fc.boolean());
    holds(
      t,
      fc.property(hostile, ([kind, steps, isKnown]) => {
        const harmless = within(steps, 1).message;
        if (isKnown) for (let i = 0; i < 3; i++) line.send(harmless);
        const { message, where } = within(steps, REFUSED[kind]!());
        let thrown: unknown;
        try {
          line.send(message);
        } catch (error) {
          thrown = error;
        }
        ok(hasCode(thrown, 'ERR_NOT_SENDABLE'), `${kind}: ${String(thrown)}`);
        const said = String((thrown as { where?: string }).where);
        ok(said === where || said.startsWith(where), `${kind} at ${where}, said ${said}`);
        deepStrictEqual(line.send(harmless), harmless, 'the next message passes');
      }),
      3000,
    );
  });

  t.test(`a getter that changes its mind arrives as something it said, with ${how}`, async (t) => {
    const line = new Line({ codeGeneration });
    const any = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.constant(-0),
      fc.constant(Number.NaN),
      fc.constant('\ud800'),
      fc.array(fc.integer(), { maxLength: 3 }),
    );
    holds(
      t,
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (values) => {
        let reads = 0;
        const message = {
          type: 'moody',
          get value() {
            return values[reads++ % values.length];
          },
          end: 1,
        };
        const got = line.send(message) as { value: unknown };
        const said = values.find((each) => isDeepStrictEqual(each, got.value));
        deepStrictEqual(got, { type: 'moody', value: said, end: 1 });
        ok(values.some((each) => isDeepStrictEqual(each, got.value)));
      }),
      2000,
    );
  });

  t.test(`a proxy that behaves is sent as what it shows, or refused, with ${how}`, async (t) => {
    const line = new Line({ codeGeneration });
    const plain = fc.oneof(
      fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
      fc.array(fc.integer()),
    );
    holds(
      t,
      fc.property(plain, fc.array(step, { maxLength: 4 }), (target, steps) => {
        const { message } = within(steps, new Proxy(target, {}));
        try {
          deepStrictEqual(line.send(message), within(steps, target).message);
        } catch (error) {
          if (!hasCode(error, 'ERR_NOT_SENDABLE')) throw error;
        }
      }),
      1000,
    );
  });

  t.test(
    `huge strings arrive whole, of one byte a unit, of two, and torn, with ${how}`,
    async (t) => {
      const line = new Line({ codeGeneration, regionBytes: 1 << 24 });
      const unit = fc.constantFrom('x', 'é', '€', '\ud800', '\udc00', '😀', '\0');
      const huge = fc.tuple(unit, unit, fc.integer({ min: 2 ** 15, max: 2 ** 20 }));
      holds(
        t,
        fc.property(huge, ([one, last, length]) => {
          const text = one.repeat(length) + last;
          const got = line.send({ type: 'huge', text, [text.slice(0, 2000)]: 1 }) as {
            text: string;
          };
          // Not by deepStrictEqual, whose report of a difference would be as huge.
          ok(got.text === text, `${length} times ${JSON.stringify(one)}`);
          ok(Object.keys(got)[2] === text.slice(0, 2000));
        }),
        30,
      );
    },
  );
}
