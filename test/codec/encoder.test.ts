import { deepStrictEqual } from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { BlockList } from 'node:net';
import { runInNewContext } from 'node:vm';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import t from 'tap';
import { Line } from './round-trip.js';

const line = new Line();

t.test('the bytes of a message are these', async (t) => {
  const golden = new Line();
  t.equal(golden.bytesOf(5).toString('hex'), '05050000');
  t.equal(golden.bytesOf(-1).toString('hex'), '05ffffff');
  t.equal(golden.bytesOf(2 ** 30).toString('hex'), '0600000000000040');
  t.equal(golden.bytesOf(-0).toString('hex'), '070000000000000000000080');
  t.equal(golden.bytesOf('hé').toString('hex'), '0b02000068e9');
  t.equal(golden.bytesOf('\u20ac').toString('hex'), '0c010000ac20');
  t.equal(
    golden.bytesOf([true, null, undefined]).toString('hex'),
    '0f030000030000000200000001000000',
  );
  const message = { type: 'inc', id: 7, value: 1.5 };
  t.equal(
    golden.bytesOf(message).toString('hex'),
    `0e030000${'0b04000074797065'}${'0b030000696e6300'}${'0b02000069640000'}${'05070000'}` +
      `${'0b05000076616c7565000000'}${'07000000000000000000f83f'}`,
    'key by key at first',
  );
  golden.bytesOf(message);
  t.equal(
    golden.bytesOf(message).toString('hex'),
    `0d000000${'00000000'}${'000000000000f83f'}${'0a000000'}${'07000000'}`,
    'by its shape from then on: tag, filling, value, type, id',
  );
});

t.test('numbers, boxed values, dates and holes keep what equality overlooks', async (t) => {
  for (let i = 0; i < 8; i++) {
    const got = line.send({ type: 'numbers', zero: i % 2 ? 0 : -0, nan: Number.NaN }) as Record<
      string,
      number
    >;
    t.ok(Object.is(got['zero'], i % 2 ? 0 : -0));
    t.ok(Number.isNaN(got['nan']));
  }
  t.ok(Number.isNaN((line.send(new Date(Number.NaN)) as Date).getTime()));
  for (const boxed of [Object(-0), Object('text'), Object(false), Object(7n)]) {
    deepStrictEqual(line.send(boxed), boxed);
  }
  const holes: unknown[] = [1, 0, undefined, 4, 0];
  delete holes[1];
  delete holes[4];
  const got = line.send(holes) as unknown[];
  t.same(Object.keys(got), ['0', '2', '3']);
  t.equal(got.length, 5);
  const named = Object.assign(new Array(2), { 0: 1, name: 'as many keys as elements' });
  deepStrictEqual(line.send(named), structuredClone(named));
  const sparse: number[] = [];
  sparse[4_000_000_000] = 1;
  deepStrictEqual(Object.entries(line.send(sparse) as number[]), [['4000000000', 1]]);
  deepStrictEqual(line.send(/(?<a>b)/.exec('abc')), structuredClone(/(?<a>b)/.exec('abc')));
  const regexp = /a/gu;
  regexp.lastIndex = 3;
  deepStrictEqual(line.send(regexp), /a/gu);
  for (const n of [2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n, 10n ** 400n]) {
    t.equal(line.send(n), n);
  }
});

t.test('strings of every length and width arrive', async (t) => {
  const other = new Line({ regionBytes: 80 << 20 });
  for (const unit of ['a', 'é', '\u20ac', '\ud800', '😀']) {
    for (const n of [0, 1, 7, 8, 9, 13, 14, 15, 16, 17, 48, 49, 1000]) {
      const text = unit.repeat(n);
      t.equal(other.send(text), text);
      const message = { type: 'text', text, more: text, rest: [text] };
      deepStrictEqual(other.send(message), message);
    }
    const mixed = `${'a'.repeat(40)}${unit}`;
    t.equal(other.send(mixed), mixed);
  }
  for (const unit of ['a', 'é', '\u20ac']) {
    const huge = unit.repeat(2 ** 24 + 3);
    t.ok(other.send(huge) === huge, 'longer than an argument of 24 bits');
    for (let i = 0; i < 7; i++)
      t.ok((other.send({ s: 'a', huge }) as { huge: string }).huge === huge);
  }
});

