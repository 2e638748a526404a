import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NotedBox, PictureNotes } from '../../electron/contract/notes.ts';
import type { EditRequest } from '../../electron/contract/request.ts';
import { decodeImage } from '../../native/imaging/decode.ts';
import { findMetadata } from '../../native/library/picture-metadata.ts';
import { readPngHead } from '../../native/library/png.ts';
import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test, type ServedStudio } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test.setTimeout(360_000);
test.use({ bundle: {}, permissions: ['clipboard-read', 'clipboard-write'] });

const source = plainPng(60, 40, [20, 60, 200], [230, 40, 40]);
const phrases = [
  'the red part',
  'a dog',
  'a cat',
  'the sun',
  'a tree',
  'a house',
  'a ball',
  'the sky',
  'sea',
];

/** The notes of the one picture that has any. */
async function notesOf({ home }: ServedStudio): Promise<PictureNotes> {
  // A file on its way into place has a name of its own, with a dot before it.
  const file = (await readdir(join(home, 'notes'))).find((name) => /^[0-9a-f]+\.json$/.test(name)) ?? '';
  return JSON.parse(await readFile(join(home, 'notes', file), 'utf8')) as PictureNotes;
}

function overlap(a: NotedBox['box'], b: NotedBox['box']): number {
  const w = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const h = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: NotedBox['box']): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (w * h) / (area(a) + area(b) - w * h);
}

