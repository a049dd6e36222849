import t from 'tap';
import { handledReport, judgeStream, publishedReport, readReport, SECOND } from './history.js';

const [published, read, handled] = [publishedReport, readReport, handledReport];
const both = (sequence: number): number[] => [read(sequence), handled(sequence)];

t.test('a run is good when all that was published was read and handled in order', async (t) => {
  t.equal(judgeStream([published(1), ...both(0), ...both(1)], false, 2), undefined);
  const second = [published(0), published(SECOND), ...both(0), ...both(SECOND)];
  t.equal(judgeStream(second, false), undefined, 'of a dead sender only what it had published');
});

t.test('loss, doubles and a wrong order are told apart', async (t) => {
  const judge = (...reports: number[]) => judgeStream([published(2), ...reports], false);
  t.match(judge(...both(0), ...both(1)), /2 is never read/);
  t.match(judge(...both(0), ...both(2)), /2 was read, not 1/);
  t.match(judge(...both(0), ...both(0)), /0 was read, not 1/);
  t.match(judge(...both(0), handled(0)), /0 was handled out of order/);
  t.match(judge(...both(0), handled(1)), /1 was handled out of order/, 'before it was read');
  t.match(judge(...both(0), ...both(1), read(2)), /2 is never handled/);
  t.match(judge(...both(0), ...both(1), ...both(2), ...both(3)), /3 came, which was not published/);
  t.match(judgeStream([published(0), ...both(0)], false, 2), /only 1 of 2/);
});

t.test('a new reader may read again what was not handled, once', async (t) => {
  const judge = (...reports: number[]) => judgeStream([published(1), ...reports], true);
  t.equal(judge(read(0), read(1), ...both(0), ...both(1)), undefined);
  t.equal(judge(read(0), ...both(1)), undefined, 'the dead one gave back what it did not handle');
  t.match(judge(...both(0), ...both(0)), /0 was read, not 1/);
  t.match(judge(read(0), read(0), read(0)), /0 was read, not 1/);
  t.match(judge(both(1)[0]!, handled(1)), /1 was read, not 0/);
});
