import { join } from 'node:path';
import t from 'tap';
import { Program } from '../../support/program.js';

const HEADERS = { 'content-type': 'application/json', 'idempotency-key': 'mine-1' };

t.test(
  'it is served until a signal comes, and what was done is there after a restart',
  async (t) => {
    const folder = join(t.testdir(), 'data');
    const first = new Program(t, 'cluster/main', ['--serve', '--data', folder]);
    const [url] = await first.line(/^open at (\S+)\n/);
    const [dashboard] = await first.line(/dashboard: (\S+)\n/);
    await first.line(/Ctrl-C stops it\.\n/);
    t.equal((await fetch(dashboard!)).status, 200);
    t.same(await (await fetch(`${url}/health`)).json(), {
      status: 'up',
      threads: 3,
      aliveThreads: 3,
    });
    const deposit = (): Promise<Response> =>
      fetch(`${url}/accounts/acc-1/deposits`, {
        method: 'POST',
        headers: HEADERS,
        body: '{"amount":"12.50"}',
      });
    for (const response of [await deposit(), await deposit()]) t.equal(response.status, 201);
    const view = { id: 'acc-1', status: 'open', owner: 'owner of acc-1', balance: '1012.50 EUR' };
    t.match(await (await fetch(`${url}/accounts/acc-1`)).json(), view);

    const locked = new Program(t, 'cluster/main', ['--serve', '--data', folder]);
    t.equal(await locked.ended, 1, 'the folder is in use');
    t.match(locked.err, /ERR_JOURNAL_LOCKED/);
    t.notMatch(locked.err, /^ +at /m, 'without a stack');

    // As when a terminal and npm both send it.
    first.kill('SIGINT');
    first.kill('SIGTERM');
    t.equal(await first.ended, 0);
    t.match(first.out, /^stopping\nstopped in \d+ ms\n$/m);
    t.equal(first.err, '');

    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const next = new Program(t, 'cluster/main', ['--serve', '--data', folder]);
      const [again] = await next.line(/^open at (\S+)\n/);
      t.match(await (await fetch(`${again}/accounts/acc-1`)).json(), view);
      next.kill(signal);
      t.equal(await next.ended, signal === 'SIGKILL' ? null : 0);
    }
  },
);
