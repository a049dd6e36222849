import { readFileSync } from 'node:fs';
import t from 'tap';
import { PROGRESS_EVENTS, PROGRESS_STATES, PROGRESS_TRANSITIONS } from '#actors/raft/progress.js';
import { ROLE_EVENTS, ROLE_TRANSITIONS, ROLES } from '#actors/raft/roles.js';

const SOURCES = new URL('../../../../actors/raft/', import.meta.url);

/** The table in the docstring of a file: one array of cells a row. */
function tableOf(file: string, first: string): string[][] {
  const lines = readFileSync(new URL(file, SOURCES), 'utf8').split('\n');
  const rows = lines.filter((line) => line.startsWith(' * |') && !line.includes('|--'));
  const from = rows.findIndex((row) => row.includes(first));
  return rows.slice(from).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

t.test('the table of roles says what the code does', async (t) => {
  const [head, ...rows] = tableOf('roles.ts', 'role \\ event');
  t.same(head!.slice(1), ROLE_EVENTS);
  t.same(
    rows.map(([role]) => role),
    ROLES,
  );
  for (const [role, ...cells] of rows) {
    for (const [i, cell] of cells.entries()) {
      const from = role as (typeof ROLES)[number];
      t.equal(
        ROLE_TRANSITIONS[from][ROLE_EVENTS[i]!],
        cell === '' ? from : cell,
        `${role} ${ROLE_EVENTS[i]}`,
      );
    }
  }
});

t.test('the table of progress says what the code does', async (t) => {
  const [head, ...rows] = tableOf('progress.ts', 'state \\ event');
  t.same(head!.slice(1), PROGRESS_EVENTS);
  t.same(
    rows.map(([state]) => state),
    PROGRESS_STATES,
  );
  for (const [state, ...cells] of rows) {
    t.same(
      cells,
      PROGRESS_EVENTS.map((event) => PROGRESS_TRANSITIONS[state as 'probe'][event]),
      state!,
    );
  }
});
