import t from 'tap';
import { MAX_RECORD_BYTES, Reassembly } from '../../runtime/worker/reassembly.js';

const SENDER = 3;
const part = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

t.test('parts in order make the record, of exactly the length that was announced', async (t) => {
  const reassembly = new Reassembly();
  t.notOk(reassembly.isOpen);
  t.ok(reassembly.begin(SENDER, 30));
  t.ok(reassembly.isOpen);
  t.ok(reassembly.add(part(10, 1), 0));
  t.notOk(reassembly.hasHeader, '10 bytes are no header');
  t.ok(reassembly.add(part(10, 2), 10));
  t.ok(reassembly.hasHeader);
  t.notOk(reassembly.isComplete);
  t.ok(reassembly.add(part(10, 3), 20));
  t.ok(reassembly.isComplete);
  const whole = reassembly.end();
  t.same([...whole.bytes.subarray(0, 30)], [...part(10, 1), ...part(10, 2), ...part(10, 3)]);
  t.equal(whole.byteLength % 8, 0);
  t.notOk(reassembly.isOpen);
});

t.test('a part out of place, or one too many, is refused', async (t) => {
  const reassembly = new Reassembly();
  t.notOk(reassembly.add(part(8, 1), 0), 'nothing was begun');
  reassembly.begin(SENDER, 32);
  t.notOk(reassembly.add(part(8, 1), 8), 'a gap');
  t.ok(reassembly.add(part(16, 1), 0));
  t.notOk(reassembly.add(part(8, 1), 8), 'an overlap');
  t.notOk(reassembly.add(part(17, 1), 16), 'too long');
  t.ok(reassembly.add(part(16, 1), 16));
});

t.test('it knows whose record it is', async (t) => {
  const reassembly = new Reassembly();
  t.notOk(reassembly.isOf(0));
  reassembly.begin(SENDER, 32);
  t.ok(reassembly.isOf(SENDER));
  t.notOk(reassembly.isOf(SENDER + 1));
  reassembly.end();
  t.notOk(reassembly.isOf(SENDER), 'it is of nobody any more');
});

t.test('a size that no record has is refused, and nothing is begun', async (t) => {
  for (const size of [-1, 0, 15, MAX_RECORD_BYTES + 1, 2 ** 31 - 1]) {
    const reassembly = new Reassembly();
    t.notOk(reassembly.begin(SENDER, size), `${size}`);
    t.notOk(reassembly.isOpen);
  }
});
