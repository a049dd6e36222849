import { pino } from 'pino';
import t from 'tap';
import {
  actorLog,
  consoleLogger,
  currentTrace,
  type LogFields,
  type Logger,
  logEvents,
  pinoLogger,
  withTrace,
} from '../../../runtime/index.js';
import { startSystem } from '../../support/system.js';
import { Clerk } from '../fixtures/office.js';

const SOURCE = { path: '/user/shop', thread: 2, incarnation: 3, systemName: 'market' };

/** A logger that keeps its lines. */
function keeping(): Logger & { readonly lines: [string, string, LogFields | undefined][] } {
  const lines: [string, string, LogFields | undefined][] = [];
  return { lines, log: (level, message, fields) => void lines.push([level, message, fields]) };
}

t.test('each line is one object of JSON, from the wanted level on', async (t) => {
  const lines: string[] = [];
  const logger = consoleLogger({
    level: 'warn',
    write: (line) => lines.push(line),
    timeMs: () => 0,
  });
  logger.log('info', 'unseen');
  logger.log('warn', 'seen\nin one line', { n: 1n, error: new RangeError('odd'), level: 'mine' });
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  logger.log('error', 'a cycle', cyclic);
  t.equal(lines.length, 2);
  t.ok(lines.every((line) => !line.includes('\n')));
  const [first, second] = lines.map((line) => JSON.parse(line));
  t.match(first, {
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    message: 'seen\nin one line',
    n: '1',
  });
  t.match(first.error, { name: 'RangeError', message: 'odd' });
  t.match(second, { level: 'error', message: 'a cycle', unwritable: /circular/i });
});

t.test('a pino logger is called as pino wants it', async (t) => {
  const calls: unknown[] = [];
  const level = (name: string) => (fields: object, message: string) =>
    void calls.push([name, fields, message]);
  const pino = {
    debug: level('debug'),
    info: level('info'),
    warn: level('warn'),
    error: level('error'),
  };
  const logger = pinoLogger(pino);
  const error = new Error('odd');
  logger.log('error', 'failed', { n: 1, error });
  logger.log('info', 'fine');
  t.same(calls, [
    ['error', { n: 1, err: error }, 'failed'],
    ['info', {}, 'fine'],
  ]);
});

t.test(
  'pino itself writes what an actor logs, with its levels and its form of errors',
  async (t) => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const log = actorLog(SOURCE, pinoLogger(pino({ level: 'info' }, { write })));
    log.debug('unseen');
    log.info('sold', { count: 2 });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    withTrace({ traceId: 't-1', traceparent }, () =>
      log.error('failed', { error: new RangeError('odd') }),
    );
    const [sold, failed] = lines.map((line) => JSON.parse(line));
    t.equal(lines.length, 2);
    t.match(sold, { level: 30, msg: 'sold', count: 2, actor: '/user/shop', system: 'market' });
    t.match(failed, { level: 50, msg: 'failed', traceId: 't-1', traceparent });
    t.match(failed.err, { type: 'RangeError', message: 'odd', stack: /RangeError: odd/ });
  },
);

t.test('a line of an actor says whose it is, and under which trace', async (t) => {
  const logger = keeping();
  const log = actorLog(SOURCE, logger);
  log.info('sold', { count: 2, actor: 'a lie' });
  await withTrace({ traceId: 't-1' }, async () => {
    await Promise.resolve();
    log.warn('late');
  });
  log.error('gone');
  const whose = { system: 'market', actor: '/user/shop', thread: 2, incarnation: 3 };
  t.same(logger.lines, [
    ['info', 'sold', { count: 2, ...whose }],
    ['warn', 'late', { ...whose, traceId: 't-1' }],
    ['error', 'gone', whose],
  ]);
  t.equal(currentTrace(), undefined);
});

t.test('what supervision does is logged until it is ended', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const logger = keeping();
  const end = logEvents(system.events, logger);
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  clerk.tell({ type: 'fail' });
  clerk.tell({ type: 'unheard' } as never);
  await clerk.ask({ type: 'count' });
  t.same(
    logger.lines.map(([level, message]) => [level, message]),
    [
      ['error', 'an actor failed'],
      ['info', 'an actor was restarted'],
      ['warn', 'a message became a dead letter'],
    ],
  );
  t.match(logger.lines[0]![2], { kind: 'Clerk', thread: 1, error: { message: 'told to fail' } });
  end();
  clerk.tell({ type: 'fail' });
  await clerk.ask({ type: 'count' });
  t.equal(logger.lines.length, 3);
});
