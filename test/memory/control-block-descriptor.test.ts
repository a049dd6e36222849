import t from 'tap';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import {
  controlBlockLength,
  counterRowOffset,
  GAUGE_COUNT,
  gaugeIndex,
  HeaderWord,
  LABEL_AREA_BYTES,
  labelAreaOffset,
  MAGIC,
  MemberState,
  STATUS_WORDS,
  StatusWord,
  statusIndex,
} from '../../runtime/memory/control-block-descriptor.js';
import { COUNTER_ROW_LENGTH } from '../../runtime/memory/counters.js';
import { hexAt } from './ring-rig.js';

t.test('the parts of a block for three members follow each other', async (t) => {
  const rowBytes = COUNTER_ROW_LENGTH * 8;
  t.equal(statusIndex(0, 0), 64);
  t.equal(statusIndex(2, 0), 64 + 2 * 64);
  t.equal(gaugeIndex(3, 0), 64 + 3 * 64);
  t.equal(counterRowOffset(3, 0), (64 + 3 * 64 + GAUGE_COUNT) * 4);
  t.equal(counterRowOffset(3, 1), counterRowOffset(3, 0) + rowBytes);
  t.equal(labelAreaOffset(3, 0), counterRowOffset(3, 0) + 3 * rowBytes);
  t.equal(labelAreaOffset(3, 1), labelAreaOffset(3, 0) + LABEL_AREA_BYTES);
  t.equal(controlBlockLength(3), labelAreaOffset(3, 0) + 3 * LABEL_AREA_BYTES);
});

t.test('a header and a status have these bytes', async (t) => {
  const block = ControlBlock.create(3);
  t.equal(Buffer.from('PURT').readInt32LE(), MAGIC, 'TRUP, read from the last byte');
  t.equal(
    hexAt(block.memory, 0, 28),
    `${'50555254'}${'02000000'}${'03000000'}${'01000000'}${'00000000'}${'00000000'}${'00000000'}`,
  );
  block.nextSerial();
  block.takePinned(4);
  block.nextSpread(7);
  t.equal(hexAt(block.memory, 12, 12), `${'02000000'}${'01000000'}${'01000000'}`);
  block.setStatus(1, StatusWord.STATE, MemberState.RUNNING);
  block.join(1, 0x0102);
  block.join(1, 0x0102);
  t.equal(hexAt(block.memory, (64 + 64) * 4, 12), '010000000201000001000000');
  t.equal(hexAt(block.memory, 24, 4), '01000000', 'a member joins once');
  block.doorbell(1).announce();
  t.equal(hexAt(block.memory, (64 + 64 + 16) * 4, 4), '01000000');
});

t.test('words keep their numbers, which are part of the layout', async (t) => {
  t.same(HeaderWord, {
    MAGIC: 0,
    VERSION: 1,
    MEMBERS: 2,
    NEXT_SERIAL: 3,
    PINNED_TAKEN: 4,
    SPREAD: 5,
    JOINED: 6,
  });
  t.same(MemberState, { ABSENT: 0, RUNNING: 1, DEAD: 2 });
});

t.test('the words of a status lie on the line of who writes them', async (t) => {
  const line = (word: number): number => word >> 4;
  const words = Object.values(StatusWord);
  t.equal(new Set(words).size, words.length, 'no two share a word');
  t.ok(words.every((word) => word >= 0 && word < STATUS_WORDS));
  const { STATE, SERIAL, JOINED, DOORBELL, ...owners } = StatusWord;
  t.same([line(STATE), line(SERIAL), line(JOINED), line(DOORBELL)], [0, 0, 0, 1]);
  t.same(
    Object.values(owners).filter((word) => line(word) < 2),
    [],
    'what the owner writes often stands apart from what ringers write',
  );
});
