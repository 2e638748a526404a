import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EditRequest } from '../../electron/contract/request.ts';
import { decodeImage } from '../../native/imaging/decode.ts';
import { findMetadata } from '../../native/library/picture-metadata.ts';
import { readPngHead } from '../../native/library/png.ts';
import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test, type ServedStudio } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test.setTimeout(360_000);
test.use({ bundle: {} });

const side = 96;
const source = plainPng(side, side, [20, 60, 200], [230, 40, 40]);
const own = decodeImage(source, 'source').image;

/** The picture that came after those known, and the request inside of it. */
async function newest(studio: ServedStudio, known: readonly string[]) {
  const name = (await studio.pictures()).find((other) => !known.includes(other)) ?? '';
  const png = await readFile(join(studio.home, 'outputs', name));
  const request = findMetadata(readPngHead(png, name).texts)?.request as EditRequest;
  return { name, request, image: decodeImage(png, name).image };
}

test('a frame is drawn, moved, fitted to the mask, and nothing outside the mask changes', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  const canvas = new CanvasHands(window);
  await canvas.drop('big.png', 'image/png', source);
  await window.keyboard.press('Alt+2');
  const panel = window.getByRole('tabpanel', { name: 'Edit' });
  const note = panel.getByTestId('frame-note');
  await expect(note).toHaveText(/sees the picture at 33 % of its size/);

  await canvas.canvas.focus();
  await window.keyboard.press('w');
  await expect(panel.getByRole('radio', { name: 'Frame' })).toHaveAttribute('data-state', 'on');
  await expect(note).toHaveText(/^A square of 96 px at 0, 0/);
  await panel.getByRole('radio', { name: 'Whole picture' }).click();
  await canvas.drag([
    [0.1, 0.1],
    [0.2, 0.2],
  ]);
  // The whole picture is the frame to begin with, and cannot be moved out of itself.
  await expect(note).toHaveText(/at 0, 0/);
  await canvas.drag([
    [1, 1],
    [0.4, 0.4],
  ]);
  await expect(note).toHaveText(/^A square of 40 px at 0, 0, seen at 80 % of its size/);
  await canvas.drag([
    [0.2, 0.2],
    [0.6, 0.45],
  ]);
  await expect(note).toHaveText(/^A square of 40 px at 40, 25/);
  await canvas.canvas.focus();
  await window.keyboard.press('ArrowDown');
  await expect(note).toHaveText(/at 40, 30/);
  await window.keyboard.press('Control+ArrowRight');
  await expect(note).toHaveText(/^A square of 48 px/);
  // What the model does not see is dimmed.
  expect((await canvas.pixel(2, 0.1, 0.1))[3]).toBeGreaterThan(120);
  expect((await canvas.pixel(2, 0.6, 0.5))[3]).toBe(0);
  await window.screenshot({ path: 'test-results/frame.png' });
  await window.keyboard.press('Control+z');
  await expect(note).toHaveText(/^A square of 40 px/);

  await window.keyboard.press('Shift+X');
  await window.keyboard.press('Shift+W');
  await expect(note).toHaveText(/^A square of 80 px at 10, 10/);
  await window.keyboard.press('Delete');
  await window.keyboard.press('m');
  await canvas.drag([
    [0.5, 0.5],
    [0.6, 0.6],
  ]);
  await window.keyboard.press('Shift+W');
  await expect(note).toHaveText('A square of 32 px at 36, 36, seen at 100 % of its size.');
  await panel.getByLabel('Instruction').fill('make it green');
  await hands.field('Steps').fill('4');
  await panel.getByRole('button', { name: 'Edit the selection' }).click();
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  const { request, image } = await newest(studio, []);
  expect(request).toMatchObject({ frame: { left: 36, top: 36, side: 32 }, region: { kind: 'mask' } });
  expect([image.width, image.height]).toEqual([side, side]);
  let changed = 0;
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const same = [0, 1, 2].every((c) => image.rgb[i * 3 + c] === own.rgb[i * 3 + c]);
    if (x < 48 || x > 57 || y < 48 || y > 57) expect(same).toBe(true);
    else if (!same) changed++;
  }
  expect(changed).toBeGreaterThan(0);

  // The tokens of the timeline lie over the frame, and the picture stays around it.
  await window.keyboard.press('4');
  await hands.playhead.focus();
  await window.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await canvas.pixel(1, 0.55, 0.55))[3]).toBeGreaterThan(0);
  expect((await canvas.pixel(1, 0.3, 0.3))[3]).toBe(0);
  expect((await canvas.pixel(0, 0.05, 0.5)).slice(0, 3)).toEqual([20, 60, 200]);
  await window.screenshot({ path: 'test-results/frame-steps.png' });
  await window.keyboard.press('End');
  await window.getByRole('button', { name: 'Discard this result' }).click();
});

