import { defineConfig } from '@playwright/test';

/** The studio in Debian's Chromium, against a real `lavida serve`; one browser and one engine at a time. */
export default defineConfig({
  testDir: 'test/studio',
  workers: 1,
  // A browser on a busy machine may miss one frame; what fails twice is broken.
  retries: process.env['CI'] ? 1 : 0,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  outputDir: 'test-results',
  // One set for every system: fonts come with the studio.
  snapshotPathTemplate: 'test/studio/snapshots/{arg}{ext}',
  use: {
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
