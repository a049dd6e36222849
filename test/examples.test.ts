import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { differences } from '../examples/word-count/comparison.js';
import { emptyTotals } from '../examples/word-count/file-totals.js';
import { countIdentifiers, MAX_IDENTIFIER_LENGTH } from '../examples/word-count/identifiers.js';
import { Ledger, MAX_ATTEMPTS } from '../examples/word-count/ledger.js';
import { ProgressLine } from '../examples/word-count/progress-line.js';
import { wordsOf } from '../examples/word-count/words.js';
import type { WorkUnit } from '../examples/word-count/work-units.js';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs an example to its end. `onOut` is called with what was written so far. */
function run(
  example: string,
  args: readonly string[] = [],
  onOut: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const file = fileURLToPath(new URL(`../examples/${example}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOut(out, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const OUTPUTS: Readonly<Record<string, string>> = {
  'ping-pong': `\
ping on thread 1 has had its last ball back
pong on thread 2 has played 10000 balls
`,
  'supervised-counter': `\
value 5
  Counter failed: division by zero
  Counter restarted: incarnation 1
value 1, through the same reference
  Counter failed: division by zero
  Counter restarted: incarnation 2
value 2, through the same reference
  Counter failed: division by zero
  Family failed: restart 3 was due, allowed are 2 within 60000 ms
the family ended: failed
the counter is gone: ERR_NO_SUCH_ACTOR
`,
  'router-pool': `\
consistent-hash:
  worker-3 has for ada: tea
  worker-2 has for grace: bread
  worker-3 has for ada: tea, milk
  worker-0 has for edsger: salt
  worker-2 has for grace: bread, jam
  worker-3 has for ada: tea, milk, honey
round-robin:
  worker-0 has for ada: tea
  worker-1 has for grace: bread
  worker-2 has for ada: milk
  worker-3 has for edsger: salt
  worker-0 has for grace: jam
  worker-1 has for ada: honey
`,
};

for (const [example, output] of Object.entries(OUTPUTS)) {
  t.test(`${example} prints what its reader expects, and ends`, async (t) => {
    const { code, out, err } = await run(example);
    t.equal(out, output);
    t.equal(err, '');
    t.equal(code, 0);
  });
}

/** A folder with everything that is counted, and everything that is not. */
function makeInput(root: string): string {
  mkdirSync(join(root, 'deep/er'), { recursive: true });
  const code = 'const parseHTTPHeaders = (größe) => größe + 0xff; // Ελληνικά 𝒳₁\n';
  for (let i = 0; i < 40; i++) writeFileSync(join(root, `deep/f${i}.ts`), code.repeat(10 * i));
  writeFileSync(join(root, 'deep/er/types.d.ts'), 'export type Größe = number;');
  writeFileSync(join(root, 'data.json'), '{ "naïve": 1 }\n'.repeat(60_000));
  writeFileSync(join(root, 'too-large.js'), 'x '.repeat(2 ** 20 + 1));
  writeFileSync(join(root, 'binary.js'), 'zero\0byte');
  writeFileSync(join(root, 'image.png'), 'not text by its name');
  symlinkSync(root, join(root, 'deep/er/loop'));
  symlinkSync(join(root, 'data.json'), join(root, 'deep/again.json'));
  symlinkSync(join(root, 'nowhere'), join(root, 'deep/broken.js'));
  return root;
}

t.test('word-count survives a crash and a killed thread with every count right', async (t) => {
  const root = makeInput(t.testdir({}));
  const { code, out, err } = await run('word-count/main', [root, '--threads', '2']);
  t.equal(err, '');
  t.equal(code, 0);
  t.match(out, /43 source files/, 'each file once, whatever links lead to it');
  t.match(out, /1 larger than 2 MiB skipped/);
  t.match(out, /1 broken links/);
  t.match(
    out,
    /! (tokenizer-\d) crashed: made to crash.*\n(.*\n)*\+ \1 restarted by its supervisor/,
  );
  t.match(out, /! thread (\d) died.*\n(.*\n)*\+ thread \1 replaced after \d+ ms/);
  t.match(out, /\+ restarted on thread \d: .*shard-0.*tokenizer-/);
  t.match(out, /shard-0 lacks \d+ units: given out again/);
  t.match(out, /^cluster \d+ %: /m, 'progress');
  t.match(out, /^\.d\.ts +1 files +29 bytes +1 lines$/m);
  t.match(out, /^\.json +1 files +960,000 bytes +60,000 lines$/m);
  t.match(out, /^\.ts +40 files .* 7,800 lines$/m);
  t.match(out, /not counted: 0 unreadable, 1 binary/);
  t.match(out, /naïve +60,000 +naïve +60,000$/m);
  t.match(out, /größe +15,600/);
  t.match(out, /^equal: all counts of 10 identifiers /m);
});

t.test('word-count without faults repeats nothing', async (t) => {
  const root = t.testdir({ 'a.md': 'one two two', 'b.txt': 'two' });
  const { code, out } = await run('word-count/main', [root, '--no-faults', '--threads', '1']);
  t.equal(code, 0);
  t.match(out, /2 units, 0 repeated/);
  t.notMatch(out, /^[!+]/m);
  t.match(out, /^ 1 {2}two +3 +two +3$/m);
});

t.test('word-count says what is left out because of --max-mb', async (t) => {
  const root = t.testdir({ 'a.md': 'a'.repeat(900_000), 'b.md': 'b'.repeat(200_000), 'c.md': 'c' });
  const { code, out } = await run('word-count/main', [root, '--no-faults', '--max-mb', '1']);
  t.equal(code, 0);
  t.match(out, /1 source files, 0\.9 MB/);
  t.match(out, /2 left out: more than --max-mb allows \(1\.0 MB\)/);
});

t.test('word-count answers wrong usage with a message and exit code 2', async (t) => {
  const root = t.testdir({ empty: {}, 'a.js': 'a', other: { 'a.bin': 'a' } });
  const cases: [string[], RegExp][] = [
    [[join(root, 'nowhere')], /nowhere does not exist/],
    [[join(root, 'a.js')], /a\.js is not a folder/],
    [[join(root, 'empty')], /empty holds no source files/],
    [[join(root, 'other')], /other holds no source files/],
    [[root, root], /one PATH only/],
    [['--frob'], /'--frob'/],
    [['--threads', '0'], /--threads is '0'/],
    [['--max-mb', 'much'], /--max-mb is 'much'/],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await run('word-count/main', args);
    t.equal(code, 2, args.join(' '));
    t.equal(out, '');
    t.match(err, message);
    t.notMatch(err, /\n {4}at /, 'no stack');
  }
});

t.test('word-count --help explains', async (t) => {
  const { code, out } = await run('word-count/main', ['--help']);
  t.equal(code, 0);
  for (const option of ['PATH', '--threads', '--max-mb', '--no-faults', 'Ctrl-C', 'Exit code']) {
    t.ok(out.includes(option), option);
  }
});

t.test('word-count ends by itself with exit code 130 on SIGINT', async (t) => {
  let isSent = false;
  const { code, out, err } = await run('word-count/main', [], (sofar, kill) => {
    if (isSent || !/^cluster/m.test(sofar)) return;
    isSent = true;
    kill('SIGINT');
  });
  t.equal(code, 130, 'an exit, not a death by the signal');
  t.match(err, /^stopped by Ctrl-C\n$/);
  t.notMatch(out, /plain pass|equal/);
});

t.test('identifiers are what the regular expression of their definition finds', async (t) => {
  const unit = fc.constantFrom(...'aZ_$09 .-ßéΩ\u0301文'.split(''), '𝒳', '😀', '\ud835', '\n');
  const definition = /[\p{ID_Continue}$]+/gu;
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 300 }), (text) => {
      const expected = new Map<string, number>();
      for (const found of text.match(definition) ?? []) {
        if (!/^[\p{ID_Start}$_]/u.test(found) || found.length > MAX_IDENTIFIER_LENGTH) continue;
        expected.set(found, (expected.get(found) ?? 0) + 1);
      }
      const counted = new Map<string, number>();
      countIdentifiers(text, counted);
      t.same(counted, expected);
    }),
  );
});

t.test('words end where a capital begins a new one', async (t) => {
  t.same(wordsOf('parseHTTPHeaders2'), ['parse', 'http', 'headers']);
  t.same(wordsOf('MAX_FILE_BYTES'), ['max', 'file', 'bytes']);
  t.same(wordsOf('getURL'), ['get', 'url']);
  t.same(wordsOf('$_aB1'), [], 'single letters are no words');
  t.same(wordsOf('größeÄndern'), ['größe', 'ändern']);
});

t.test(
  'the ledger gives every unit out until all shards have it, and counts its files once',
  async (t) => {
    const shardCount = 3;
    const fate = fc.constantFrom('confirmed', 'confirmed', 'lost after delivery', 'failed');
    fc.assert(
      fc.property(fc.array(fate, { maxLength: 60 }), fc.nat({ max: 40 }), (fates, wipeAt) => {
        const units: WorkUnit[] = Array.from({ length: 8 }, (_, id) => ({
          id,
          files: [],
          bytes: 10,
        }));
        const ledger = new Ledger(units, shardCount);
        const shards = Array.from({ length: shardCount }, () => new Set<number>());
        const totals = { ...emptyTotals(), binary: 1 };
        let step = 0;
        for (let missing = [[0]]; missing.some(({ length }) => length > 0); ) {
          for (let next = ledger.next(); next !== undefined; next = ledger.next()) {
            // A thread dies with the first shard. Near the last attempt, all goes well.
            if (step === wipeAt) shards[0]!.clear();
            const fate = next.attempt < MAX_ATTEMPTS ? fates[step] : 'confirmed';
            step++;
            if (fate !== 'failed')
              for (const shard of next.wanted) shards[shard]!.add(next.unit.id);
            if (fate === 'confirmed' || fate === undefined) ledger.confirm(next, { totals });
            else ledger.failed(next, new Error(fate));
          }
          missing = shards.map((has) => units.map(({ id }) => id).filter((id) => !has.has(id)));
          ledger.lacking(missing);
        }
        t.equal(ledger.totals.binary, units.length);
        t.match(ledger.progress, { unitsDone: 8, bytesDone: 80, repeated: step - 8 });
      }),
    );
    const ledger = new Ledger([{ id: 0, files: [], bytes: 1 }], shardCount);
    for (let i = 1; i < MAX_ATTEMPTS; i++) ledger.failed(ledger.next()!, new Error('again'));
    t.throws(() => ledger.failed(ledger.next()!, new Error('again')), /unit 0 failed 10 times/);
  },
);

t.test('every difference between two passes is found', async (t) => {
  const counts = () => ({
    identifiers: new Map([['a', 1]]),
    words: new Map([['b', 2]]),
    totals: { ...emptyTotals(), types: new Map([['.js', { files: 1, bytes: 2, lines: 3 }]]) },
  });
  t.same(differences(counts(), counts()), []);
  const other = counts();
  other.identifiers.set('c', 1);
  other.words.delete('b');
  other.totals.types.get('.js')!.lines = 4;
  other.totals.unreadable = 1;
  t.same(differences(counts(), other), [
    "identifier 'c': cluster 0, plain pass 1",
    "word 'b': cluster 2, plain pass 0",
    'lines of .js: cluster 3, plain pass 4',
    'unreadable files: cluster 0, plain pass 1',
  ]);
});

t.test('progress is one line on a terminal, and a line every two seconds elsewhere', async (t) => {
  const shown = (isTTY: boolean): string => {
    let out = '';
    const write = (text: string): boolean => {
      out += text;
      return true;
    };
    const line = new ProgressLine({ write, isTTY, columns: 10 } as never);
    for (const nowMs of [0, 50, 100, 2000]) line.update(`at ${nowMs} of many`, nowMs);
    line.log('kept');
    line.clear();
    return out;
  };
  t.equal(shown(false), 'at 0 of many\nat 2000 of many\nkept\n');
  const wipe = '\r\x1b[2K';
  const last = 'at 2000 o';
  t.equal(shown(true), `${wipe}at 0 of m${wipe}at 100 of${wipe}${last}${wipe}kept\n${last}${wipe}`);
});
