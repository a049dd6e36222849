import { once } from 'node:events';
import { CreditBureau } from './credit-bureau.js';
import { openAccounts } from './opening.js';
import { Site } from './site.js';

/** Where it is served, and until when. */
export interface ServeOptions {
  readonly folder: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

function invitation(url: string, dashboard: string): string {
  const json = `-H 'content-type: application/json'`;
  const post = (path: string, key: string, body: string): string =>
    `  curl -X POST ${url}${path} ${json} -H 'idempotency-key: ${key}' -d '${body}'`;
  return `dashboard: ${dashboard}
in a terminal: npx troupe top '${dashboard}'

Try it; the same key again does nothing again:
  curl ${url}/health
  curl ${url}/accounts/acc-1
${post('/accounts/acc-1/deposits', 'mine-1', '{"amount":"12.50"}')}
${post('/transfers', 'mine-2', '{"from":"acc-1","to":"acc-2","amount":"5.00"}')}
${post('/orders', 'mine-3', '{"account":"acc-1","product":"tea","price":"3.20"}')}
  curl ${url}/orders/mine-3
  curl -X PUT ${url}/settings/greeting ${json} -d '{"value":"hello"}'
  curl ${url}/settings/greeting

Ctrl-C stops it.
`;
}

/** Keeps the service running, without load and faults, until the signal. */
export async function serve(
  { folder, port, signal }: ServeOptions,
  write: (text: string) => void,
): Promise<void> {
  const bureau = await CreditBureau.open();
  try {
    const site = await Site.open({ folder, port, bureauUrl: bureau.url });
    try {
      await openAccounts(site.service);
      const { url } = await site.dashboard();
      write(`open at ${site.http.url}\n${invitation(site.http.url, url)}`);
      if (!signal.aborted) await once(signal, 'abort');
      write('stopping\n');
    } finally {
      const { clean, ms } = await site.close();
      write(`stopped in ${ms.toFixed(0)} ms${clean ? '' : ', not in order'}\n`);
    }
  } finally {
    await bureau.close();
  }
}
