import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from '../support/system.js';

/** A new folder, which is removed after the test. */
export function temporaryFolder(t: Cleanup): string {
  const path = mkdtempSync(join(tmpdir(), 'troupe-journal-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
