import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

t.test('the orders of the example are handled exactly once though a thread crashes', async (t) => {
  const file = fileURLToPath(new URL('../../../examples/orders/main.js', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, '150'], {
    encoding: 'utf8',
  });
  t.match(stdout, /150 orders, 150 paid, 150 receipts of 150 orders/);
  t.match(stdout, /each order was handled exactly once/);
  t.equal(stderr, '');
  t.equal(status, 0);
});
