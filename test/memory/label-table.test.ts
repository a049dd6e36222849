import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { LabelTable, NO_LABEL } from '../../runtime/memory/label-table.js';
import { hexAt } from './ring-rig.js';

const AREA_BYTES = 1024;

function fresh(byteLength = AREA_BYTES): { memory: SharedArrayBuffer; table: LabelTable } {
  const memory = new SharedArrayBuffer(byteLength);
  return { memory, table: new LabelTable(memory, 0, byteLength) };
}

t.test('names are numbered from 1 at their first use', async (t) => {
  const { memory, table } = fresh();
  t.same(
    ['cart', 'shop', 'cart', ''].map((name) => table.label(name)),
    [1, 2, 1, 3],
  );
  const reader = new LabelTable(memory, 0, AREA_BYTES);
  t.same(
    [1, 2, 3].map((label) => reader.name(label)),
    ['cart', 'shop', ''],
  );
  for (const label of [NO_LABEL, -1, 4, 2 ** 31 - 1]) t.equal(reader.name(label), undefined);
});

t.test('two labels have these bytes', async (t) => {
  const { memory, table } = fresh();
  table.label('ab');
  table.label('é');
  t.equal(
    hexAt(memory, 0, 20),
    `${'02000000'}${'08000000'}${'0200'}6162${'0200'}c3a9${'00'.repeat(4)}`,
  );
});

t.test('a long name is cut, and the next one is still found', async (t) => {
  const { table } = fresh();
  const long = table.label('x'.repeat(1000));
  const next = table.label('next');
  t.equal(table.name(long), 'x'.repeat(255));
  t.equal(table.name(next), 'next');
});

t.test('a full table answers with no label, keeps what it has, and stays inside', async (t) => {
  const memory = new SharedArrayBuffer(64 + 8);
  const table = new LabelTable(memory, 0, 64);
  t.equal(table.label('a'.repeat(40)), 1);
  t.equal(table.label('b'.repeat(13)), NO_LABEL, 'one byte too long');
  t.equal(table.label('c'.repeat(12)), 2, 'exactly what is left');
  t.equal(table.label(''), NO_LABEL);
  t.equal(table.label('a'.repeat(40)), 1, 'known names keep their number');
  t.same(
    [1, 2, 3].map((label) => table.name(label)),
    ['a'.repeat(40), 'c'.repeat(12), undefined],
  );
  t.equal(hexAt(memory, 64, 8), '00'.repeat(8));
});

t.test('a reset forgets everything, and numbers from 1 again', async (t) => {
  const { table } = fresh();
  table.label('old');
  table.label('older');
  table.reset();
  t.equal(table.name(1), undefined);
  t.equal(table.label('new'), 1);
  t.equal(table.name(1), 'new');
  t.equal(table.name(2), undefined);
  t.equal(table.label('old'), 2);
});

t.test('entries that change under a reader give it a wrong name or none', async (t) => {
  const { memory, table } = fresh(64);
  for (const name of ['a', 'b', 'c']) table.label(name);
  const bytes = new Uint8Array(memory);
  for (const broken of [0xff, 60, 54, 53]) {
    bytes[8] = broken;
    bytes[9] = 0xff;
    t.equal(table.name(2), undefined);
    bytes[9] = 0;
    t.doesNotThrow(() => [1, 2, 3].map((label) => table.name(label)), `length ${broken}`);
  }
});

t.test('a reader on another thread sees whole names in order while they are added', async (t) => {
  const count = 3000;
  const byteLength = 64 * 1024;
  const { memory, table } = fresh(byteLength);
  const worker = new Worker(new URL('./fixtures/label-reader.js', import.meta.url), {
    workerData: { memory, byteLength, count },
  });
  await once(worker, 'message');
  for (let i = 1; i <= count; i++) {
    if (table.label(`name-${i}`) !== i) t.fail(`label ${i} got another number`);
  }
  const [wrong] = (await once(worker, 'message')) as [string[]];
  t.same(wrong, []);
});