test('phrases become boxes that can be measured, moved, hidden, exported, and that come back', async ({
  window,
  studio,
}) => {
  await new CanvasHands(window).drop('desk.png', 'image/png', source);
  await window.getByRole('tab', { name: 'Ground' }).click();
  const panel = window.getByRole('tabpanel', { name: 'Ground' });
  await expect(panel.getByText('desk.png')).toBeVisible();
  await expect(panel.getByText('60 × 40 px')).toBeVisible();
  await panel.getByRole('radio', { name: '4' }).click();
  await expect(panel.getByRole('radio', { name: 'One by one' })).toHaveAttribute('data-state', 'on');
  await panel.getByRole('radio', { name: 'All at once' }).click();
  await expect(panel.getByRole('radio', { name: '1', exact: true })).toHaveAttribute('data-state', 'on');
  await panel.getByLabel('Phrases').fill(phrases.join('\n'));
  await expect(panel.getByText('9 phrases')).toBeVisible();
  await panel.getByRole('button', { name: /^Ground/ }).click();

  const items = panel.getByRole('region', { name: 'Boxes' }).locator('.box-item');
  await expect(items.first()).toBeVisible();
  const [grounding] = (await notesOf(studio)).groundings;
  const found = grounding?.boxes.filter(({ problem }) => problem === null) ?? [];
  const missed = grounding?.boxes.filter(({ problem }) => problem !== null) ?? [];
  await expect(items).toHaveCount(found.length);
  for (const [i, { phrase, raw }] of found.entries()) {
    await expect(items.nth(i).getByRole('textbox').first()).toHaveValue(phrase);
    await expect(items.nth(i)).toContainText(raw);
  }
  const misses = panel.getByRole('group', { name: 'Not found' });
  await expect(misses.getByRole('listitem')).toHaveCount(missed.length);
  await expect(misses.getByText(/^No box: its/)).toHaveCount(missed.length);

  await items
    .first()
    .getByRole('button', { name: /^Select box 1/ })
    .click();
  const before = (await notesOf(studio)).boxes[0]?.box ?? [0, 0, 0, 0];
  const right = Math.max(Math.ceil(before[0]) + 1, 50);
  await items.first().getByLabel('Right').fill(String(right));
  await expect
    .poll(async () => (await notesOf(studio)).boxes[0])
    .toMatchObject({ box: [before[0], before[1], right, before[3]], original: before });
  await items.first().getByRole('button', { name: 'Back to what the model said' }).click();
  await expect.poll(async () => (await notesOf(studio)).boxes[0]?.box).toEqual(before);

  await window.keyboard.press('Shift+X');
  await expect(items).toHaveCount(found.length + 1);
  await window.keyboard.press('ArrowRight');
  await expect
    .poll(async () => (await notesOf(studio)).boxes.find(({ origin }) => origin === 'drawn')?.box)
    .toEqual([19, 12, 43, 28]);
  await expect(panel.getByText('IoU is measured against “unnamed”')).toBeVisible();
  const share = overlap(before, [19, 12, 43, 28]);
  await expect(items.first().getByText(`IoU ${share.toFixed(2)}`)).toBeVisible();
  await window.screenshot({ path: 'test-results/ground.png' });

  const hands = new Hands(window);
  expect((await hands.layer(3)).painted).toBeGreaterThan(0);
  await window.keyboard.down('h');
  await expect.poll(async () => (await hands.layer(3)).painted).toBe(0);
  await window.keyboard.up('h');
  await expect.poll(async () => (await hands.layer(3)).painted).toBeGreaterThan(0);

  const download = window.waitForEvent('download');
  await panel.getByRole('button', { name: 'Export' }).click();
  await window.getByRole('menuitem', { name: 'Save COCO JSON…' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('desk.coco.json');
  const coco = JSON.parse(await readFile(await file.path(), 'utf8')) as Record<string, unknown[]>;
  expect(coco['images']).toEqual([{ id: 1, file_name: 'desk.png', width: 60, height: 40 }]);
  expect(coco['annotations']).toHaveLength(found.length + 1);
  await panel.getByRole('button', { name: 'Export' }).click();
  await window.getByRole('menuitem', { name: 'Copy CSV' }).click();
  await expect
    .poll(async () => (await window.evaluate(() => navigator.clipboard.readText())).split('\n').length)
    .toBe(found.length + 3);

  await window.reload();
  await expect(items).toHaveCount(found.length + 1);
  await expect(misses.getByRole('listitem')).toHaveCount(missed.length);
});

test('an edit inside a mask found by a phrase: staged, saved, and not a byte changes outside', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  await window.keyboard.press('Alt+2');
  const panel = window.getByRole('tabpanel', { name: 'Edit' });
  await expect(panel.getByText('desk.png')).toBeVisible();
  await panel.getByRole('button', { name: /^Edit/ }).click();
  await expect(panel.getByText('Say in a few words what should change.')).toBeVisible();
  await expect(panel.getByLabel('Instruction')).toBeFocused();
  await panel.getByLabel('Instruction').fill('make it green');
  await panel.getByRole('button', { name: 'Advanced' }).click();
  await panel.getByRole('radio', { name: 'All of it' }).click();
  await hands.field('Steps').fill('4');
  await panel.getByRole('switch', { name: 'Plan a layout first' }).click();

  const status = panel.getByRole('status');
  for (const phrase of phrases) {
    await panel.getByLabel('Mask by phrase').fill(phrase);
    await panel.getByRole('button', { name: 'Ground it' }).click();
    await expect(status).toContainText(phrase);
    await expect(status).toHaveText(/is masked\.$|^No readable box/);
    if (/is masked/.test(await status.innerText())) break;
  }
  await expect(panel.getByRole('radio', { name: 'Mask' })).toHaveAttribute('data-state', 'on');
  await expect(panel.getByText('Outside it every token stays')).toBeVisible();
  // What the phrase masked is one step of undo.
  await window.getByRole('application').focus();
  await window.keyboard.press('Control+z');
  await expect(panel.getByText('Outside it every token stays')).toBeHidden();
  await window.keyboard.press('Control+Shift+z');
  await expect(panel.getByText('Outside it every token stays')).toBeVisible();
  await panel.getByLabel('Feather').fill('2');
  await window.screenshot({ path: 'test-results/edit.png' });
  await panel.getByRole('button', { name: /^Edit/ }).click();
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  const staging = window.getByRole('group', { name: 'Results to choose from' });
  await expect(staging).toBeVisible();
  await window.screenshot({ path: 'test-results/edit-staged.png' });

  const [name = ''] = await studio.pictures();
  const png = await readFile(join(studio.home, 'outputs', name));
  const request = findMetadata(readPngHead(png, name).texts)?.request as EditRequest;
  expect(request).toMatchObject({
    task: 'edit',
    prompt: 'make it green',
    fit: 'pad',
    plan: { mode: 'auto' },
    image: { name: 'desk.png' },
    region: { kind: 'mask', feather: 2 },
  });
  const maskHash = request.region?.kind === 'mask' ? request.region.mask.sha256 : '';
  const mask = decodeImage(await readFile(join(studio.home, 'sources', maskHash)), 'mask').image;
  const [was, now] = [decodeImage(source, 'source').image, decodeImage(png, 'result').image];
  expect([now.width, now.height]).toEqual([60, 40]);
  let changed = 0;
  for (let i = 0; i < was.rgb.length; i++) {
    if ((mask.rgb[i] as number) < 128) expect(now.rgb[i]).toBe(was.rgb[i]);
    else if (now.rgb[i] !== was.rgb[i]) changed++;
  }
  expect(changed).toBeGreaterThan(0);

  await staging.getByRole('button', { name: 'Accept' }).click();
  await expect(panel.getByText(name)).toBeVisible();
  await window.keyboard.press('Shift+X');
  await panel.getByRole('radio', { name: 'Box', exact: true }).click();
  await panel.getByRole('button', { name: /^Edit/ }).click();
  await expect(hands.results).toHaveCount(2, { timeout: 60_000 });
  const second = (await studio.pictures()).find((other) => other !== name) ?? '';
  const again = findMetadata(readPngHead(await readFile(join(studio.home, 'outputs', second)), second).texts);
  expect(again?.request).toMatchObject({
    image: { name },
    region: { kind: 'box', box: [18, 12, 42, 28] },
  });
});
