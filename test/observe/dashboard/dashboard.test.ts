import { createServer } from 'node:net';
import t from 'tap';
import type { ActorNode, Dashboard } from '../../../runtime/index.js';
import { assertTroupeError, rejection } from '../../support/errors.js';
import { startSystem } from '../../support/system.js';
import { until } from '../../support/turns.js';
import { Clerk } from '../fixtures/office.js';
import { listen, send, sendRaw, visit } from './http.js';

async function json<T>(dashboard: Dashboard, path: string): Promise<T> {
  const { status, headers, body } = await visit(dashboard, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
  if (!headers['content-type']?.startsWith('application/json')) throw new Error('not JSON');
  return JSON.parse(body) as T;
}

t.test('without the token nothing is shown; with it, everything', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const dashboard = await system.serveDashboard();
  const { port, token } = dashboard;
  t.equal(dashboard.url, `http://127.0.0.1:${port}/?token=${token}`);
  t.ok(String(token).length >= 32);
  for (const path of [
    '/',
    '/metrics',
    '/page.js',
    '/api/overview',
    '/api/stream',
    '/api/tree',
    '/nothing',
  ]) {
    t.equal((await send(port, path)).status, 401, path);
    t.equal((await send(port, `${path}?token=wrong`)).status, 403, path);
    t.equal((await send(port, path, { headers: { authorization: 'Bearer ' } })).status, 401);
  }
  const first = await send(port, `/?token=${token}`);
  t.equal(first.status, 200);
  const [cookie] = first.headers['set-cookie']!;
  t.match(cookie, /HttpOnly; SameSite=Strict/);
  const kept = { headers: { cookie: `other=1; ${cookie!.split(';')[0]}` } };
  t.equal((await send(port, '/page.js', kept)).status, 200);
  t.equal((await send(port, '/metrics', kept)).status, 200);
});

t.test('the page loads nothing from elsewhere and may not', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const dashboard = await system.serveDashboard({ token: 'a-token' });
  const page = await visit(dashboard, '/');
  t.match(page.headers['content-security-policy'], /default-src 'none'; script-src 'self'/);
  t.equal(page.headers['x-content-type-options'], 'nosniff');
  const addresses = [...page.body.matchAll(/(?:src|href)="([^"#][^"]*)"/g)].map(
    ([, each]) => each!,
  );
  t.same(addresses, ['data:,', 'page.css', 'page.js']);
  for (const path of ['/page.css', '/page.js']) {
    const { status, body } = await visit(dashboard, path);
    t.equal(status, 200);
    t.notMatch(body, /https?:\/\/|innerHTML|insertAdjacentHTML|document\.write|@import/);
  }
});

t.test('other names for this machine and other sites are refused', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const dashboard = await system.serveDashboard();
  const status = async (headers: Record<string, string>, path = '/metrics'): Promise<number> =>
    (await visit(dashboard, path, { headers })).status;
  t.equal(await status({ host: 'evil.example' }), 421, 'DNS rebinding');
  t.equal(await status({ host: `localhost:${dashboard.port}` }), 200);
  t.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403);
  t.equal(await status({ 'sec-fetch-site': 'cross-site' }, '/'), 200, 'a link may lead here');
});

