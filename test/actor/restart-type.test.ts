import t from 'tap';
import {
  EXIT_TYPES,
  type ExitReason,
  exitError,
  failed,
  isAbnormal,
  KILLED,
  NORMAL,
  SHUTDOWN,
} from '../../runtime/actor/exit-reason.js';
import { RESTART_TYPES, restartsNormal, wantsRestart } from '../../runtime/actor/restart-type.js';

const REASONS: readonly ExitReason[] = [NORMAL, SHUTDOWN, KILLED, failed(new Error('x'))];

t.test('each restart type answers each exit as in OTP', async (t) => {
  const table = RESTART_TYPES.map((type) =>
    [type, ...REASONS.map((reason) => (wantsRestart(type, reason) ? 'yes' : 'no'))].join(' '),
  );
  t.same(table, ['permanent yes yes yes yes', 'transient no no yes yes', 'temporary no no no no']);
  for (const type of RESTART_TYPES) t.equal(restartsNormal(type), wantsRestart(type, NORMAL), type);
});

t.test('the reasons cover all kinds of exit, and killed and failed are abnormal', async (t) => {
  t.same(
    REASONS.map((reason) => reason.type),
    EXIT_TYPES,
  );
  t.same(REASONS.map(isAbnormal), [false, false, true, true]);
});

t.test('a failure keeps the error it was made of and makes one of other values', async (t) => {
  const error = new Error('boom');
  t.equal(exitError(failed(error)), error);
  t.match(exitError(failed('text'))?.message, 'text');
  t.equal(exitError(KILLED), undefined);
});
