import { type ActorSystem, START } from 'troupe';
import {
  type Aggregates,
  aggregates,
  type JournalAddress,
  type Projection,
  project,
  type StoredEvent,
  startJournal,
} from 'troupe/actors';
import { Account, type AccountCommand, type AccountEvent, type AccountState } from './account.js';
import { Balances } from './balances.js';
import type { Money } from './money.js';

type Accounts = Aggregates<AccountCommand, AccountEvent, AccountState, { readonly code: string }>;

/** What became of a wish: it was done, or why not. */
export type Answer = 'done' | string;

const ANY = { expected: 'any' } as const;

/** A bank: accounts, and transfers between them. All of it is in one journal. */
export class Bank {
  readonly balances: Projection<Money>;
  readonly #accounts: Accounts;

  private constructor(accounts: Accounts, balances: Projection<Money>) {
    this.#accounts = accounts;
    this.balances = balances;
  }

  /** Opens the bank. @param path the folder of its journal; in memory when left out */
  static async open(system: ActorSystem, path?: string): Promise<Bank> {
    const journal: JournalAddress = await startJournal(
      system,
      path === undefined ? { kind: 'memory' } : { kind: 'lmdb', path },
    );
    const accounts = await aggregates(system, Account, { journal });
    return new Bank(accounts, await project(system, Balances, { journal }));
  }

  /** Opens an account. */
  openAccount(id: string, owner: string, currency: string): Promise<Answer> {
    return this.#execute(id, { type: 'open', owner, currency });
  }

  deposit(id: string, amount: Money, commandId?: string): Promise<Answer> {
    return this.#execute(id, { type: 'deposit', amount }, commandId);
  }

  withdraw(id: string, amount: Money, commandId?: string): Promise<Answer> {
    return this.#execute(id, { type: 'withdraw', amount }, commandId);
  }

  close(id: string): Promise<Answer> {
    return this.#execute(id, { type: 'close' });
  }

  /** From one account to another: both have its event, or neither. @param commandId makes repeating it safe */
  async transfer(from: string, to: string, amount: Money, commandId: string): Promise<Answer> {
    const result = await this.#accounts.transact(
      [
        this.#accounts.ref(from).step({ type: 'send', amount, to }, ANY),
        this.#accounts.ref(to).step({ type: 'receive', amount, from }, ANY),
      ],
      { commandId },
    );
    if (result.ok) return 'done';
    return result.reason === 'rejected' ? result.error.code : result.reason;
  }

  /** The account itself, not the read model: what is decided upon. */
  async account(id: string): Promise<AccountState> {
    return (await this.#accounts.ref(id).state()).state;
  }

  /** How often each transfer was sent and received, by its command id, read from all that ever happened. */
  async transferEnds(): Promise<ReadonlyMap<string, { sent: number; received: number }>> {
    const { journal } = this.#accounts;
    const ends = new Map<string, { sent: number; received: number }>();
    for (let page = await journal.readAll(START); page.length > 0; ) {
      for (const { value } of page) {
        const { causationId, event } = value as StoredEvent<AccountEvent>;
        if (event.type !== 'sent' && event.type !== 'received') continue;
        const of = ends.get(causationId) ?? { sent: 0, received: 0 };
        of[event.type]++;
        ends.set(causationId, of);
      }
      page = await journal.readAll(page.at(-1)!.position);
    }
    return ends;
  }

  async #execute(id: string, command: AccountCommand, commandId?: string): Promise<Answer> {
    const options = commandId === undefined ? ANY : { ...ANY, commandId };
    const result = await this.#accounts.ref(id).execute(command, options);
    if (result.ok) return 'done';
    return result.reason === 'rejected' ? result.error.code : result.reason;
  }
}
