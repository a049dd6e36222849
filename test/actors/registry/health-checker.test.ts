import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { rejection } from '../../support/errors.js';
import { untilAsync } from '../../support/turns.js';
import { start } from './fixtures/start.js';

t.test(
  'the registry probes by HTTP and TCP, and finds an instance by the worst of its checks',
  async (t) => {
    const { client } = await start(t);
    let status = 200;
    const server = createServer((_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    t.teardown(() => server.close());
    const checks = {
      http: { kind: 'http', url: `http://127.0.0.1:${port}/health`, intervalMs: 20 },
      tcp: { kind: 'tcp', host: '127.0.0.1', port, intervalMs: 20 },
    } as const;
    await client.register({ service: 's', instance: 'i', checks });
    const stateIs = (state: string) =>
      untilAsync(`it is ${state}`, async () => (await client.why('s', 'i')).at(-1)?.what === state);
    await stateIs('up');
    status = 429;
    await stateIs('degraded');
    status = 500;
    await stateIs('down');
    t.match((await client.why('s', 'i')).at(-1)?.why, /http: HTTP 500/);
    status = 204;
    await stateIs('up');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await stateIs('down');
    t.match((await client.why('s', 'i')).at(-1)?.why, /(http|tcp): /);
  },
);

t.test(
  'a function is a check: what it returns, what it throws, and how long it takes',
  async (t) => {
    const { client } = await start(t);
    let call: () => unknown = () => undefined;
    const checks = { own: { kind: 'reported' } } as const;
    const one = await client.register({ service: 's', instance: 'i', checks });
    one.runCheck('own', () => call(), 10, 100);
    const stateIs = (state: string) =>
      untilAsync(`it is ${state}`, async () => (await client.why('s', 'i')).at(-1)?.what === state);
    await stateIs('up');
    call = () => {
      throw new Error('thrown at once');
    };
    await stateIs('down');
    t.match((await client.why('s', 'i')).at(-1)?.why, 'thrown at once');
    call = () => 'warning';
    await stateIs('degraded');
    t.match(await rejection(Promise.resolve().then(() => one.runCheck('own', call, 0))), {
      code: 'ERR_OPTION',
    });
  },
);
