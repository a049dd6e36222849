import t from 'tap';
import { floorText } from '../../bench/floors/floor-text.js';
import { FLOORS } from '../../bench/floors/floors.js';
import type { ResultLine } from '../../bench/output.js';

function line(bench: string, subject: string, value: number, unit: string): ResultLine {
  return { bench, subject, value, unit, min: value, max: value, rounds: 5 };
}

/** The cells of the rows under the head. */
function rowsOf(text: string): string[][] {
  const [, , ...rows] = text.trim().split('\n');
  return rows.map((row) => row.split('|').map((cell) => cell.trim()));
}

t.test(
  'ours stands beside the floor and beside all steps, with what each step costs',
  async (t) => {
    const steps = FLOORS['tell-cross-1k']!.steps.map((step) => `+${step}`);
    const lines = [
      line('floor-tell-cross-1k', 'troupe', 1e6, 'msg/s'),
      line('floor-tell-cross-1k', 'floor', 4e6, 'msg/s'),
      ...steps.map((step, i) => line('floor-tell-cross-1k', step, 1e9 / (300 + 100 * i), 'msg/s')),
    ];
    const [row] = rowsOf(floorText(lines));
    t.same(row!.slice(1, -1), [
      'tell-cross-1k',
      '1.00 M msg/s',
      '4.00 M msg/s',
      '2.00 M msg/s',
      '0.25 x',
      '0.50 x',
      '250.0; sender-fresh +50.0, receiver-fresh +100.0, own-buffer +100.0; ours 1000.0',
    ]);
  },
);

t.test('of a latency the part is compared, and a rate of the same bench is left out', async (t) => {
  const steps = FLOORS['pingpong-cross']!.steps.map((step) => `+${step}`);
  const subjects = ['troupe', 'floor', ...steps];
  const lines = subjects.flatMap((subject, i) => [
    line('floor-pingpong-cross', subject, 1e6, 'rt/s'),
    line('floor-pingpong-cross.p50', subject, i === 0 ? 1.5 : 0.3, 'us'),
  ]);
  const [row] = rowsOf(floorText(lines));
  t.same(row!.slice(1, 7), [
    'pingpong-cross.p50',
    '1.50 us',
    '0.30 us',
    '0.30 us',
    '0.20 x',
    '0.20 x',
  ]);
});

t.test('without a floor there is no table', async (t) => {
  t.equal(floorText([line('ring', 'troupe', 1, 'hops/s')]), '');
});
