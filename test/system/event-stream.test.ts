import t, { type Test } from 'tap';
import { EventStream, type SystemEvents } from '../../runtime/system/event-stream.js';

const DIED = { thread: 1, error: new Error('x'), lostAtMost: 3 };

/** Catches the warnings of the process during a test. */
function catchWarnings(t: Test): Error[] {
  const warnings: Error[] = [];
  const { emitWarning } = process;
  process.emitWarning = ((warning: Error) => warnings.push(warning)) as typeof emitWarning;
  t.teardown(() => {
    process.emitWarning = emitWarning;
  });
  return warnings;
}

t.test('listeners get the payload of their event, in the order in which they came', async (t) => {
  const stream = new EventStream();
  const log: unknown[] = [];
  stream
    .on('thread-died', (event) => log.push(['a', event]))
    .on('thread-died', (event) => log.push(['b', event]))
    .on('thread-replaced', (event) => log.push(['c', event]));
  stream.publish('thread-died', DIED);
  t.same(log, [
    ['a', DIED],
    ['b', DIED],
  ]);
});

t.test('what an actor publishes arrives as a user event, whatever its name', async (t) => {
  const stream = new EventStream();
  const log: unknown[] = [];
  stream.on('user', (event) => log.push(event));
  stream.on('thread-died', () => log.push('taken for an event of the runtime'));
  stream.publish('user:thread-died', 5);
  stream.publish('user:', undefined);
  t.same(log, [
    { name: 'thread-died', payload: 5 },
    { name: '', payload: undefined },
  ]);
});

t.test('names that are no events are not events', async (t) => {
  const stream = new EventStream();
  const log: unknown[] = [];
  for (const name of ['user', 'unheard-of', '__proto__', 'constructor']) {
    stream.on(name as keyof SystemEvents, () => log.push(name));
    stream.publish(name, 1);
  }
  t.same(log, []);
});

t.test('a listener that throws disturbs neither the others nor who published', async (t) => {
  const warnings = catchWarnings(t);
  const stream = new EventStream();
  const log: string[] = [];
  stream.on('thread-died', () => log.push('before'));
  stream.on('thread-died', () => {
    throw new Error('mine');
  });
  stream.on('thread-died', () => log.push('after'));
  stream.publish('thread-died', DIED);
  t.same(log, ['before', 'after']);
  t.same(
    warnings.map(({ message }) => message),
    ['mine'],
  );
});

t.test('a listener that throws no error is warned of too', async (t) => {
  const warnings = catchWarnings(t);
  const stream = new EventStream();
  for (const thrown of ['text', undefined, 5, { a: 1 }]) {
    stream.once('thread-died', () => {
      throw thrown;
    });
  }
  stream.publish('thread-died', DIED);
  t.equal(warnings.length, 4);
  t.ok(warnings.every((warning) => warning instanceof Error));
});

t.test('`once` is called once, `off` takes a listener away', async (t) => {
  const stream = new EventStream();
  const log: string[] = [];
  const always = (): void => void log.push('always');
  stream.once('thread-died', () => log.push('once'));
  stream.on('thread-died', always);
  stream.publish('thread-died', DIED);
  stream.publish('thread-died', DIED);
  t.same(log, ['once', 'always', 'always']);
  stream.off('thread-died', always);
  stream.publish('thread-died', DIED);
  t.equal(log.length, 3);
  const never = (): void => void log.push('never');
  stream.once('thread-died', never);
  stream.off('thread-died', never);
  stream.publish('thread-died', DIED);
  t.equal(log.length, 3);
});

t.test(
  'an event out of a listener comes after it, and `once` holds for that one too',
  async (t) => {
    const stream = new EventStream();
    const log: string[] = [];
    stream.once('thread-died', () => {
      log.push('outer');
      stream.publish('thread-died', DIED);
    });
    stream.publish('thread-died', DIED);
    t.same(log, ['outer']);
  },
);

t.test('after its end nobody hears anything', async (t) => {
  const stream = new EventStream();
  stream.on('thread-died', () => t.fail('heard'));
  stream.close();
  stream.publish('thread-died', DIED);
  t.pass();
});
