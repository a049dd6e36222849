import { defineRaft } from 'troupe/actors';

/** What the group decides: a setting, or who leads a job for the next while. */
export type SettingsCommand =
  | { readonly type: 'set'; readonly key: string; readonly value: string }
  | {
      readonly type: 'claim';
      readonly job: string;
      readonly by: string;
      /** Wall time of the one who asks: the machine itself has no clock. */
      readonly atMs: number;
      readonly forMs: number;
    };

/** Who leads a job, under which token, and until when unless it asks again. */
export interface Lead {
  readonly by: string;
  /** Grows whenever the job changes hands. */
  readonly token: number;
  readonly untilMs: number;
}

/** A setting, and how often it was set: 0 and null before. */
export interface Setting {
  readonly value: string | null;
  readonly version: number;
}

interface SettingsState {
  readonly settings: Map<string, Setting>;
  readonly leads: Map<string, Lead>;
}

/** What is asked: a setting. */
export interface SettingsQuery {
  readonly key: string;
}

function claimed(
  lead: Lead | undefined,
  by: string,
  atMs: number,
  forMs: number,
): Lead | undefined {
  if (lead === undefined) return { by, token: 1, untilMs: atMs + forMs };
  if (lead.by === by) return { ...lead, untilMs: Math.max(lead.untilMs, atMs + forMs) };
  return atMs > lead.untilMs ? { by, token: lead.token + 1, untilMs: atMs + forMs } : undefined;
}

const NEVER_SET: Setting = { value: null, version: 0 };

/** Settings that all agree on, and the leaders of jobs. The reply to `set` is the setting, to `claim` who leads. */
export const Settings = defineRaft({
  module: import.meta.url,
  name: 'Settings',
  initial: (): SettingsState => ({ settings: new Map(), leads: new Map() }),
  apply(state: SettingsState, command: SettingsCommand): readonly [SettingsState, Setting | Lead] {
    if (command.type === 'set') {
      const { key, value } = command;
      const setting = { value, version: (state.settings.get(key) ?? NEVER_SET).version + 1 };
      state.settings.set(key, setting);
      return [state, setting];
    }
    const { job, by, atMs, forMs } = command;
    const before = state.leads.get(job);
    const lead = claimed(before, by, atMs, forMs) ?? before!;
    state.leads.set(job, lead);
    return [state, lead];
  },
  query: ({ settings }: SettingsState, { key }: SettingsQuery): Setting =>
    settings.get(key) ?? NEVER_SET,
});
