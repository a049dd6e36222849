import t from 'tap';
import { runScript } from './fixtures-b/run-script.js';

t.test('where code generation is forbidden, whole systems work without', async (t) => {
  for (const isForbidden of [true, false]) {
    const flags = isForbidden ? ['--disallow-code-generation-from-strings'] : [];
    const ended = await runScript('no-code-script', [], () => {}, flags);
    t.match(ended, { code: 0, signal: null, stderr: '' });
    t.same(ended.said, [
      { placement: 0, equal: true },
      { placement: 1, equal: true },
      { allowed: !isForbidden, clean: true },
    ]);
  }
});