t.test('bad requests are answered with what is wrong, and nothing breaks', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const dashboard = await system.serveDashboard();
  const status = async (path: string, options = {}): Promise<number> =>
    (await visit(dashboard, path, options)).status;
  t.equal(await status('/nothing'), 404);
  t.equal(await status('/metrics', { method: 'POST' }), 405);
  t.equal(await status('/metrics', { method: 'HEAD' }), 200);
  t.equal(await status('/api/trace?actor=1.1.1.1&on=1'), 405);
  t.equal(await status('/api/trace?actor=/user/none&on=1', { method: 'POST' }), 404);
  t.equal(await status('/api/trace?actor=1.1.1.1&on=1', { method: 'POST' }), 404);
  t.equal(await status('/api/trace', { method: 'POST' }), 404);
  t.equal(await status('/api/tree?depth=x'), 400);
  t.equal(await status('/api/tree?offset=-1'), 400);
  t.equal(await status('/api/tree?under=/user/none'), 404);
  t.equal(await status('/api/tree?under=9999.9.9.9'), 200, 'an actor nobody can reach');
  t.equal(await status('/api/tree?under=1.99999999.9.9'), 404);
  t.equal(await status('/metrics', { method: 'POST', body: 'x'.repeat(5000) }), 413);
  const chunked = { method: 'POST', headers: { 'transfer-encoding': 'chunked' } };
  t.equal(await status('/api/trace?actor=1.1.1.1&on=1', { ...chunked, body: 'x' }), 413);
  t.equal(await status('/api/tree?under=%ZZ%00'), 404);
  t.equal(await status('/metrics', { headers: { cookie: '=; ;;troupe_1=x=y' } }), 200);
  t.equal(await status('//'), 400);
  t.equal(await status('http://['), 400);
  t.match(await sendRaw(dashboard.port, 'NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /);
  t.match(
    await sendRaw(dashboard.port, `GET / HTTP/1.1\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`),
    /^HTTP\/1\.1 4/,
  );
  const twice = 'POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n';
  t.match(await sendRaw(dashboard.port, twice), /^HTTP\/1\.1 400 /, 'a length, and chunks');
  t.equal(await status('/metrics'), 200, 'it still serves');
});

t.test('the tree, the figures and the past are there as JSON', async (t) => {
  const system = await startSystem(t, { metrics: true });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  clerk.tell({ type: 'hire', count: 250, named: true });
  clerk.tell({ type: 'fail' });
  clerk.tell({ type: 'hire', count: 250, named: true });
  await clerk.ask({ type: 'count' });
  const dashboard = await system.serveDashboard();
  const overview = await json<{
    threads: { thread: number; state: string }[];
    totals: { failures: number };
  }>(dashboard, '/api/overview');
  t.same(
    overview.threads.map(({ thread }) => thread),
    [0, 1, 2],
  );
  t.equal(overview.totals.failures, 1);
  const root = await json<ActorNode>(dashboard, '/api/tree');
  t.match(root, { path: '/user', childCount: 1 });
  const page = await json<ActorNode>(dashboard, `/api/tree?under=${clerk.id}&offset=200&limit=100`);
  t.equal(page.childCount, 250);
  t.same(page.children.map(({ path }) => path).slice(0, 2), [
    '/user/clerk/clerk-200',
    '/user/clerk/clerk-201',
  ]);
  t.equal(page.children.length, 50);
  const { events } = await json<{ events: { name: string }[] }>(dashboard, '/api/history');
  t.same(
    events.map(({ name }) => name),
    ['actor-failed', 'actor-restarted'],
  );
  t.match(await json(dashboard, '/api/survey'), { waits: [], cycles: [] });
  t.match(await json(dashboard, '/api/inspect'), { system: 'troupe', tree: { path: '/user' } });
  t.match(
    (await visit(dashboard, '/metrics')).body,
    /^troupe_kind_failures_total\{.*kind="Clerk"\} 1$/m,
  );
});

t.test('who listens is told at once what happens, and what happened before', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  clerk.tell({ type: 'fail' });
  await clerk.ask({ type: 'count' });
  const dashboard = await system.serveDashboard();
  const { events, ended } = listen(dashboard);
  const of = (name: string) =>
    events.filter((event) => event.name === name).map(({ data }) => data);
  await until('the past is told', () => of('history').length === 1);
  t.match(of('history')[0], { events: [{ name: 'actor-failed' }, { name: 'actor-restarted' }] });
  await until('an overview came', () => of('overview').length >= 1);
  clerk.tell({ type: 'fail' });
  clerk.tell({ type: 'unheard' } as never);
  await until('the events came', () => of('event').length === 2 && of('letter').length === 1);
  t.match(of('event')[0], {
    name: 'actor-failed',
    payload: { kind: 'Clerk', error: { name: 'RangeError' } },
  });
  t.match(of('letter')[0], { payload: { reason: 'unhandled', type: 'unheard' } });
  await until('overviews go on', () => of('overview').length >= 2);
  t.ok(Number(of('overview').at(-1)?.['seconds']) > 0);
  const on = await visit(dashboard, `/api/trace?actor=/user/clerk&on=1`, { method: 'POST' });
  t.same(JSON.parse(on.body), { actor: clerk.id, traced: true });
  clerk.tell({ type: 'note', text: 'seen' });
  await until('it is traced', () => of('traced').length === 1);
  t.match(of('traced')[0], { type: 'note', id: clerk.id });
  await visit(dashboard, `/api/trace?actor=${clerk.id}&on=0`, { method: 'POST' });
  clerk.tell({ type: 'note', text: 'unseen' });
  await clerk.ask({ type: 'count' });
  t.equal(of('traced').length, 1);
  await system.stop();
  await ended;
  t.ok((await rejection(visit(dashboard, '/metrics'))).message, 'nobody listens there any more');
});

