import t from 'tap';
import { DeliveryLog } from '../../runtime/index.js';
import { startSystem } from '../support/system.js';

function append(session: number, sequence: number) {
  const message = { type: 'item', n: sequence };
  return { type: 'append', id: 'x', session, sequence, message } as const;
}

t.test('a session finds what the former one had left unconfirmed', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const log = system.spawn(DeliveryLog, {});
  const first = await log.ask({ type: 'open', id: 'x' });
  t.match(first, { session: 1, confirmedThrough: 0, unconfirmed: [] });
  for (let sequence = 1; sequence <= 5; sequence++) await log.ask(append(1, sequence));
  log.tell({ type: 'confirm', id: 'x', session: 1, through: 3 });
  log.tell({ type: 'confirm', id: 'x', session: 1, through: 2 });
  const second = await log.ask({ type: 'open', id: 'x' });
  t.match(second, { stream: first.stream, session: 2, confirmedThrough: 3 });
  t.same(
    second.unconfirmed.map(({ sequence }) => sequence),
    [4, 5],
  );
  log.tell({ type: 'confirm', id: 'x', session: 2, through: 5 });
  t.match(await log.ask({ type: 'open', id: 'x' }), { confirmedThrough: 5, unconfirmed: [] });
  t.not((await log.ask({ type: 'open', id: 'y' })).stream, first.stream);
});

t.test('a session that was replaced is refused, and its confirmations are void', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const log = system.spawn(DeliveryLog, {});
  await log.ask({ type: 'open', id: 'x' });
  await log.ask(append(1, 1));
  await log.ask({ type: 'open', id: 'x' });
  await t.rejects(log.ask(append(1, 2)), { code: 'ERR_STOPPED' });
  log.tell({ type: 'confirm', id: 'x', session: 1, through: 1 });
  t.equal((await log.ask({ type: 'open', id: 'x' })).unconfirmed.length, 1);
});

t.test('the limits of the log refuse, and it goes on', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const log = system.spawn(DeliveryLog, { streamCount: 1, messageCount: 2 });
  const { session } = await log.ask({ type: 'open', id: 'x' });
  await t.rejects(log.ask({ type: 'open', id: 'y' }), { code: 'ERR_MAILBOX_FULL' });
  await log.ask(append(session, 1));
  await log.ask(append(session, 2));
  await t.rejects(log.ask(append(session, 3)), { code: 'ERR_MAILBOX_FULL' });
  log.tell({ type: 'confirm', id: 'x', session, through: 1 });
  await log.ask(append(session, 3));
});
