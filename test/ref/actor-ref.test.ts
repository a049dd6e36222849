import { inspect } from 'node:util';
import t from 'tap';
import { ActorRef } from '../../runtime/ref/actor-ref.js';
import type { Address } from '../../runtime/ref/address.js';
import type { Host, Way } from '../../runtime/ref/host.js';
import type { Message, Request } from '../../runtime/ref/protocol.js';

type Protocol = { type: 'note'; n: number } | Request<{ type: 'get' }, number>;

const ADDRESS: Address = { thread: 1, creator: 2, slot: 3, generation: 4 };
const PATH = '/user/shop/cart';

/** A host that keeps the calls. */
function fakeHost(): { host: Host; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const host: Host = {
    systemName: 'market',
    get home(): Host {
      return host;
    },
    tell: (...call) => {
      calls.push(['tell', ...call]);
      return false;
    },
    ask: async (...call) => {
      calls.push(['ask', ...call]);
      return 42;
    },
    send: async (...call) => void calls.push(['send', ...call]),
  };
  return { host, calls };
}

function makeRef(host: Host, path: string | undefined = PATH, address = ADDRESS) {
  return new ActorRef<Protocol>(host, address, path);
}

t.test(
  'it is written with system, path and id, or without the path it does not know',
  async (t) => {
    const { host } = fakeHost();
    const named = makeRef(host);
    const bare = new ActorRef<Protocol>(host, ADDRESS, undefined);
    t.equal(named.toString(), 'troupe://market/user/shop/cart#1.2.3.4');
    t.equal(bare.toString(), 'troupe://market/#1.2.3.4');
    t.equal(`${named}`, named.toString());
    t.equal(JSON.stringify({ to: named }), '{"to":"troupe://market/user/shop/cart#1.2.3.4"}');
    t.equal(inspect({ to: named }), '{ to: ActorRef(troupe://market/user/shop/cart#1.2.3.4) }');
  },
);

t.test('it equals every copy of the same address, whatever path it knows', async (t) => {
  const { host } = fakeHost();
  const ref = makeRef(host);
  const copy = new ActorRef<Protocol>(fakeHost().host, { ...ADDRESS }, undefined);
  t.ok(ref.equals(copy));
  t.equal(ref.id, copy.id);
  t.equal(ref.id, '1.2.3.4');
  for (const field of ['thread', 'creator', 'slot', 'generation'] as const) {
    const other = makeRef(host, PATH, { ...ADDRESS, [field]: 9 });
    t.notOk(ref.equals(other), field);
    t.not(ref.id, other.id, field);
  }
});

t.test('without its actor on this thread it goes through the host, options and all', async (t) => {
  const { host, calls } = fakeHost();
  const ref = makeRef(host);
  const transfer = [new ArrayBuffer(8)];
  const note = { type: 'note', n: 1 } as const;
  t.equal(ref.tell(note, { transfer }), false, 'what the host said of it');
  const asked = { timeoutMs: 5, signal: new AbortController().signal };
  t.equal(await ref.ask({ type: 'get' }, asked), 42);
  await ref.send(note, { transfer });
  t.same(
    calls.map(([what]) => what),
    ['tell', 'ask', 'send'],
  );
  t.ok(calls.every(([, to]) => to === ref));
  t.equal(calls[0]![2], note, 'the message itself, no copy');
  t.equal((calls[0]![3] as { transfer: unknown }).transfer, transfer);
  t.equal(calls[1]![3], asked);
  t.equal((calls[2]![3] as { transfer: unknown }).transfer, transfer);
});

t.test('bound to its actor it tells that one directly, until it is unbound', async (t) => {
  const { host, calls } = fakeHost();
  const ref = makeRef(host);
  const told: unknown[] = [];
  const target: Way = {
    systemName: host.systemName,
    home: host,
    tell: (_ref, message) => told.push(message) > 0,
  };
  ActorRef.bind(ref as unknown as ActorRef<Message>, target);
  t.equal(ActorRef.hostOf(ref), host);
  const note = { type: 'note', n: 1 } as const;
  t.equal(ref.tell(note), true);
  t.equal(told[0], note);
  t.same(calls, [], 'the host had no part in it');
  await ref.ask({ type: 'get' });
  await ref.send(note);
  t.equal(calls.length, 2, 'asks and sends need the ask table of the host');
  ActorRef.bind(ref as unknown as ActorRef<Message>, host);
  ref.tell(note);
  t.equal(calls.length, 3);
  t.equal(told.length, 1);
});

t.test('it tells its host to the runtime, and to nobody else', async (t) => {
  const { host } = fakeHost();
  const ref = makeRef(host);
  t.equal(ActorRef.hostOf(ref), host);
  t.equal(ActorRef.hostOf({ ...ref } as never), undefined, 'not a reference, only its numbers');
  t.same(Object.keys(ref), ['thread', 'creator', 'slot', 'generation', 'path']);
});
