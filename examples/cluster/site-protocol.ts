import type { BureauMode } from './credit-bureau.js';
import type { Evidence } from './evidence.js';
import type { SiteOptions } from './site.js';

/** Where it was opened. */
export interface Opened {
  readonly url: string;
  /** Without the main one. */
  readonly threads: number;
}

/** How it stopped. */
export interface Stopped {
  /** True when all ended in order. */
  readonly clean: boolean;
  readonly ms: number;
  /** Who was still alive when the time was over. */
  readonly alive: readonly string[];
}

/** What is asked of a site in a process of its own: `close` is the last, and ends the process. */
export interface SiteCalls {
  open(options: SiteOptions): Promise<Opened>;
  openAccounts(): Promise<void>;
  /** Does one of the faults. Resolves when the system is whole again. */
  harm(name: string, illMs: number): Promise<void>;
  gather(): Promise<Evidence>;
  close(): Promise<Stopped>;
}

/** One question to the process. Answers bear its number. */
export interface SiteCall {
  readonly number: number;
  readonly name: keyof SiteCalls;
  readonly args: readonly unknown[];
}

/** What is shown of a site while it works. */
export interface SiteFigures {
  /** Messages handled since the start, by thread; the main one is 0. */
  readonly handled: readonly number[];
  readonly aliveThreads: readonly number[];
  /** Phase of the breaker around the credit bureau. */
  readonly breaker: string;
}

/** An error on its way to another process. */
export interface ToldError {
  readonly message: string;
  readonly code: string;
  readonly stack: string;
}

/** What the process says: answers, and of itself what happens, how it goes, and what it wants the bureau to be. */
export type SiteWord =
  | { readonly type: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly number: number; readonly error: ToldError }
  | { readonly type: 'event'; readonly text: string }
  | { readonly type: 'figures'; readonly figures: SiteFigures }
  | { readonly type: 'bureau'; readonly mode: BureauMode };
