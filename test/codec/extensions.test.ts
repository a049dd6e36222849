import t from 'tap';
import { type Extension, Extensions } from '../../runtime/codec/extensions.js';
import { Line } from './round-trip.js';

class Ref {
  readonly path: string;
  readonly tag: unknown;

  constructor(path: string, tag?: unknown) {
    this.path = path;
    this.tag = tag;
  }
}

const ref: Extension<Ref, [string, unknown]> = {
  name: 'test.ref',
  class: Ref,
  encode: (value) => [value.path, value.tag],
  decode: ([path, tag]) => new Ref(path, tag),
};

function registered(): Line {
  const line = new Line();
  line.extensions.register(ref);
  return line;
}

t.test(
  'instances of a class with a codec are rebuilt, with nested values and identity',
  async (t) => {
    const line = registered();
    for (let i = 0; i < 8; i++) {
      const shared = { i };
      const to = new Ref('/a', new Ref('/b', shared));
      const got = line.send({ type: 'ask', replyTo: to, again: to, shared }) as {
        replyTo: Ref;
        again: Ref;
        shared: object;
      };
      t.ok(got.replyTo instanceof Ref);
      t.equal(got.again, got.replyTo);
      t.equal(got.replyTo.path, '/a');
      t.equal((got.replyTo.tag as Ref).tag, got.shared);
    }
  },
);

t.test('a subclass without a codec of its own is refused', async (t) => {
  class Special extends Ref {}
  const line = registered();
  t.throws(() => line.send({ to: new Special('/a') }), {
    code: 'ERR_NOT_SENDABLE',
    where: 'message.to',
    message: /base class has the codec test\.ref/,
    mend: /Special/,
  });
});

t.test('an instance within its own plain form is refused', async (t) => {
  const holder: { self?: unknown } = {};
  const loop = new Ref('/a', holder);
  holder.self = loop;
  t.throws(() => registered().send(loop), { code: 'ERR_NOT_SENDABLE', message: /plain form/ });
});

t.test('failures of a codec carry their cause', async (t) => {
  const cause = new Error('broken');
  const line = new Line();
  const fail = () => {
    throw cause;
  };
  class A {}
  class B {}
  line.extensions.register({ name: 'a', class: A, encode: fail, decode: () => new A() });
  line.extensions.register({ name: 'b', class: B, encode: () => 1, decode: fail });
  t.throws(() => line.send([new A()]), { code: 'ERR_NOT_SENDABLE', where: 'message[0]', cause });
  t.throws(() => line.send(new B()), { code: 'ERR_DAMAGED', cause });
  t.equal(line.send(1), 1);
});

t.test('a codec that the receiver lacks is named', async (t) => {
  const line = registered();
  const end = line.encoder.encode(new Ref('/a'), line.region, 0, line.region.byteLength);
  const { decoder } = new Line();
  t.throws(() => decoder.decode(line.region, 0, end), {
    code: 'ERR_DAMAGED',
    message: /test\.ref/,
  });
});

t.test('a name or class that is taken or malformed is refused', async (t) => {
  const extensions = new Extensions();
  extensions.register(ref);
  class Other {}
  const other = { name: 'other', class: Other, encode: () => 1, decode: () => new Other() };
  const wrong = { code: 'ERR_DEFINITION' };
  t.throws(() => extensions.register({ ...other, name: 'test.ref' }), wrong);
  t.throws(() => extensions.register({ ...other, class: Ref }), wrong);
  t.throws(() => extensions.register({ ...other, name: '' }), wrong);
  t.throws(() => extensions.register({ ...other, class: Map }), wrong);
  t.throws(() => extensions.register({ ...other, class: Object as never }), wrong);
  t.throws(() => extensions.register({ ...other, class: undefined as never }), wrong);
  t.throws(() => extensions.register({ ...other, encode: 1 as never }), wrong);
  extensions.register(other);
  t.equal(extensions.forName('other')?.class, Other);
  t.equal(extensions.forPrototype(Other.prototype)?.name, 'other');
});
