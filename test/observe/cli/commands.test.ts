import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCommand } from '../../../runtime/observe/cli/commands.js';
import { startSystem } from '../../support/system.js';
import { until } from '../../support/turns.js';
import { Clerk } from '../fixtures/office.js';

const MAIN = fileURLToPath(new URL('../../../runtime/observe/cli/main.js', import.meta.url));

/** Runs a command as a terminal would. */
async function run(args: readonly string[], given: { isTty?: boolean; signal?: AbortSignal } = {}) {
  let text = '';
  const terminal = {
    isTty: given.isTty ?? false,
    width: 120,
    height: 40,
    write: (more: string) => {
      text += more;
    },
  };
  const code = await runCommand(args, terminal, given.signal ?? new AbortController().signal);
  return { code, text };
}

t.test('top shows threads and kinds once where there is no terminal', async (t) => {
  const system = await startSystem(t, { metrics: true, name: 'shop' });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  await clerk.ask({ type: 'count' });
  const { url } = await system.serveDashboard();
  const { code, text } = await run(['top', url]);
  t.equal(code, 0, text);
  t.match(text, /^troupe top - shop: /);
  for (const says of [/^THREAD +STATE/m, /^0 main /m, /^2 +idle/m, /^KIND +ACTORS/m, /^Clerk +1 /m])
    t.match(text, says);
  t.notMatch(text, '\u001b', 'and nothing that only a terminal understands');
  t.ok(text.split('\n').every((line) => line.length <= 120));
});

t.test('top goes on in a terminal until it is ended', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const { url } = await system.serveDashboard();
  const end = new AbortController();
  let screens = 0;
  const terminal = {
    isTty: true,
    width: 80,
    height: 5,
    write: (text: string) => {
      t.ok(text.startsWith('\u001b[H\u001b[2J'));
      t.ok(text.trimEnd().split('\n').length <= 4, 'it fits');
      if (++screens === 2) end.abort();
    },
  };
  t.equal(await runCommand(['top', url], terminal, end.signal), 0);
  t.equal(screens, 2);
});

t.test('top says so when the system it looks at has stopped', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const { url } = await system.serveDashboard();
  let text = '';
  const terminal = {
    isTty: true,
    width: 80,
    height: 50,
    write: (more: string) => {
      if (text === '') void system.stop();
      text += more;
    },
  };
  t.equal(await runCommand(['top', url], terminal, new AbortController().signal), 1);
  t.match(text, /the dashboard has ended\n$/);
});

t.test('inspect prints the tree, or a part of it', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { name: 'boss', placement: 1 });
  clerk.tell({ type: 'hire', count: 5, named: true });
  await clerk.ask({ type: 'count' });
  const { url } = await system.serveDashboard();
  const whole = await run(['inspect', url]);
  t.equal(whole.code, 0, whole.text);
  t.match(
    whole.text,
    /^troupe\nuser Guardian running on thread 0, 1 child\n {2}boss Clerk running on thread 1, 5 children\n {4}clerk-0 Clerk/,
  );
  const part = await run(['inspect', url, '--under', '/user/boss', '--limit', '2']);
  t.match(part.text, /^boss .*, 3 not shown\n {2}clerk-0 .*\n {2}clerk-1 .*\n$/);
});

t.test('mistakes are told in a line, with exit code 1', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const { url, port, close } = await system.serveDashboard();
  for (const [args, says] of [
    [[], /usage: troupe top/],
    [['top'], /usage/],
    [['top', url, 'more'], /usage/],
    [['topp', url], /there is no command 'topp'/],
    [['top', url, '--often'], /--often/],
    [['top', 'nowhere'], /'nowhere' is no address/],
    [['top', `http://127.0.0.1:${port}/`], /refused \(401\): a token is needed/],
    [['top', `http://127.0.0.1:${port}/?token=wrong`], /refused \(403\): the token is wrong/],
    [['inspect', url, '--under', '/user/none'], /refused \(404\)/],
    [['inspect', url, '--depth', 'deep'], /refused \(400\): depth is -1/],
  ] as const) {
    const { code, text } = await run(args);
    t.equal(code, 1);
    t.match(text, says);
  }
  t.equal((await run(['--help'])).code, 0);
  await close();
  t.match(await run(['inspect', url]), {
    code: 1,
    text: /cannot reach http:\/\/127\.0\.0\.1.*ECONNREFUSED/,
  });
});

t.test('the command runs as a program and ends with the system it looks at', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const { url } = await system.serveDashboard();
  const child = spawn(process.execPath, [MAIN, 'inspect', url]);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  let exit: number | null | undefined;
  child.on('close', (code) => {
    exit = code;
  });
  await until('it has ended', () => exit !== undefined);
  t.equal(exit, 0);
  t.match(text, /user Guardian running/);
});

t.test('bench measures here, beside postMessage, and needs no address', async (t) => {
  const { code, text } = await run(['bench', '--quick']);
  t.equal(code, 0, text);
  t.match(text, /^Node v\d+.*\n +Troupe +postMessage/);
  t.match(text, /^tell, thread to thread +[\d,]+\/s +[\d,]+\/s +[\d.]+ x$/m);
  t.match(text, /^ask, one at a time, thread to thread +[\d,]+\/s +[\d,]+\/s +[\d.]+ x$/m);
  t.match(text, /^tell, on one thread +[\d,]+\/s$/m);
  const refused = await run(['bench', 'more']);
  t.equal(refused.code, 1);
});

t.test('bench ends when it is told to', async (t) => {
  const end = new AbortController();
  const running = run(['bench'], { signal: end.signal });
  end.abort();
  t.match(await running, { code: 0, text: '' });
});
