import t from 'tap';
import {
  STREAM_ACTIONS,
  STREAM_EVENTS,
  STREAM_STATES,
} from '../../runtime/delivery/receiver-state.js';
import {
  SENDER_EVENTS,
  SENDER_STATES,
  SENDER_TRANSITIONS,
} from '../../runtime/delivery/sender-state.js';

t.test('a sender knows an answer to every event in every state, and gone is final', async (t) => {
  for (const state of SENDER_STATES) {
    for (const event of SENDER_EVENTS) {
      const next = SENDER_TRANSITIONS[state][event];
      t.ok(SENDER_STATES.includes(next), `${state}, ${event}`);
      if (state === 'gone' || event === 'receiver-gone') t.equal(next, 'gone');
    }
  }
});

t.test('a stream has an action for every event but those that cannot be', async (t) => {
  const missing = STREAM_STATES.flatMap((state) =>
    STREAM_EVENTS.filter((event) => STREAM_ACTIONS[state][event] === undefined).map(
      (event) => `${state} ${event}`,
    ),
  );
  t.same(missing, ['unknown open-old', 'unknown data', 'unknown data-old']);
});

t.test('only an open stream takes messages, and only a sender of today connects', async (t) => {
  for (const state of STREAM_STATES) {
    t.equal(STREAM_ACTIONS[state].open, 'connect');
    t.equal(STREAM_ACTIONS[state].data === 'judge', state === 'open');
    t.not(STREAM_ACTIONS[state]['open-old'], 'connect');
  }
});
