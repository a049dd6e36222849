import t from 'tap';
import { Extensions } from '../../runtime/codec/extensions.js';
import { defineCodec, loadCodecs } from '../../runtime/worker/codecs.js';
import { Line } from '../codec/round-trip.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { Money, MoneyCodec } from './fixtures/parts.js';

const PARTS = new URL('./fixtures/parts.js', import.meta.url).href;

t.test('a codec that is data is loaded, and its class travels', async (t) => {
  const extensions = new Extensions();
  await loadCodecs(extensions, [{ module: PARTS, name: 'MoneyCodec' }]);
  const arrived = new Line({ extensions }).send({ price: new Money(250) }) as { price: Money };
  t.ok(arrived.price instanceof Money);
  t.equal(arrived.price.cents, 250);
});

t.test('one that brings its code is used as it is', async (t) => {
  const extensions = new Extensions();
  const local = defineCodec({
    module: 'file:///nowhere/at-all.js',
    name: 'Local',
    class: Money,
    encode: ({ cents }) => cents,
    decode: (cents: number) => new Money(cents),
  });
  await loadCodecs(extensions, [local]);
  t.equal(extensions.forName('Local'), local);
});

t.test('what cannot be loaded, or is no codec, is named with its file', async (t) => {
  const load = (name: string, module = PARTS): Promise<Error> =>
    rejection(loadCodecs(new Extensions(), [{ module, name }]));
  assertTroupeError(t, await load('Absent'), 'ERR_DEFINITION_NOT_FOUND', 'Absent', PARTS);
  assertTroupeError(t, await load('Greeter'), 'ERR_DEFINITION', 'Greeter', PARTS, 'defineCodec');
  const lost = await load('Any', 'file:///nowhere/at-all.js');
  assertTroupeError(t, lost, 'ERR_DEFINITION_NOT_FOUND', 'file:///nowhere/at-all.js');
});

t.test('two codecs for one class are refused', async (t) => {
  const twice = loadCodecs(new Extensions(), [MoneyCodec, MoneyCodec]);
  assertTroupeError(t, await rejection(twice), 'ERR_DEFINITION', 'MoneyCodec');
});

t.test('a malformed definition is refused where it is made', async (t) => {
  const good = { module: PARTS, name: 'X', class: Money, encode: () => 1, decode: () => 1 };
  for (const bad of [undefined, null, {}, { ...good, module: 'no url' }, { ...good, name: 5 }]) {
    assertTroupeError(
      t,
      thrown(() => defineCodec(bad as never)),
      'ERR_DEFINITION',
      'defineCodec',
    );
  }
  t.ok(Object.isFrozen(defineCodec(good as never)));
});
