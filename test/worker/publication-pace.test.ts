import t from 'tap';
import { Doorbell } from '../../runtime/memory/doorbell.js';
import { PublicationPace } from '../../runtime/worker/publication-pace.js';

const bell = (): Doorbell => new Doorbell(new Int32Array(new SharedArrayBuffer(4)), 0);

/** Bytes of each publication while records of `recordBytes` are written one after the other. */
function publications(pace: PublicationPace, recordBytes: number, count: number): number[] {
  const published: number[] = [];
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    bytes += recordBytes;
    if (!pace.isDue(bytes)) continue;
    published.push(bytes);
    pace.published();
    bytes = 0;
  }
  return published;
}

t.test('the first record of a turn is due at once, the next in batches that grow', async (t) => {
  const pace = new PublicationPace(bell());
  t.same(publications(pace, 32, 341), [32, 128, 512, 2048, 4096, 4096]);
  t.same(publications(pace, 32, 127), [], 'the stream goes on');
});

t.test('each turn begins anew', async (t) => {
  const pace = new PublicationPace(bell());
  publications(pace, 32, 341);
  pace.turnEnds();
  t.same(publications(pace, 48, 5), [48, 192]);
});

t.test('a large record does not make the next one wait for more than 4 KiB', async (t) => {
  const pace = new PublicationPace(bell());
  t.same(publications(pace, 3000, 5), [3000, 6000, 6000]);
});

t.test(
  'what goes beside the ring is due when it is 128 KiB, however little stands in it',
  async (t) => {
    const pace = new PublicationPace(bell());
    t.ok(pace.isDue(32));
    pace.published();
    pace.wentAside(128 * 1024 - 1);
    t.notOk(pace.isDue(32));
    pace.wentAside(1);
    t.ok(pace.isDue(64));
    pace.published();
    t.notOk(pace.isDue(32), 'and is counted anew');
  },
);

t.test('a receiver that sleeps is not woken before a stream or the end of the turn', async (t) => {
  const receiver = bell();
  const pace = new PublicationPace(receiver);
  receiver.announce();
  t.same(publications(pace, 32, 127), [], 'less than 4 KiB');
  t.same(publications(pace, 32, 128), [4096]);
  receiver.retract();
  pace.turnEnds();
  t.same(publications(pace, 32, 5), [32, 128], 'awake');
});
