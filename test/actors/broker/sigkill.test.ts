import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openBroker, startBroker, startJournal } from '#actors/index.js';
import { SeededRandom } from '#runtime/base/random.js';
import { ActorSystem } from '#runtime/index.js';

const ROUNDS = process.env['SOAK'] === undefined ? 5 : 100;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e6);
const CHILD = fileURLToPath(new URL('fixtures/durable-child.js', import.meta.url));

interface Said {
  readonly published: Set<number>;
  readonly acked: Set<number>;
}

/** Runs the child until it has said so many lines, and kills it. */
function runAndKill(path: string, round: number, lines: number, said: Said): Promise<string> {
  const child = spawn(process.execPath, [CHILD, path, `${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let count = 0;
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      count += chunk.split('\n').length - 1;
      if (count >= lines) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      // The last line may be torn: what was not said whole was not said.
      for (const line of text.split('\n').slice(0, -1)) {
        const [what, seq] = line.split(' ') as [string, string];
        (what === 'p' ? said.published : said.acked).add(Number(seq));
      }
      resolve(signal ?? `exit ${code}`);
    });
  });
}

t.test(
  `killed ${ROUNDS} times under load: what was answered is so (seed ${SEED})`,
  { timeout: 3_600_000 },
  async (t) => {
    const path = mkdtempSync(join(tmpdir(), 'troupe-broker-'));
    t.teardown(() => rmSync(path, { recursive: true, force: true }));
    const random = new SeededRandom(SEED);
    const said: Said = { published: new Set(), acked: new Set() };
    for (let round = 0; round < ROUNDS; round++) {
      const how = await runAndKill(path, round, 20 + random.below(400), said);
      if (how !== 'SIGKILL') t.fail(`round ${round} ended with ${how}`);
    }
    const system = await ActorSystem.start({ threads: 0 });
    t.teardown(() => system.stop());
    const journal = await startJournal(system, { kind: 'lmdb', path });
    const broker = await openBroker(system, await startBroker(system, { journal }));
    const stored = new Set<number>();
    for (let from = 1; ; ) {
      const page = await broker.read('work', from, 1000);
      if (page.length === 0) break;
      for (const { seq } of page) stored.add(seq);
      from = page.at(-1)!.seq + 1;
    }
    const lost = [...said.published].filter((seq) => !stored.has(seq) && seq % 2 === 0);
    const undone = [...said.acked].filter((seq) => stored.has(seq));
    t.ok(said.published.size > 10 * ROUNDS && said.acked.size > 0, 'there was load');
    t.same(lost, [], 'every acknowledged publication is there');
    t.same(undone, [], 'every acknowledged ack stays acknowledged');
    t.comment(`${said.published.size} published, ${said.acked.size} acked, ${stored.size} left`);
  },
);