t.test('when the last listener leaves, traces end', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  await system.started(clerk);
  const dashboard = await system.serveDashboard();
  const trace = (on: number) =>
    visit(dashboard, `/api/trace?actor=/user/clerk&on=${on}`, { method: 'POST' });
  t.match(await trace(1), { status: 200, body: /"traced":false/ }, 'there is nobody to tell');
  const listener = listen(dashboard);
  await until('it listens', () => listener.events.length > 0);
  let told = 0;
  system.events.on('message-traced', () => told++);
  const both = await Promise.all([trace(1), trace(1)]);
  t.ok(both.every(({ body }) => body.includes('"traced":true')));
  clerk.tell({ type: 'note', text: 'x' });
  await until('it is traced', () => told > 0);
  listener.close();
  let before = -1;
  await until('it is traced no more', () => {
    const isSame = told === before;
    before = told;
    clerk.tell({ type: 'note', text: 'x' });
    return isSame && system.metrics().total.handled > told + 5;
  });
});

t.test('a port that is in use and options out of range are clear errors', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  t.teardown(() => blocker.close());
  const { port } = blocker.address() as { port: number };
  assertTroupeError(
    t,
    await rejection(system.serveDashboard({ port })),
    'ERR_DASHBOARD_LISTEN',
    /EADDRINUSE/,
    String(port),
    /use port 0/,
  );
  for (const bad of [
    { port: -1 },
    { port: 70_000 },
    { port: 1.5 },
    { token: '' },
    { token: 'a b' },
    { token: 'ü' },
    { host: '' },
  ]) {
    assertTroupeError(
      t,
      await rejection(system.serveDashboard(bad)),
      'ERR_OPTION',
      /serveDashboard/,
    );
  }
  const open = await system.serveDashboard({ token: false });
  t.equal(open.url, `http://127.0.0.1:${open.port}/`);
  t.equal((await send(open.port, '/metrics')).status, 200);
  await open.close();
  await open.close();
  const again = await system.serveDashboard({ port: open.port, token: 'x' });
  t.equal((await visit(again, '/metrics')).status, 200, 'the port is free again');
  await system.stop();
  assertTroupeError(
    t,
    await rejection(Promise.resolve().then(() => system.serveDashboard())),
    'ERR_STOPPED',
  );
});

t.test('two systems have a dashboard each', async (t) => {
  const systems = [
    await startSystem(t, { threads: 0, name: 'one' }),
    await startSystem(t, { threads: 0, name: 'two' }),
  ];
  const dashboards = await Promise.all(systems.map((system) => system.serveDashboard()));
  for (const [index, dashboard] of dashboards.entries()) {
    t.match(await json(dashboard, '/api/overview'), { system: ['one', 'two'][index]! });
    t.equal(
      (await send(dashboards[1 - index]!.port, `/metrics?token=${dashboard.token}`)).status,
      403,
    );
  }
});