t.test('shared references and cycles keep identity', async (t) => {
  for (let i = 0; i < 8; i++) {
    const self: Record<string, unknown> = { type: 'self', id: i };
    self['self'] = self;
    const got = line.send(self) as Record<string, unknown>;
    t.equal(got['self'], got);
    const part = { id: i };
    const [a, b] = line.send([part, part]) as unknown[];
    t.equal(a, b);
    const map = new Map<unknown, unknown>();
    map.set(map, part).set('part', part);
    const received = line.send(map) as Map<unknown, unknown>;
    t.equal(received.get(received), received.get('part'));
  }
  const many = Array.from({ length: 3000 }, (_, id) => ({ id }));
  const twice = line.send([many, [...many].reverse()]) as { id: number }[][];
  t.ok(twice[0]!.every((each, i) => each === twice[1]![2999 - i] && each.id === i));
});

t.test('a message is what it was when it was encoded', async (t) => {
  const value = { type: 'state', list: [1, 2], bytes: new Uint8Array([1, 2]) };
  const end = line.encoder.encode(value, line.region, 0, line.region.byteLength);
  value.list.push(3);
  value.bytes[0] = 9;
  t.same(line.decoder.decode(line.region, 0, end), {
    type: 'state',
    list: [1, 2],
    bytes: new Uint8Array([1, 2]),
  });
});

t.test('what cannot be sent is refused with its key path and a mend', async (t) => {
  class Account {
    balance = 1;
  }
  class Names extends Map {}
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const refused: [unknown, string | RegExp, RegExp?][] = [
    [() => 1, 'message', /function/],
    [{ user: { cb() {} } }, 'message.user.cb', /cb/],
    [{ type: 'list', items: [1, Symbol('x')] }, 'message.items[1]', /symbol/],
    [{ 'odd key': new Account() }, 'message["odd key"]', /Account.*register a codec/],
    [[new Names()], 'message[0]', /Names/],
    [{ m: new Map([['k', new Set([() => 1])]]) }, 'message.m[0][0]'],
    [{ p: Promise.resolve(1) }, 'message.p', /await/],
    [new WeakMap(), 'message', /send a Map/],
    [new WeakSet(), 'message'],
    [new WeakRef({}), 'message'],
    [new URL('http://a/'), 'message', /url.href/],
    [AbortSignal.abort(), 'message'],
    [new ReadableStream(), 'message', /transfer list/],
    [process.stdout, 'message'],
    [new MessageChannel().port1, 'message', /transfer list/],
    [Object.create({ inherited: 1 }), 'message'],
    [new (class extends Uint8Array {})(2), 'message'],
    [Object(Symbol('x')), 'message'],
    [globalThis, 'message'],
    [revoked.proxy, 'message'],
    [
      new Proxy(
        { a: 1 },
        {
          ownKeys: () => {
            throw new Error('trap');
          },
        },
      ),
      'message',
      /trap/,
    ],
    [
      {
        type: 'g',
        inner: {
          get x() {
            throw new Error('no');
          },
        },
      },
      'message.inner',
      /no/,
    ],
  ];
  for (const codeGeneration of [true, false]) {
    const other = new Line({ codeGeneration });
    for (const [value, where, message] of refused) {
      for (let i = 0; i < 3; i++) {
        t.throws(() => other.send(value), {
          name: 'TroupeError',
          code: 'ERR_NOT_SENDABLE',
          where,
          mend: /./,
          ...(message ? { message } : {}),
        });
      }
    }
    for (let i = 0; i < 10; i++) other.send({ type: 'cb', cb: i });
    t.throws(() => other.send({ type: 'cb', cb: () => 1 }), {
      code: 'ERR_NOT_SENDABLE',
      where: 'message.cb',
    });
    t.equal(other.send(1), 1, 'and the next message passes');
  }
});

