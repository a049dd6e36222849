import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type Broker, openBroker, startBroker, startJournal } from '#actors/index.js';
import { SeededRandom } from '#runtime/base/random.js';
import { ActorSystem } from '#runtime/index.js';

const ROUNDS = process.env['SOAK'] === undefined ? 5 : 100;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e6);
const CHILD = fileURLToPath(new URL('fixtures/durable-child.js', import.meta.url));

const STREAMS = ['work', 'log'] as const;

/** What was answered about a stream. */
interface Said {
  readonly published: Set<number>;
  readonly acked: Set<number>;
}
type Books = Readonly<Record<(typeof STREAMS)[number], Said>>;

/** Runs the child until it has said so many lines, and kills it. */
function runAndKill(path: string, round: number, lines: number, books: Books): Promise<string> {
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
        const [stream, what, seq] = line.split(' ') as [keyof Books, string, string];
        (what === 'p' ? books[stream].published : books[stream].acked).add(Number(seq));
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
    const empty = (): Said => ({ published: new Set(), acked: new Set() });
    const books: Books = { work: empty(), log: empty() };
    for (let round = 0; round < ROUNDS; round++) {
      const how = await runAndKill(path, round, 20 + random.below(400), books);
      if (how !== 'SIGKILL') t.fail(`round ${round} ended with ${how}`);
    }
    const system = await ActorSystem.start({ threads: 0 });
    t.teardown(() => system.stop());
    const journal = await startJournal(system, { kind: 'lmdb', path });
    const broker = await openBroker(system, await startBroker(system, { journal }));
    for (const name of STREAMS) {
      const { published, acked } = books[name];
      const stored = await storedOf(broker, name);
      const again = await deliveredOf(broker, name);
      // In a work queue the even ones are not acknowledged, and so have to be there.
      const lost = [...published].filter(
        (seq) => !stored.has(seq) && (name === 'log' || seq % 2 === 0),
      );
      t.ok(published.size > 4 * ROUNDS && acked.size > 0, `${name}: there was load`);
      t.same(lost, [], `${name}: every acknowledged publication is there`);
      const undone = [...acked].filter((seq) => again.has(seq));
      t.same(undone, [], `${name}: every acknowledged ack stays acknowledged`);
      t.ok(again.size > 0, `${name}: what was not acknowledged comes again`);
      t.comment(`${name}: ${published.size} published, ${acked.size} acked, ${again.size} left`);
    }
  },
);

/** All that a stream holds. */
async function storedOf(broker: Broker, stream: string): Promise<Set<number>> {
  const stored = new Set<number>();
  for (let from = 1; ; ) {
    const page = await broker.read(stream, from, 1000);
    if (page.length === 0) return stored;
    for (const { seq } of page) stored.add(seq);
    from = page.at(-1)!.seq + 1;
  }
}

/** All that its group still delivers. */
async function deliveredOf(broker: Broker, stream: string): Promise<Set<number>> {
  const delivered = new Set<number>();
  for (;;) {
    const found = await broker.fetch(stream, 'g', { batch: 1000, expiresMs: 1 });
    if (found.length === 0) return delivered;
    for (const each of found) delivered.add(each.seq);
    await Promise.all(found.map((each) => each.ack()));
  }
}
