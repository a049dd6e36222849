/**
 * Makes the picture of the dashboard that the README shows, of the watched shop after a few seconds:
 *
 *     node dist/test/observe/dashboard/screenshot.js [PATH]
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../support/browser.js';

const SHOP = fileURLToPath(new URL('../../../examples/watched-shop.js', import.meta.url));
const PICTURE = fileURLToPath(
  new URL('../../../../runtime/observe/dashboard.png', import.meta.url),
);
/** So long that plots have a shape and some tills have failed. */
const SECONDS = 25;

const shop = spawn(process.execPath, [SHOP], { stdio: ['ignore', 'pipe', 'ignore'] });
const browser = await launchBrowser();
try {
  const url = await new Promise<string>((resolve, reject) => {
    shop.on('exit', () => reject(new Error('the shop has closed')));
    shop.stdout.setEncoding('utf8').on('data', (text: string) => {
      const [found] = /http:\S+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const page = await browser.newPage({ viewport: { width: 1160, height: 1080 } });
  await page.goto(url);
  await page.waitForTimeout(SECONDS * 1000);
  await page.screenshot({ path: process.argv[2] ?? PICTURE });
} finally {
  await browser.close();
  shop.kill('SIGINT');
}