test('a picture grows on the sides that are asked for, by a description, and keeps every byte', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  const known = await studio.pictures();
  await new CanvasHands(window).drop('big.png', 'image/png', source);
  await window.keyboard.press('Alt+2');
  const panel = window.getByRole('tabpanel', { name: 'Edit' });
  await expect(panel.getByText('big.png')).toBeVisible();
  await panel.getByRole('radio', { name: 'Expand' }).click();
  await panel.getByRole('button', { name: 'Expand the picture' }).click();
  await expect(panel.getByText('Say in a few words what the larger picture shows.')).toBeVisible();
  await panel.getByLabel('What the larger picture shows').fill('a cat left of a dog');
  await panel.getByRole('button', { name: 'Expand the picture' }).click();
  await expect(window.getByText('Nothing is added yet').first()).toBeVisible();
  await panel.getByRole('button', { name: '1.5×' }).click();
  await expect(panel.getByRole('status').first()).toContainText('144 × 144 px');
  await window.keyboard.press('Control+z');
  await expect(panel.getByRole('status').first()).toContainText('96 × 96 px');
  await panel.getByLabel('Right').fill('32');
  await panel.getByLabel('Bottom').fill('16');
  await panel.getByLabel('Feather').fill('2');

  // The border is dragged outwards with the frame tool.
  await panel.getByRole('button', { name: 'Drag the borders' }).click();
  const box = await hands.canvas.boundingBox();
  if (!box) throw new Error('The canvas is not on the page.');
  const scale = Math.min((box.width - 56) / 128, (box.height - 112) / 112);
  const right = box.x + box.width / 2 + 64 * scale;
  await window.mouse.move(right, box.y + box.height / 2);
  await window.mouse.down();
  await window.mouse.move(right + 8.4 * scale, box.y + box.height / 2, { steps: 4 });
  await window.screenshot({ path: 'test-results/expand.png' });
  await window.mouse.up();
  await expect(panel.getByRole('status').first()).toContainText('136 × 112 px');
  await panel.getByRole('button', { name: 'Expand the picture' }).click();
  await expect(hands.results).toHaveCount(2, { timeout: 60_000 });
  const { request, image, name } = await newest(studio, known);
  expect(request).toMatchObject({
    reads: 'description',
    prompt: 'a cat left of a dog',
    extend: { left: 0, top: 0, right: 40, bottom: 16, feather: 2 },
    origin: { intent: 'expand' },
  });
  expect([image.width, image.height]).toEqual([136, 112]);
  for (let y = 0; y < side; y++) {
    const row = image.rgb.subarray(y * 136 * 3, (y * 136 + side) * 3);
    expect(Buffer.compare(row, own.rgb.subarray(y * side * 3, (y + 1) * side * 3))).toBe(0);
  }
  await window.screenshot({ path: 'test-results/expanded.png' });
  await window.getByRole('button', { name: 'Accept' }).click();
  await expect(panel.getByText(name)).toBeVisible();
  // What was added is in the picture now; nothing more is asked for.
  await expect(panel.getByLabel('Right')).toHaveValue('0');

  // The button says what will be done, and the note what the model is told.
  await panel.getByRole('radio', { name: 'Remove' }).click();
  await panel.getByLabel('What to remove').fill('dog');
  await expect(panel.getByText('The model is told: Remove the dog.')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Remove it' })).toBeVisible();
  await panel.getByRole('radio', { name: 'Background' }).click();
  await panel.getByLabel('The new background').fill('on grass');
  await expect(panel.getByText('The model is told: Put it on grass.')).toBeVisible();
  await panel.getByRole('radio', { name: 'Fill' }).click();
  await expect(panel.getByText('Nothing is masked')).toBeVisible();

  // What was asked for comes back with the result, also after a restart of the window.
  await window.reload();
  await expect(panel.getByRole('radio', { name: 'Fill' })).toHaveAttribute('data-state', 'on');
  await panel.getByRole('radio', { name: 'Remove' }).click();
  await expect(panel.getByLabel('What to remove')).toHaveValue('dog');
  await window.getByRole('button', { name: 'Use this instruction and its settings' }).click();
  await expect(panel.getByRole('radio', { name: 'Expand' })).toHaveAttribute('data-state', 'on');
  await expect(panel.getByLabel('What the larger picture shows')).toHaveValue('a cat left of a dog');
  await expect(panel.getByLabel('Right')).toHaveValue('40');
});
