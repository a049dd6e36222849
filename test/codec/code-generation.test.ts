import { spawnSync } from 'node:child_process';
import t from 'tap';
import { generate, isCodeGenerationAllowed, quote } from '../../runtime/codec/code-generation.js';

t.test('an expression sees its bindings and nothing of the module', async (t) => {
  t.equal(generate<number>({ a: 2, b: 3 }, 'a * b'), 6);
  t.equal(generate<string>({}, 'typeof allowed'), 'undefined');
  t.ok(isCodeGenerationAllowed());
});

t.test('a quoted string is a literal of itself', async (t) => {
  for (const text of ['"', '\\', '\u2028', '\n', '`$', '\ud800', '*/', '</script>']) {
    t.equal(generate<string>({}, quote(text)), text);
  }
});

t.test('where code generation is forbidden, messages pass without', async (t) => {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { Line } from ${url('./round-trip.js')};
    import { isCodeGenerationAllowed } from ${url('../../runtime/codec/code-generation.js')};
    const line = new Line();
    let sum = 0;
    for (let i = 0; i < 20; i++) sum += line.send({ type: 'n', n: i }).n;
    console.log(isCodeGenerationAllowed(), sum);`;
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  t.equal(stdout, 'false 190\n', stderr);
});
