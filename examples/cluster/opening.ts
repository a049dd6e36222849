import { ACCOUNTS, OPENING } from './load/workload.js';
import { patiently } from './patiently.js';
import type { Service } from './service.js';

/** Opens all accounts with what they hold at first. On data that has them it changes nothing. */
export async function openAccounts(service: Service): Promise<void> {
  await Promise.all(
    ACCOUNTS.map(async (id) => {
      await patiently(() => service.openAccount(id, `owner of ${id}`, 'EUR', `open-${id}`));
      await patiently(() => service.deposit(id, OPENING, `opening-${id}`));
    }),
  );
}
