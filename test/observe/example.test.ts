import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const EXAMPLE = fileURLToPath(new URL('../../examples/watched-shop.js', import.meta.url));

t.test('the watched shop can be looked at, and closes', async (t) => {
  const child = spawn(process.execPath, [EXAMPLE, '--seconds', '3']);
  let out = '';
  let err = '';
  let metrics: Promise<string> | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const [url] = /http:\S+/.exec(out) ?? [];
    if (url !== undefined) {
      metrics ??= fetch(url.replace('/?', '/metrics?')).then((response) => response.text());
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) t.comment(err);
  t.equal(code, 0);
  t.match(await metrics, /^troupe_kind_actors\{.*kind="Customer"\}/m);
  t.match(out, /\d+ messages handled, \d+ failures, \d+ restarts\n$/);
  const lines = err
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; message: string });
  t.ok(
    lines.every(({ level }) => ['info', 'warn', 'error'].includes(level)),
    'every line is JSON',
  );
  t.ok(lines.some(({ message }) => message === 'a message became a dead letter'));
});
