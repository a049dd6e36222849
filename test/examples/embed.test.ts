import t from 'tap';
import { Program } from '../support/program.js';

for (const name of ['fastify', 'express']) {
  t.test(`actors in an app of ${name} answer its requests, and stop with it`, async (t) => {
    const app = new Program(t, `embed-${name}/main`, [], { PORT: '0' });
    const [url] = await app.line(/listening at (\S+)\n/);
    const health = await fetch(`${url}/health`);
    t.equal(health.status, 200);
    t.same(await health.json(), { status: 'up' });
    const headers = { 'content-type': 'application/json' };
    const inc = async (body: string): Promise<number> =>
      (await fetch(`${url}/count`, { method: 'POST', headers, body })).status;
    t.equal(await inc('{"by":3}'), 202);
    t.equal(await inc('{}'), 400);
    t.equal(await inc('{"by":'), 400);
    // The actor fails at that, and is restarted: the count begins anew, and the app goes on.
    t.equal(await inc('{"by":-1}'), 202);
    t.equal(await inc('{"by":3}'), 202);
    t.same(await (await fetch(`${url}/count`)).json(), { count: 3 });
    app.kill('SIGTERM');
    t.equal(await app.ended, 0, 'and nothing keeps it alive');
    t.notMatch(app.err, /unhandled|uncaught|warning/i);
  });
}