t.test(
  'symbols and hidden properties are not part of a message; null prototypes become plain',
  async (t) => {
    const value = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 });
    for (let i = 0; i < 8; i++) t.same(Reflect.ownKeys(line.send(value) as object), ['a']);
    const bare = Object.assign(Object.create(null), { type: 'bare', id: 1 });
    for (let i = 0; i < 8; i++) t.equal(Object.getPrototypeOf(line.send(bare)), Object.prototype);
  },
);

t.test('objects of another realm are sent as what they are', async (t) => {
  const source =
    '({a: [1, new Map([[1, new Date(3)]])], b: new Uint8Array([1]), e: new TypeError("x")})';
  const foreign: unknown = runInNewContext(source);
  const got = line.send(foreign) as { e: Error };
  deepStrictEqual(got, { ...structuredClone(foreign as object), e: got.e });
  t.ok(got.e instanceof TypeError);
  const fake = runInNewContext(
    'class Map2 extends Map {}; Object.defineProperty(Map2, "name", {value: "Map"}); new Map2()',
  );
  t.throws(() => line.send(fake), { code: 'ERR_NOT_SENDABLE' });
});

t.test('host objects that structured clone carries travel as attachments', async (t) => {
  const blob = new Blob(['text']);
  const key = createSecretKey(Buffer.from('secret'));
  const got = line.send({ type: 'host', blob, again: blob, key, list: new BlockList() }) as {
    blob: Blob;
    again: Blob;
    key: typeof key;
    list: BlockList;
  };
  t.equal(await got.blob.text(), 'text');
  t.equal(got.again, got.blob);
  t.same(got.key.export(), Buffer.from('secret'));
  t.ok(got.list instanceof BlockList);
  const { Module } = (
    globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } }
  ).WebAssembly;
  const wasm = new Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  t.ok(line.send(wasm) instanceof Module);
});

t.test('items of the transfer list are handed over', async (t) => {
  const { port1, port2 } = new MessageChannel();
  const buffer = new ArrayBuffer(16);
  new Uint8Array(buffer)[9] = 7;
  const view = new Uint8Array(buffer, 8, 4);
  const got = line.sendWithTransfer({ port1, view, buffer, own: new Uint8Array(2) }, [
    port1,
    buffer,
  ]) as {
    port1: MessagePort;
    view: Uint8Array;
    buffer: ArrayBuffer;
  };
  t.equal(buffer.byteLength, 0, 'it left the sender');
  t.equal(got.view.buffer, got.buffer);
  t.equal(got.view.byteOffset, 8);
  t.equal(got.view[1], 7);
  t.type(got.port1.postMessage, 'function');
  port2.close();
  got.port1.close();
  t.throws(() => line.send(buffer), { code: 'ERR_NOT_SENDABLE', message: /detached/ });
  t.throws(() => line.send([view]), { code: 'ERR_NOT_SENDABLE', where: 'message[0]' });
  const twice = new ArrayBuffer(1);
  t.throws(() => line.sendWithTransfer(1, [twice, twice]), { code: 'ERR_NOT_SENDABLE' });
});

t.test('a message without attachments shares one frozen array', async (t) => {
  line.send({ a: 1 });
  t.equal(line.encoder.attachments, new Line().encoder.attachments);
  t.ok(Object.isFrozen(line.encoder.attachments));
});

t.test('a getter or codec that sends while it is read is refused, and harms nothing', async (t) => {
  const other = new Line();
  const value = {
    get sneaky() {
      return other.send(1);
    },
  };
  t.throws(() => other.send(value), { code: 'ERR_NOT_SENDABLE' });
  t.equal(other.send(2), 2);
});
