import t from 'tap';
import { HISTOGRAM_WORDS } from '../../runtime/memory/histogram.js';
import {
  createMeters,
  GAUGE_WORDS,
  GAUGES,
  KIND_ROWS,
  KIND_WORDS,
  KindWord,
  kindRowWord,
  METER_WORDS,
  meterArea,
  THREAD_HISTOGRAMS,
  threadHistogramWord,
} from '../../runtime/memory/meter-descriptor.js';

t.test('no two parts of an area share a word', async (t) => {
  t.ok(GAUGES.length <= GAUGE_WORDS);
  const parts = [
    [0, GAUGE_WORDS],
    ...THREAD_HISTOGRAMS.map((name) => [threadHistogramWord(name), HISTOGRAM_WORDS]),
    ...Array.from({ length: KIND_ROWS }, (_, row) => [kindRowWord(row), KIND_WORDS]),
  ] as [start: number, length: number][];
  for (const [index, [start, length]] of parts.entries()) {
    const next = parts[index + 1]?.[0] ?? METER_WORDS;
    t.ok(start + length <= next, `part ${index} ends before the next`);
  }
  t.ok(KindWord.HANDLER + HISTOGRAM_WORDS <= KIND_WORDS, 'a row holds its histogram');
});

t.test('areas of different members are apart, by whole pairs of cache lines', async (t) => {
  const meters = createMeters(3);
  const areas = [0, 1, 2].map((member) => meterArea(meters, member));
  for (const [member, area] of areas.entries()) {
    t.equal(area.byteOffset, member * METER_WORDS * 8);
    t.equal(area.byteOffset % 128, 0);
  }
  t.equal(areas.at(-1)!.byteOffset + areas.at(-1)!.byteLength, meters.byteLength);
});
