import { systemClock } from 'troupe';
import { patiently } from '../patiently.js';
import type { Setting } from '../settings.js';
import type { Request, SettingUse } from './customer.js';
import { SETTINGS } from './workload.js';

const TRIES = 50;

/** Makes requests again that had no answer, each under its key, until they are settled. @returns how many there were */
export async function settle(url: string, requests: readonly Request[]): Promise<number> {
  const open = requests.filter(({ status }) => status === 0);
  for (const request of open) {
    const { method, path, body, key } = request.job;
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
    for (let i = 0; request.status === 0 && i < TRIES; i++) {
      const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
      request.body = await response.text();
      if (response.status < 500) request.status = response.status;
      else await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return open.length;
}

/** Gives all settings their first value. */
export async function setSettings(url: string, value: string): Promise<SettingUse[]> {
  const uses: SettingUse[] = [];
  for (const setting of SETTINGS) {
    // When somebody leads the group, it will answer what may not be repeated, too.
    await patiently(() => use(url, setting));
    const beganMs = systemClock.now();
    const answer = await use(url, setting, value);
    uses.push({ setting, value, beganMs, endedMs: systemClock.now(), answer });
  }
  return uses;
}

/** Reads all settings. */
export async function readSettings(url: string): Promise<SettingUse[]> {
  const uses: SettingUse[] = [];
  for (const setting of SETTINGS) {
    const beganMs = systemClock.now();
    const answer = await patiently(() => use(url, setting));
    uses.push({ setting, value: null, beganMs, endedMs: systemClock.now(), answer });
  }
  return uses;
}

/** Reads a setting, or sets it. @throws when there is no answer, or one without a setting */
async function use(url: string, setting: string, value?: string): Promise<Setting> {
  const headers = { 'content-type': 'application/json' };
  const init =
    value === undefined ? {} : { method: 'PUT', headers, body: JSON.stringify({ value }) };
  const response = await fetch(`${url}/settings/${setting}`, init);
  if (response.ok) return (await response.json()) as Setting;
  throw new Error(`${setting}: ${response.status} ${await response.text()}`);
}
