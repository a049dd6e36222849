import type { RestartType } from '../../actor/restart-type.js';
import type { BackoffSettings, Placement, Shutdown } from '../../actor/spawn-options.js';
import type { MailboxSettings } from '../../mailbox/mailbox-options.js';

/** What kind of content a message carries, so that every way of carrying it is gone. */
export type Cargo = 'none' | 'text' | 'large-text' | 'bytes' | 'large-bytes' | 'transfer';

/** How one actor behaves besides what its messages tell it. */
export interface Plan {
  /** `init` fails in these incarnations. */
  readonly initFails: readonly number[];
  /** Milliseconds that `init` takes; 0 for one that is not async. */
  readonly initMs: number;
  readonly stoppedMs: number;
  readonly stoppedFails: boolean;
  /** Script that it runs in `init`; -1 for none. */
  readonly initScript: number;
}

/** One thing that an actor does. `to` counts actors, `script` is what the receiver does then. */
export type Action =
  | {
      readonly do: 'tell' | 'send' | 'ask';
      readonly to: number;
      readonly script: number;
      readonly cargo: Cargo;
      readonly waits: boolean;
      readonly timeoutMs: number;
    }
  | {
      readonly do: 'forward';
      readonly to: number;
      readonly script: number;
      readonly fresh: boolean;
    }
  | ({ readonly do: 'spawn' } & Spawn)
  | {
      readonly do: 'watch' | 'watch-with' | 'unwatch' | 'link' | 'unlink' | 'stop-child';
      readonly to: number;
    }
  | {
      readonly do: 'timer' | 'interval';
      readonly key: string;
      readonly delayMs: number;
      readonly script: number;
    }
  | { readonly do: 'cancel'; readonly key: string }
  | { readonly do: 'become'; readonly behavior: 'default' | 'closed' }
  | { readonly do: 'pause' | 'receive-timeout' | 'answer-later'; readonly ms: number }
  | {
      readonly do: 'stash' | 'unstash' | 'stop' | 'throw' | 'reject' | 'fault' | 'hog';
    };

/** How an actor is made. */
export interface Spawn {
  readonly kind: string;
  readonly name: string | undefined;
  readonly placement: Placement;
  readonly restart: RestartType;
  readonly mailbox: Omit<MailboxSettings, 'priority'> | undefined;
  readonly shutdownMs: Shutdown;
  readonly backoff: BackoffSettings | undefined;
  /** Its arguments carry shared memory, which goes beside the ring also in a signal. */
  readonly hasLuggage: boolean;
  readonly plan: Plan;
}

/** What the program outside of all actors does, and how long after the command before. */
export type Command = { readonly afterMs: number } & (
  | ({ readonly do: 'spawn' } & Spawn)
  | {
      readonly do: 'tell' | 'ask' | 'send';
      readonly to: number;
      readonly script: number;
      readonly cargo: Cargo;
      readonly count: number;
    }
  /** A declared supervisor with children that take so long to start. */
  | {
      readonly do: 'steward';
      readonly startsMs: readonly number[];
      /** How long after its start each of them fails once; -1 for never. */
      readonly failsMs: readonly number[];
      readonly placement: Placement;
    }
  /** Something goes wrong now. */
  | {
      readonly do: 'strike';
      readonly fault: FaultKind;
      readonly member: number;
      readonly amount: number;
    }
  | { readonly do: 'stop-actor' | 'inspect' | 'terminated' | 'resolve'; readonly to: number }
  /** Lets everything come to rest, and checks what must hold then. */
  | { readonly do: 'rest' }
);

/** What can go wrong. */
export type FaultKind = 'kill' | 'kill-at-work' | 'stall' | 'pause-clock' | 'slow' | 'late-bell';

/** Something that goes wrong, at one step of the scheduler. */
export interface Fault {
  readonly atStep: number;
  readonly do: FaultKind;
  readonly member: number;
  /** Milliseconds; for `kill-at-work` the number of places at which it could die before. */
  readonly amount: number;
}

/** Sizes and limits of the simulated system. */
export interface Settings {
  readonly threads: number;
  readonly pinnedThreads: number;
  readonly ringBytes: number;
  readonly signalRingBytes: number;
  readonly dictionaryBytes: number;
  readonly overflowMessages: number;
  readonly throughput: number;
  readonly sliceMs: number;
  readonly spinMs: number;
  readonly costMs: number;
  readonly latencyMs: number;
  /** Share of the looks at the rings that come just before what they look for. */
  readonly earlyLooks: number;
  readonly strict: boolean;
  readonly attributePromises: boolean;
  readonly threadIntensity: number;
  readonly watchdogKillMs: number;
  /** How the system is stopped: at rest, at work, or while a thread is replaced. */
  readonly stopsAt: 'rest' | 'work' | 'replacement';
}

/** Everything that a simulation of the runtime does: made from a seed, and made smaller when it fails. */
export interface Program {
  readonly seed: number;
  readonly settings: Settings;
  readonly scripts: readonly (readonly Action[])[];
  readonly commands: readonly Command[];
  readonly faults: readonly Fault[];
}

/** The kinds of all faults of a program, those that strike as commands included. */
export function faultKinds({ faults, commands }: Program): FaultKind[] {
  const strikes = commands.flatMap((each) => (each.do === 'strike' ? [each.fault] : []));
  return [...faults.map(({ do: what }) => what), ...strikes];
}
