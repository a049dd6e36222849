import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is installed, or undefined. The variable CHROMIUM names another one. */
const CHROMIUM = [process.env['CHROMIUM'] ?? '', ...PLACES].find((path) => existsSync(path));

/** Why a test that needs a browser does not run; false where it can. For the option `skip` of a test. */
export const NO_BROWSER: string | false =
  CHROMIUM === undefined && `no Chromium at ${PLACES.join(', ')}, see .ci/install-chromium`;

/** Starts a Chromium without a window. The sandbox needs a user that is not root. */
export function launchBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--disable-dev-shm-usage', ...(isRoot ? ['--no-sandbox'] : [])],
  });
}
