import { balanceService, RaftClient, type ServiceBalancer } from 'troupe/actors';
import { type Call, type Pipeline, pipeline, Retry, RetryBudget, Timeout } from 'troupe/resilience';
import type { Money } from '../bank/money.js';
import { CREDIT, type CreditMessage } from './credit-desk.js';
import type { AccountView, Parts } from './parts.js';
import type { Lead, Setting, SettingsCommand, SettingsQuery } from './settings.js';

/** What became of a wish: `done`, or the code that says why it was refused. */
export type Answer = 'done' | (string & {});

/** What was written is not known to be, or nobody is there who could do it: the caller may try again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly retryable = true;
}

const ANY = { expected: 'any' } as const;
/** A request has so long, with all its tries. */
const TOTAL_MS = 2000;
const TRY_MS = 800;
/** And so long to find out whether an account has credit. */
const CREDIT_MS = 1200;

type SettingsClient = RaftClient<SettingsCommand, Setting | Lead, SettingsQuery, Setting>;

/** What came of the steps or the command of an aggregate. */
type Executed =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'rejected'; readonly error: { readonly code: string } }
  | { readonly ok: false; readonly reason: 'conflict' | 'full' };

/** The bank and the shop as those see them who serve requests. */
export class Service {
  readonly parts: Parts;
  readonly #calls: Pipeline;
  readonly #creditCalls: Pipeline;
  readonly #credit: ServiceBalancer<CreditMessage>;
  readonly #settings: SettingsClient;

  constructor(parts: Parts) {
    this.parts = parts;
    this.#calls = pipeline({
      total: new Timeout({ ms: TOTAL_MS, name: 'request' }),
      retry: new Retry({
        attempts: 8,
        backoff: { minMs: 10, maxMs: 400 },
        budget: new RetryBudget({ reserve: 100 }),
      }),
      timeout: new Timeout({ ms: TRY_MS, name: 'try' }),
    });
    this.#creditCalls = pipeline({
      total: new Timeout({ ms: CREDIT_MS, name: 'credit' }),
      retry: new Retry({ attempts: 4, backoff: { minMs: 10, maxMs: 200 } }),
    });
    this.#credit = balanceService<CreditMessage>(parts.registry, CREDIT, {
      policy: 'least-in-flight',
    });
    this.#settings = new RaftClient(parts.settings, { timeoutMs: TOTAL_MS, attemptMs: 500 });
  }

  /** Opens an account. */
  async openAccount(id: string, owner: string, currency: string, key: string): Promise<Answer> {
    const command = { type: 'open', owner, currency } as const;
    const answer = await this.#run((call) =>
      this.#account(id).execute(command, { ...ANY, commandId: key }, call.askOptions),
    );
    await this.#forget(id);
    return answer;
  }

  /** Puts money in. The live aggregate decides, on whichever thread it is. */
  async deposit(id: string, amount: Money, key: string): Promise<Answer> {
    const answer = await this.#run((call) =>
      this.#account(id).execute(
        { type: 'deposit', amount },
        { ...ANY, commandId: key },
        call.askOptions,
      ),
    );
    await this.#forget(id);
    return answer;
  }

  /** From one account to another: both have its event, or neither. */
  async transfer(from: string, to: string, amount: Money, key: string): Promise<Answer> {
    const { accounts } = this.parts;
    const steps = [
      this.#account(from).step({ type: 'send', amount, to }, ANY),
      this.#account(to).step({ type: 'receive', amount, from }, ANY),
    ];
    const answer = await this.#run(() => accounts.transact(steps, { commandId: key }));
    await this.#forget(from, to);
    return answer;
  }

  /** Sells: asks whether the account is good for it, then takes the money and places the order, as one. */
  async order(account: string, product: string, price: Money, key: string): Promise<Answer> {
    if (!(await this.#isGood(account, price.minor))) return 'no-credit';
    const { accounts, orders } = this.parts;
    const steps = [
      this.#account(account).step({ type: 'withdraw', amount: price }, ANY),
      orders.ref(key).step({ type: 'place', account, product, price }, ANY),
    ];
    const answer = await this.#run(() =>
      accounts.transact<unknown, { code: string }>(steps, { commandId: key }),
    );
    await this.#forget(account);
    return answer;
  }

  /** An account as it is shown: from the cache, which reads it once for all who ask. */
  view(id: string): Promise<AccountView> {
    return this.#calls.run(
      async (call) => {
        const view = await this.parts.views.getOrLoad(id, async () => {
          const { state, version } = await this.#account(id).state(call.askOptions);
          return { account: state, version };
        });
        if (view === undefined) throw new Unavailable(`${id} could not be read`);
        return view;
      },
      { idempotent: true },
    );
  }

  /** Changes a setting. @throws {Unavailable} when it is not known whether it was changed */
  async set(key: string, value: string): Promise<Setting> {
    const result = await this.#settings.propose({ type: 'set', key, value });
    if (result.type !== 'done') throw new Unavailable(`${key}: ${result.type}`);
    return result.reply as Setting;
  }

  /** What a setting is now. @throws {Unavailable} */
  async setting(key: string): Promise<Setting> {
    const result = await this.#settings.read({ key });
    if (result.type !== 'done') throw new Unavailable(`${key}: ${result.type}`);
    return result.answer;
  }

  close(): void {
    this.#credit.stop();
  }

  #account(id: string) {
    return this.parts.accounts.ref(id);
  }

  /** Tries until it is known what became of it. The key of the command makes that harmless. */
  #run(execute: (call: Call) => Promise<Executed>): Promise<Answer> {
    return this.#calls.run(
      async (call) => {
        const result = await execute(call);
        if (result.ok) return 'done';
        if (result.reason === 'rejected') return result.error.code;
        throw new Unavailable(result.reason);
      },
      { idempotent: true },
    );
  }

  #isGood(account: string, minor: bigint): Promise<boolean> {
    return this.#creditCalls.run(
      async (call) => {
        const { deadline, askOptions } = call;
        const check = { type: 'check', account, minor, deadline } as const;
        const isGood = await this.#credit.balancer.call(({ ref }) => ref?.ask(check, askOptions));
        if (isGood === undefined) throw new Unavailable('no desk is there');
        return isGood;
      },
      { idempotent: true },
    );
  }

  /** Views of these accounts are old now. A shard that lost its thread has lost them anyway. */
  async #forget(...ids: readonly string[]): Promise<void> {
    const { views } = this.parts;
    await Promise.all(ids.map((id) => views.delete(id).catch(() => false)));
  }
}
