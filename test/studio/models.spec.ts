import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { entryFor, isWhole, servedNano, weights } from '../engine/store/served-model.ts';
import { ModelServer } from '../support/model-server.ts';
import { Hands } from './support/hands.ts';
import { ServedStudio } from './support/served-studio.ts';
import { violations } from './support/violations.ts';

interface World {
  server: ModelServer;
  studio: ServedStudio;
  files: Map<string, Buffer>;
}

/** A studio whose catalogue offers nano’s own files, under another name, at a server of this machine. */
const test = base.extend<{ world: World }>({
  world: async ({}, use) => {
    const server = await ModelServer.start();
    const files = await servedNano();
    const config = JSON.parse(files.get('config.json')?.toString('utf8') ?? '{}') as Record<string, object>;
    const named = { ...config, lavida_studio: { ...config['lavida_studio'], name: 'Second' } };
    files.set('config.json', Buffer.from(JSON.stringify(named)));
    for (const [path, bytes] of files) server.put(`/models/served/${path}`, bytes);
    const entry = { ...entryFor(server.origin, files, { id: 'second' }), name: 'Second' };
    const studio = await ServedStudio.start((home) =>
      writeFile(join(home, 'catalog.json'), JSON.stringify({ version: 1, models: [entry] })),
    );
    await use({ server, studio, files });
    await studio.stop();
    await server.stop();
  },
});

async function openModels(page: Page): Promise<Locator> {
  await page.keyboard.press('Control+Shift+M');
  const card = page.getByRole('article', { name: 'Second' });
  await expect(card).toBeVisible();
  return card;
}

test('a model is downloaded, paused, kept over a reload, resumed, checked, repaired, used, and paints', async ({
  page,
  world: { server, studio, files },
}) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(studio.url);
  await expect(page.getByText('Engine ready')).toBeVisible({ timeout: 90_000 });
  await page.getByRole('button', { name: /^Nano/ }).click();
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  let card = page.getByRole('article', { name: 'Second' });
  await expect(card).toContainText('noncommercial use only');
  await expect(page.getByRole('article', { name: 'LaViDa-O v1.0' })).toContainText('size told by the server');
  expect(server.seen).toEqual([]);

  await card.getByRole('button', { name: 'Download…' }).click();
  const start = card.getByRole('button', { name: 'Start download' });
  await expect(start).toBeDisabled();
  await expect(card).toContainText('Only for tests.');
  const nano = page.getByRole('article', { name: 'Nano' });
  await expect(nano).toContainText(/Parameters: \d+\.\d M/u);
  await expect(nano.getByText('Fits')).toBeVisible();
  const published = page.getByRole('article', { name: 'LaViDa-O v1.0' });
  await expect(published.getByText(/(Fits|Tight|Will not fit)$/u).first()).toBeVisible();
  expect(await violations(page, '[role="dialog"]')).toEqual([]);
  await card.getByRole('switch', { name: 'I have read the licence and accept it' }).click();
  server.pace = 4_000_000;
  server.next(`/models/served/${weights}`, { kind: 'drop', after: 3_000_000 });
  await start.click();
  const bar = card.getByRole('progressbar');
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20);
  await card.getByRole('button', { name: 'Pause' }).click();
  await expect(card.getByText('Paused')).toBeVisible();

  await page.reload();
  await expect(page.getByText('Engine ready')).toBeVisible();
  card = await openModels(page);
  await expect(card.getByText('Paused')).toBeVisible();
  const before = server.requestsFor(`/models/served/${weights}`).length;
  server.pace = 0;
  await card.getByRole('button', { name: 'Resume' }).click();
  await expect(card.getByText('Installed')).toBeVisible();
  expect(server.requestsFor(`/models/served/${weights}`)[before]?.range).toMatch(/^bytes=\d{6,}-$/u);
  const directory = join(studio.home, 'models', 'second');
  expect(await isWhole(directory, files)).toBe(true);

  const damaged = await readFile(join(directory, weights));
  damaged[12_345_678] = (damaged[12_345_678] ?? 0) ^ 1;
  await writeFile(join(directory, weights), damaged);
  await card.getByRole('button', { name: 'More about “Second”' }).click();
  await page.getByRole('menuitem', { name: 'Verify files' }).click();
  await expect(card.getByRole('alert')).toContainText('A file is not as installed.');
  await card.getByRole('button', { name: 'Repair' }).click();
  await expect(card.getByRole('progressbar')).toBeHidden();
  expect(await isWhole(directory, files)).toBe(true);

  await card.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(card.getByText('In use')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^Second/ })).toBeVisible();
  await expect(page.getByText('Engine ready')).toBeVisible();
  const hands = new Hands(page);
  await hands.ask('a red car', 4);
  await expect(hands.results).toHaveCount(1);
  expect(problems).toEqual([]);
});
