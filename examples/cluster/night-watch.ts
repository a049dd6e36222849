import { defineActor } from 'troupe';
import { type JournalAddress, openJournal, RaftClient, type RaftGroup } from 'troupe/actors';
import type { Lead, Setting, SettingsCommand, SettingsQuery } from './settings.js';

/** The group of settings, as it is passed around. */
export type SettingsGroup = RaftGroup<SettingsCommand, Setting | Lead, SettingsQuery, Setting>;

/** The stream with a record for each night that was closed, in their order. */
export const NIGHTS = 'nights';

/** A night that was closed. */
export interface Night {
  readonly night: number;
  readonly by: string;
  readonly token: number;
}

/** How long a night of this shop takes. */
const NIGHT_MS = 1000;
const TICK_MS = 300;
const LEAD_MS = 1500;
const TIMEOUT_MS = 5000;
const JOB = 'nightly';
const FENCES = 'fences';

/** What a night watch needs to know. */
export interface NightWatchArgs {
  readonly name: string;
  readonly settings: SettingsGroup;
  readonly journal: JournalAddress;
}

/**
 * One of those who stand ready for the nightly job. The Raft group says who leads; the token of the lead is
 * checked by the transaction that closes a night, so a leader that was held up for too long does no harm.
 */
export const NightWatch = defineActor<{ type: 'tick' }>()({
  module: import.meta.url,
  name: 'NightWatch',
  init: (args: NightWatchArgs, ctx) => {
    ctx.startTimer('tick', TICK_MS, { type: 'tick' });
    return {
      name: args.name,
      raft: new RaftClient(args.settings, { timeoutMs: TIMEOUT_MS }),
      journal: openJournal(ctx, args.journal),
    };
  },
  handlers: {
    async tick({ name, raft, journal }, _message, ctx) {
      try {
        const atMs = Date.now();
        const claim = { type: 'claim', job: JOB, by: name, atMs, forMs: LEAD_MS } as const;
        const claimed = await raft.propose(claim);
        if (claimed.type !== 'done') return;
        const lead = claimed.reply as Lead;
        if (lead.by !== name) return;
        const [last] = await journal.read(NIGHTS, { backward: true, limit: 1 });
        const night = Math.floor(atMs / NIGHT_MS) - 1;
        if (last !== undefined && (last.value as Night).night >= night) return;
        const fence = (await journal.get(FENCES, JOB)) as number | undefined;
        if (fence !== undefined && fence > lead.token) return;
        const closed: Night = { night, by: name, token: lead.token };
        const expected = fence === undefined ? 'absent' : { equals: fence };
        // Refused when somebody else was faster: then it is closed, and there is nothing to do.
        await journal.transact({
          appends: [{ stream: NIGHTS, expected: last?.version ?? 'noStream', values: [closed] }],
          puts: [{ table: FENCES, key: JOB, value: lead.token, expected }],
        });
      } finally {
        if (!ctx.signal.aborted) ctx.startTimer('tick', TICK_MS, { type: 'tick' });
      }
    },
  },
});
