import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { TroupeError } from 'troupe';
import { RejectedError } from 'troupe/resilience';
import { CreditBureau } from '../../../examples/cluster/credit-bureau.js';
import { HttpServer, MAX_BODY_BYTES } from '../../../examples/cluster/http/http-server.js';
import { routesOf } from '../../../examples/cluster/http/routes.js';
import { Unavailable } from '../../../examples/cluster/service.js';
import { Site } from '../../../examples/cluster/site.js';

/** Sends bytes as they are. @returns all that came back */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

t.test('what is wrong with a request is told, and the next one is served', async (t) => {
  const bureau = await CreditBureau.open();
  t.teardown(() => bureau.close());
  const folder = join(t.testdir(), 'journal');
  const site = await Site.open({ folder, port: 0, bureauUrl: bureau.url });
  t.teardown(() => site.close());
  const { url, port } = site.http;
  let count = 0;
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    key: string | null = `key-${count++}`,
  ): Promise<{ status: number; body: unknown }> => {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const headers: Record<string, string> = key === null ? {} : { 'idempotency-key': key };
    const init = text === undefined ? { method, headers } : { method, headers, body: text };
    const response = await fetch(url + path, init);
    return { status: response.status, body: await response.json() };
  };
  for (const id of ['ada', 'bob']) {
    t.match(await send('POST', `/accounts/${id}`, { owner: id }), { status: 201 });
  }
  const deposit = (amount: unknown, key?: string | null) =>
    send('POST', '/accounts/ada/deposits', { amount }, key);
  t.match(await deposit('10.00', 'salary'), { status: 201, body: { result: 'done' } });

  await t.test('refused by the rules', async (t) => {
    t.match(await send('POST', '/accounts/ada', { owner: 'eve' }), {
      status: 409,
      body: { result: 'refused', code: 'exists' },
    });
    const transfer = { from: 'ada', to: 'bob', amount: '99.00' };
    t.match(await send('POST', '/transfers', transfer), {
      status: 409,
      body: { code: 'insufficient' },
    });
    const order = { account: 'ada', product: 'tea', price: '45.01' };
    t.match(await send('POST', '/orders', order), { status: 409, body: { code: 'no-credit' } });
    t.match(await send('POST', '/accounts/eve/deposits', { amount: '1' }), {
      status: 404,
      body: { code: 'not-open' },
    });
  });

  await t.test('malformed', async (t) => {
    const bad = async (sent: Promise<{ status: number; body: unknown }>, error: RegExp) =>
      t.match(await sent, { status: 400, body: { error } });
    await bad(send('POST', '/transfers', '{"from":'), /the body is no JSON/);
    await bad(send('POST', '/transfers', '[]'), /from is missing/);
    await bad(send('POST', '/transfers', 'null'), /from is missing/);
    await bad(deposit(5), /amount is missing, or no text/);
    await bad(deposit('1e3'), /'1e3' is no amount of EUR/);
    await bad(deposit('0.001'), /no amount of EUR/);
    await bad(deposit('1.00', null), /give an idempotency-key/);
    await bad(deposit('1.00', 'a key'), /give an idempotency-key/);
    const same = { from: 'ada', to: 'ada', amount: '1.00' };
    await bad(send('POST', '/transfers', same), /the same account/);
    await bad(send('GET', '/accounts/%00'), /is no name/);
    t.match(await deposit('11.00', 'salary'), { status: 422 }, 'the key of another request');
  });

  await t.test('nowhere', async (t) => {
    t.match(await send('GET', '/nothing'), { status: 404, body: { error: /nothing at/ } });
    t.match(await send('GET', '/accounts/eve'), { status: 404 });
    t.match(await send('GET', '/orders/none'), { status: 404 });
    t.match(await send('DELETE', '/accounts/ada'), { status: 405 });
  });

  await t.test('too large, announced or not', async (t) => {
    const text = 'x'.repeat(MAX_BODY_BYTES + 1);
    t.match(await send('POST', '/transfers', text), { status: 413 });
    const chunked = await raw(
      port,
      `POST /transfers HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n`,
    );
    t.match(chunked, /^HTTP\/1\.1 413 [\s\S]*connection: close/i);
  });

  await t.test('no HTTP at all', async (t) => {
    t.match(await raw(port, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request\r\n/);
    const header = `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`;
    t.match(await raw(port, header), /^HTTP\/1\.1 431 /);
  });

  t.match(await send('GET', '/accounts/ada'), { status: 200, body: { balance: '10.00 EUR' } });
});

t.test('a server that is not open yet says so', async (t) => {
  const server = await HttpServer.listen(0);
  t.teardown(() => server.close(0));
  const response = await fetch(`${server.url}/health`);
  t.equal(response.status, 503);
});

t.test('a server that closes answers what has come', async (t) => {
  const server = await HttpServer.listen(0);
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.serve({
    async handle() {
      begun();
      await released;
      return { status: 200, body: 'late' };
    },
    onError: () => ({ status: 500, body: null }),
  });
  const answer = fetch(server.url);
  await hasBegun;
  const closed = server.close(60_000);
  await t.rejects(fetch(server.url), 'no new connection');
  release();
  const response = await answer;
  t.equal(response.headers.get('connection'), 'close');
  t.equal(await response.json(), 'late');
  await closed;
});

t.test('passing trouble says when to come again, a defect keeps its insides', async (t) => {
  const handler = routesOf(undefined as never, () => ({ status: 200, body: 'well' }));
  t.match(handler.onError(new TroupeError('ERR_THREAD_DIED', { what: 'gone' })), {
    status: 503,
    body: { error: /gone/ },
    retryAfterSeconds: 1,
  });
  t.match(handler.onError(new RejectedError('ERR_BREAKER_OPEN', { what: 'open' }, 2500)), {
    status: 503,
    retryAfterSeconds: 3,
  });
  t.match(handler.onError(new Unavailable('nobody is there')), { status: 503 });
  t.same(handler.onError(new TypeError('x.y is no function')), {
    status: 500,
    body: { error: 'the request failed' },
  });
});
