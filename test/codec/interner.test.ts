import t from 'tap';
import { DictionaryWriter } from '../../runtime/codec/dictionary.js';
import { Interner } from '../../runtime/codec/interner.js';
import { Site } from '../../runtime/codec/site.js';
import { TAG_STRING_REF, tagWord } from '../../runtime/codec/tags.js';
import { Region } from '../../runtime/memory/region.js';

function interner(bytes = 65_536): Interner {
  return new Interner(new DictionaryWriter(Region.allocate(bytes)), 16);
}

t.test('a string is sent by number from the second time on', async (t) => {
  const strings = interner();
  const site = new Site();
  t.equal(strings.word('inc', site), 0);
  t.equal(strings.word('inc', site), tagWord(TAG_STRING_REF, 0));
  t.equal(strings.word('inc', new Site()), tagWord(TAG_STRING_REF, 0));
  t.equal(site.lastText, 'inc');
});

t.test('empty and long strings are not interned', async (t) => {
  const strings = interner();
  for (let i = 0; i < 3; i++) {
    t.equal(strings.word('', new Site()), 0);
    t.equal(strings.word('x'.repeat(17), new Site()), 0);
  }
});

t.test('a stream of unique strings pauses its place and fills nothing', async (t) => {
  const dictionary = new DictionaryWriter(Region.allocate(65_536));
  const strings = new Interner(dictionary, 16);
  const site = new Site();
  let looked = 0;
  for (let i = 0; i < 100_000; i++) {
    if (site.pauseCount === 0) looked++;
    if (strings.word(`u${i}`, site) !== 0) t.fail(`u${i} was interned`);
  }
  t.ok(looked < 3000, `${looked} looks`);
  t.equal(dictionary.stringId('u1'), -1);
});

t.test('a place with repeated strings does not pause', async (t) => {
  const strings = interner();
  const site = new Site();
  for (let i = 0; i < 10_000; i++) strings.word(`name${i % 300}`, site);
  t.equal(site.pauseCount, 0);
  t.ok(strings.word('name7', site) !== 0);
});

t.test('a full dictionary sends characters', async (t) => {
  const strings = interner(128);
  for (let i = 0; i < 3; i++) t.equal(strings.word('x', new Site()), 0);
});
