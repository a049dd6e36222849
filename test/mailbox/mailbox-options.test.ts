import t from 'tap';
import { TroupeError } from '../../runtime/base/errors.js';
import {
  DEFAULT_MAILBOX_CAPACITY,
  MAX_MAILBOX_CAPACITY,
  type MailboxSettings,
  mailboxOptions,
  OVERFLOW_POLICIES,
  type OverflowPolicy,
  sameSettings,
} from '../../runtime/mailbox/mailbox-options.js';

const traits = { messageOf: (n: number) => n, droppable: () => true, onUnranked: undefined };

t.test('what is left out gets its default, and the result is frozen', async (t) => {
  const options = mailboxOptions({}, traits, '/user/a');
  t.match(options, { capacity: DEFAULT_MAILBOX_CAPACITY, overflow: 'reject', ...traits });
  t.equal(options.priority, undefined);
  t.ok(Object.isFrozen(options));
  const explicit = mailboxOptions({ capacity: undefined, overflow: undefined }, traits, '/user/a');
  t.same(explicit, options);
});

t.test('every policy and the whole range of capacities is accepted', async (t) => {
  for (const overflow of Object.keys(OVERFLOW_POLICIES) as OverflowPolicy[]) {
    t.equal(mailboxOptions({ overflow }, traits, 'x').overflow, overflow);
  }
  for (const capacity of [1, MAX_MAILBOX_CAPACITY]) {
    t.equal(mailboxOptions({ capacity }, traits, 'x').capacity, capacity);
  }
});

t.test('a value outside its range is refused with option, place and mend', async (t) => {
  const wrong: [unknown, RegExp][] = [
    [{ capacity: 0 }, /mailbox\.capacity is 0; at \/user\/a; mend: use an integer from 1/],
    [{ capacity: 1.5 }, /mailbox\.capacity is 1\.5/],
    [{ capacity: Number.NaN }, /mailbox\.capacity is NaN/],
    [{ capacity: MAX_MAILBOX_CAPACITY + 1 }, /mailbox\.capacity/],
    [{ capacity: '10' }, /mailbox\.capacity is '10'/],
    [{ overflow: 'drop' }, /mailbox\.overflow is 'drop'.*reject, drop-oldest, fail, wait/],
    [{ overflow: 'toString' }, /mailbox\.overflow is 'toString'/],
    [{ overflow: Object.create(null) }, /mailbox\.overflow is an object/],
    [{ priority: 3 }, /mailbox\.priority is 3/],
    [{ capactiy: 3 }, /mailbox\.capactiy is no option.*capacity, overflow, priority/],
    [null, /mailbox is null/],
    [7, /mailbox is 7/],
  ];
  for (const [settings, text] of wrong) {
    try {
      mailboxOptions(settings as MailboxSettings, traits, '/user/a');
      t.fail(`accepted: ${text}`);
    } catch (error) {
      t.ok(error instanceof TroupeError);
      t.match(error, { code: 'ERR_OPTION', where: '/user/a', message: text });
      t.ok((error as TroupeError).mend);
    }
  }
});

t.test('settings are the same when they say the same, word for word', async (t) => {
  const distinct: (MailboxSettings | undefined)[] = [
    undefined,
    null as never,
    {},
    { capacity: 1 },
    { capacity: 2 },
    { overflow: 'fail' },
    { capacity: 1, overflow: 'fail' },
    { priority: () => 1 },
  ];
  for (const [i, one] of distinct.entries()) {
    for (const [j, other] of distinct.entries()) {
      const copy = other ? { ...other } : other;
      t.equal(sameSettings(one, copy), i === j, `${i} and ${j}`);
    }
  }
});
