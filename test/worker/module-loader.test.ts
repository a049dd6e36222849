import t from 'tap';
import { asLoaded, defineActor } from '../../runtime/actor/definition.js';
import { TroupeError } from '../../runtime/base/errors.js';
import { loadExport, ModuleLoader } from '../../runtime/worker/module-loader.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { Greeter } from './fixtures/parts.js';

const PARTS = new URL('./fixtures/parts.js', import.meta.url).href;
const located = (name: string, module = PARTS) => ({ module, name });

/** A loader, and the names that it has labelled. */
function makeLoader() {
  const labels: string[] = [];
  return { labels, loader: new ModuleLoader((name) => labels.push(name)) };
}

t.test('a definition that is data is loaded by its module and export', async (t) => {
  const { loader, labels } = makeLoader();
  const kind = await loader.kind(located('Greeter'));
  t.equal(kind.definition, asLoaded(Greeter));
  t.same(labels.toSorted(), ['Greeter', 'greet', 'leave'], 'labels for the watchdog');
  t.equal(loader.kind(located('Greeter')), kind, 'known from then on, without a promise');
  t.equal(loader.known(located('Greeter')), kind);
  t.equal(loader.known(located('Other')), undefined);
});

t.test('many that need it at once share one load', async (t) => {
  const { loader, labels } = makeLoader();
  const loads = [1, 2, 3].map(() => loader.kind(located('Greeter')));
  t.equal(loads[1], loads[0]);
  t.equal(loads[2], loads[0]);
  const kinds = await Promise.all(loads);
  t.equal(new Set(kinds).size, 1);
  t.equal(labels.filter((label) => label === 'Greeter').length, 1);
});

t.test('a definition that brings its code is known at once', async (t) => {
  const { loader } = makeLoader();
  const local = defineActor<{ type: 'go' }>()({
    module: 'file:///nowhere/at-all.js',
    name: 'Local',
    init: () => 1,
    handlers: { go: () => {} },
  });
  const kind = loader.kind(local);
  t.notOk(kind instanceof Promise);
  t.equal(loader.kind({ module: local.module, name: 'Local' }), kind);
});

t.test('of two definitions of one name each brings its own code', async (t) => {
  const { loader } = makeLoader();
  const make = (answer: number) =>
    defineActor<{ type: 'go' }>()({
      module: PARTS,
      name: 'Twin',
      init: () => answer,
      handlers: { go: () => {} },
    });
  const [one, other] = [make(1), make(2)];
  const kinds = [one, other, one].map((definition) => loader.kind(definition));
  t.same(
    kinds.map((kind) => ('definition' in kind ? kind.definition.init(0, 0) : 0)),
    [1, 2, 1],
  );
});

t.test('a module that is missing is named with the file, the export and the mend', async (t) => {
  const { loader } = makeLoader();
  const module = new URL('./fixtures/missing.js', import.meta.url).href;
  const error = await rejection(Promise.resolve(loader.kind(located('Lost', module))));
  assertTroupeError(t, error, 'ERR_DEFINITION_NOT_FOUND', 'Lost', module, 'export const Lost');
  t.match(error.cause, { code: 'ERR_MODULE_NOT_FOUND' });
  t.equal((error as TroupeError).where, module);
});

t.test('an export that is missing is named with those that are there', async (t) => {
  const { loader } = makeLoader();
  const error = await rejection(Promise.resolve(loader.kind(located('Gretter'))));
  const says = ['Gretter', PARTS, /exports .*Greeter/, 'export const Gretter'];
  assertTroupeError(t, error, 'ERR_DEFINITION_NOT_FOUND', ...says);
});

t.test('an export that is no actor is named as such', async (t) => {
  const { loader } = makeLoader();
  const error = await rejection(Promise.resolve(loader.kind(located('notAnActor'))));
  const says = ['notAnActor', PARTS, 'no actor definition', 'export const notAnActor'];
  assertTroupeError(t, error, 'ERR_DEFINITION_NOT_FOUND', ...says);
});

t.test('a module that throws is the cause, and a failed load is not kept', async (t) => {
  const { loader } = makeLoader();
  const bad = located('Bad', "data:text/javascript,throw new RangeError('at the top level')");
  const first = loader.kind(bad);
  const error = await rejection(Promise.resolve(first));
  assertTroupeError(t, error, 'ERR_DEFINITION_NOT_FOUND', 'at the top level');
  t.ok(error.cause instanceof RangeError);
  const second = loader.kind(bad);
  t.not(second, first, 'it is tried again');
  await rejection(Promise.resolve(second));
});

t.test('exports of CommonJS modules are found under their default', async (t) => {
  const module = 'data:text/javascript,export default { Old: 5 }';
  t.equal(await loadExport(located('Old', module)), 5);
  const error = await rejection(loadExport(located('Older', module)));
  t.ok(error instanceof TroupeError);
});
