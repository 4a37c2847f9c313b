// Browser tests against the real server. See support/fixtures.ts for what every
// test gets, support/app.ts for how the server is started.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium';

// Pictures for people are taken on request only: `--grep @shots`. The workers
// read this file again with other arguments, hence the variable.
if (process.argv.some(argument => argument.includes('@shots'))) process.env.WEIR_SHOTS = '1';
const shots = process.env.WEIR_SHOTS === '1';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
/** Specs that make sense on both sizes; all others are for one of them. */
const both = /(a11y|layout|pages|shots)\.spec\.ts/;
const phoneOnly = /\.phone\.spec\.ts/;

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results',
  globalSetup: './support/global-setup.ts',
  workers: 2,
  // A shared machine may be slow for a moment; what passes only then is reported as flaky.
  retries: process.env.CI ? 2 : 0,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  reporter: 'line',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  grepInvert: shots ? undefined : /@shots/,
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    // Requests that a worker answers are not seen by `page.route`; the spec about working without network allows it.
    serviceWorkers: 'block',
    contextOptions: { serviceWorkers: 'block' },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: 'only-on-failure',
    trace: process.env.WEIR_TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: desktop, testIgnore: phoneOnly },
    { name: 'phone', use: phone, testMatch: [both, phoneOnly] },
  ],
});
