import { type IncomingMessage, request } from 'node:http';
import t from 'tap';
import { Program } from '../support/program.js';
import { untilAsync } from '../support/turns.js';

const JSON_TYPE = { 'content-type': 'application/json' };

for (const name of ['fastify', 'express']) {
  t.test(`actors in an app of ${name} answer its requests, and stop with it`, async (t) => {
    const app = new Program(t, `embed-${name}/main`, [], { PORT: '0' });
    const [url] = await app.line(/listening at (\S+)\n/);
    const health = await fetch(`${url}/health`);
    t.equal(health.status, 200);
    t.same(await health.json(), { status: 'up' });
    const inc = async (body: string): Promise<number> =>
      (await fetch(`${url}/count`, { method: 'POST', headers: JSON_TYPE, body })).status;
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

  t.test(`an app of ${name} that is told to stop answers what has begun`, async (t) => {
    const app = new Program(t, `embed-${name}/main`, [], { PORT: '0' });
    const [url] = await app.line(/listening at (\S+)\n/);
    const body = '{"by":3}';
    const headers = { ...JSON_TYPE, 'content-length': body.length, expect: '100-continue' };
    const begun = request(`${url}/count`, { method: 'POST', headers, agent: false });
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      begun.on('response', resolve).on('error', reject),
    );
    await new Promise((resolve) => begun.once('continue', resolve).flushHeaders());
    app.kill('SIGTERM');
    await untilAsync('it takes nobody any more', () =>
      fetch(`${url}/health`).then(
        () => false,
        () => true,
      ),
    );
    begun.end(body);
    const response = await answer;
    t.equal(response.statusCode, 202, 'its actor was there');
    response.resume();
    t.equal(await app.ended, 0);
    t.equal(app.err, '');
  });
}
