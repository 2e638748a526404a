import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download } from '@playwright/test';
import { decode } from 'fast-png';
import { TraceFile } from '../../native/trace/reader.ts';
import { readGif } from '../support/gif.ts';
import { nanoImageSize } from '../support/nano.ts';
import { CanvasHands } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

const steps = 12;
/** Late, because the first steps commit a code each. */
const branched = 10;

test.beforeEach(async ({ window }) => {
  const hands = new Hands(window);
  if ((await hands.results.count()) === 0) {
    // For the map of what guidance changes; by itself the bundle may do without.
    await hands.field('Guidance').fill('1');
    await hands.make('a red car on grass', steps);
  }
  await hands.results.last().click();
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', String(steps));
});

test('a token tells its candidates and exact numbers; maps of guidance and strata lie over the picture', async ({
  window,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const hands = new Hands(window);
  await hands.canvas.focus();
  await window.keyboard.press('v');
  for (let i = 0; i < steps / 2; i++) await window.keyboard.press('ArrowLeft');
  await window.keyboard.press('5');
  const legend = window.getByRole('group', { name: 'Legend: Guidance difference' });
  await expect(legend).toBeVisible();
  await expect.poll(async () => (await hands.layer(1)).colours).toBeGreaterThan(5);
  await window.keyboard.press('4');
  const order = await hands.layer(1);
  await window.getByRole('radiogroup', { name: 'Stratification grid' }).getByText('4²').click();
  await expect.poll(async () => (await hands.layer(1)).hash).not.toBe(order.hash);
  await window.keyboard.press('0');

  const box = await hands.canvas.boundingBox();
  if (!box) throw new Error('The canvas has no size.');
  await window.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const card = window.getByRole('group', { name: /^Row \d+, column \d+$/ });
  const candidates = card.getByRole('list', { name: 'Likeliest tokens' }).getByRole('listitem');
  await expect(candidates).toHaveCount(5);
  await expect(card.getByText('Margin')).toBeVisible();
  await card.getByRole('button', { name: 'Copy exact numbers' }).click();
  const copied = await window.evaluate(() => navigator.clipboard.readText());
  const exact = JSON.parse(copied) as { confidence: number; candidates: { probability: number }[] };
  expect(exact.candidates).toHaveLength(5);
  expect(exact.confidence).toBeGreaterThan(0);
  await window.keyboard.press('Escape');

  await window.getByRole('button', { name: 'Exact numbers' }).click();
  const numbers = window.getByRole('dialog', { name: 'Exact numbers' });
  await expect(numbers.getByText('Mean confidence')).toBeVisible();
  await numbers.getByRole('button', { name: 'Copy all tokens of this step' }).click();
  const table = (await window.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(table[0]).toContain('confidence\tentropy\tguidance');
  expect(table.length).toBeGreaterThan(200);
  await window.keyboard.press('Escape');
});

test('with the loop on, a film that ends begins again', async ({ window }) => {
  const hands = new Hands(window);
  await hands.canvas.focus();
  await window.keyboard.press('Shift+L');
  await expect(window.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('ArrowLeft');
  await window.keyboard.press('Space');
  await expect.poll(() => hands.position()).toBe(steps);
  await expect.poll(() => hands.position()).toBeLessThan(steps - 1);
  await window.keyboard.press('Space');
  await window.keyboard.press('Shift+L');
});

test('a branch paints the masked region again, keeps the rest, and is compared with its parent', async ({
  window,
  studio,
}) => {
  const hands = new CanvasHands(window);
  const parent = ((await studio.pictures()).at(0) ?? '').replace('.png', '');
  await window.keyboard.press('m');
  await hands.drag([
    [0.5, 0.5],
    [0.95, 0.95],
  ]);
  await window.keyboard.press('v');
  const screen = new Hands(window);
  await screen.playhead.focus();
  for (let i = branched; i < steps; i++) await window.keyboard.press('ArrowLeft');
  await expect(screen.playhead).toHaveAttribute('aria-valuenow', String(branched));
  await window.keyboard.press('Shift+B');
  const panel = window.getByRole('dialog', { name: 'Branch from this step' });
  await expect(panel.getByText(/^under the mask: \d+ tokens$/)).toBeVisible();
  const before = await screen.results.count();
  await panel.getByRole('button', { name: 'Start the branch' }).click();
  await expect(screen.results).toHaveCount(before + 1, { timeout: 60_000 });
  const child = ((await studio.pictures()).at(-1) ?? '').replace('.png', '');
  const open = (id: string): Promise<TraceFile> =>
    TraceFile.open(join(studio.home, 'outputs', `${id}.trace.safetensors`));
  const [old, made] = [await open(parent), await open(child)];
  const { branch } = made.head.request;
  expect(branch).toMatchObject({ step: branched, parent: { run: parent } });
  const region = new Set(branch?.region);
  expect(region.size).toBeGreaterThan(20);
  const kept = await old.codesAt(branched);
  const final = await made.codesAt(made.head.steps);
  const committed = [...kept.keys()].filter((p) => kept[p] !== old.head.maskId && !region.has(p));
  expect(committed.length).toBeGreaterThan(20);
  expect(committed.filter((p) => final[p] !== kept[p])).toEqual([]);
  expect([...region].some((p) => final[p] !== kept[p])).toBe(true);
  await old.close();
  await made.close();

  await screen.results.first().click();
  await window.keyboard.press('Shift+C');
  const compare = window.getByRole('dialog', { name: 'Compare two runs' });
  const counts = async (): Promise<number[]> =>
    (await compare.getByTestId('compare-same').innerText()).replaceAll(',', '').split(' of ').map(Number);
  await expect.poll(async () => (await counts())[1]).toBe(final.length);
  const [same] = await counts();
  expect(same).toBeGreaterThanOrEqual(committed.length);
  expect(same).toBeLessThan(final.length);
  await compare.getByText('Unmask order').click();
  await expect(compare.getByText('Dark: B commits it earlier. Bright: A commits it earlier.')).toBeVisible();
  await compare.getByRole('slider', { name: 'Share of the steps' }).focus();
  await window.keyboard.press('Home');
  await expect(compare.getByText(`Step 0 of ${steps}`)).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(compare).toBeHidden();

  await window.getByRole('button', { name: `branch at step ${branched}` }).click();
  await expect(screen.playhead).toHaveAttribute('aria-valuenow', String(branched));
  await expect(screen.playhead).toHaveAttribute('aria-valuemax', String(steps));
});

test('a run leaves as a film, a sheet and numbers', async ({ window }) => {
  const save = async (name: RegExp): Promise<{ download: Download; bytes: Buffer }> => {
    const coming = window.waitForEvent('download');
    await window.getByRole('button', { name: 'Export this run' }).click();
    await window.getByRole('menuitem', { name }).click();
    const download = await coming;
    return { download, bytes: await readFile(await download.path()) };
  };
  const side = await nanoImageSize();
  const film = await save(/^Film \(GIF\)/);
  expect(film.download.suggestedFilename()).toMatch(/\.gif$/);
  expect(readGif(film.bytes)).toMatchObject({ width: side, height: side, loops: true });
  expect(readGif(film.bytes).delays).toHaveLength(steps + 1);
  const sheet = decode((await save(/^Sheet \(PNG\)/)).bytes);
  expect(sheet.width).toBeGreaterThan(4 * side);
  const numbers = await save(/^Numbers \(JSON\)/);
  const run = JSON.parse(numbers.bytes.toString('utf8')) as {
    format: string;
    picture: { rounds: { steps: unknown[] }[] };
  };
  expect(run.format).toBe('lavida-run');
  expect(run.picture.rounds[0]?.steps).toHaveLength(steps);
});
