import type { ResultLine } from '../../bench/output.js';
import type { ResultFile } from '../../bench/report/result-file.js';

/** A line of a result whose rounds lie between 95 and 105 percent of its value. */
export function line(
  bench: string,
  subject: string,
  value: number,
  unit = 'msg/s',
  spread = 0.05,
): ResultLine {
  return {
    bench,
    subject,
    value,
    unit,
    min: value * (1 - spread),
    max: value * (1 + spread),
    rounds: 5,
  };
}

/** A file of results from a machine with round numbers. */
export function resultFile(lines: readonly ResultLine[]): ResultFile {
  return {
    date: '2026-01-02T03:04:05.000Z',
    commit: '0123456789',
    node: 'v20.20.0',
    machine: { cpu: 'Example CPU', cores: 2, memoryBytes: 8 * 2 ** 30, platform: 'linux x64' },
    rounds: 5,
    smoke: false,
    peers: false,
    failed: [],
    lines,
  };
}
