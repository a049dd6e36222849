import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { RaftGroup } from './raft-group.js';
import { ReplicaGroup } from './replica-group.js';

/**
 * Scenarios: commands after `>`, and under each what it must bring about. `REWRITE=1` writes what it does bring about;
 * keep that only if every change in it is understood.
 */
const FOLDER = new URL('../../../test/interaction/raft/', import.meta.url);
const REWRITES = process.env['REWRITE'] === '1';

/** The file with the outcome of its commands put in. */
function play(text: string): string {
  // Those that begin with `clients` are about nodes with a state machine, the others about cores.
  const group = /^> clients /m.test(text) ? new ReplicaGroup() : new RaftGroup();
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const isCommand = line.startsWith('> ');
    if (!isCommand && line !== '' && !line.startsWith('#')) continue;
    lines.push(line);
    if (isCommand) lines.push(...group.run(line.slice(2)).map((each) => `  ${each}`));
  }
  return lines.join('\n');
}

for (const file of readdirSync(FOLDER).sort()) {
  t.test(`the scenario ${file} goes as it is written`, async (t) => {
    const url = new URL(file, FOLDER);
    const text = readFileSync(url, 'utf8');
    const played = play(text);
    if (REWRITES) writeFileSync(url, played);
    t.equal(played, REWRITES ? played : text);
  });
}
