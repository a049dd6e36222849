import { readFileSync } from 'node:fs';
import t from 'tap';
import { ENDPOINT_TRANSITIONS } from '#actors/registry/balance/endpoint.js';
import { INSTANCE_TRANSITIONS } from '#actors/registry/index.js';

const README = readFileSync(
  new URL('../../../../actors/registry/README.md', import.meta.url),
  'utf8',
);

/** The rows of the table under a heading whose head names states and events, as an object of objects. */
function tableOf(heading: string): Record<string, Record<string, string>> {
  const section = README.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const head = lines.findIndex((line) => line.includes('state \\ event'));
  const [, ...events] = cells(lines[head]!);
  return Object.fromEntries(
    lines.slice(head + 2).map((line) => {
      const [state, ...next] = cells(line);
      return [state, Object.fromEntries(events.map((event, index) => [event, next[index]]))];
    }),
  );
}

t.test('the tables of states in the README are those of the code', async (t) => {
  t.same(tableOf('States of an instance'), INSTANCE_TRANSITIONS);
  t.same(tableOf('Load balancing'), ENDPOINT_TRANSITIONS);
});
