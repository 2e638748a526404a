import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../support/cli.ts';
import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

const red = [200, 30, 30] as const;
const blue = [20, 40, 210] as const;
const green = [30, 160, 60] as const;
const samples = join(projectRoot, 'test', 'fixtures', 'imaging', 'pictures');

test('a dropped picture is kept, masked by hand in every way, and every stroke can be undone', async ({
  window,
  studio,
}) => {
  const hands = new CanvasHands(window);
  await hands.drop('field.png', 'image/png', plainPng(1024, 1024, red, blue));
  await expect(hands.canvas).toHaveAccessibleName('The picture field.png');
  await expect.poll(() => hands.pixel(0, 0.25, 0.5)).toEqual([...red, 255]);
  expect((await readdir(join(studio.home, 'pictures'))).filter((name) => name.endsWith('.png'))).toHaveLength(
    1,
  );

  await window.keyboard.press('b');
  const toolbar = window.getByRole('toolbar', { name: 'Mask' });
  await expect(toolbar).toBeVisible();
  await hands.drag([
    [0.3, 0.3],
    [0.6, 0.3],
  ]);
  await expect.poll(() => hands.covered()).toBeGreaterThan(3);
  const stroke = await hands.covered();
  expect((await hands.pixel(2, 0.45, 0.3))[3]).toBeGreaterThan(60);
  expect((await hands.pixel(2, 0.45, 0.6))[3]).toBe(0);

  await window.keyboard.press('e');
  await hands.drag([
    [0.45, 0.2],
    [0.45, 0.4],
  ]);
  // Only the thin tint of a covered cell is left there.
  await expect.poll(async () => (await hands.pixel(2, 0.45, 0.3))[3]).toBeLessThan(60);
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(stroke);
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(0);
  await window.keyboard.press('Control+Shift+z');
  await expect.poll(() => hands.covered()).toBe(stroke);

  await toolbar.getByRole('button', { name: 'Grow the mask' }).click();
  await expect.poll(() => hands.covered()).toBeGreaterThanOrEqual(stroke);
  await toolbar.getByRole('button', { name: 'Shrink the mask' }).click();
  await expect.poll(() => hands.covered()).toBe(stroke);
  await toolbar.getByRole('button', { name: 'Clear the mask' }).click();
  await expect.poll(() => hands.covered()).toBe(0);

  // A mask is saved and comes back from its file; what is no picture is refused, and the mask stays.
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(stroke);
  const saving = window.waitForEvent('download');
  await toolbar.getByRole('button', { name: 'Save the mask' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('field.mask.png');
  const file = await saved.path();
  await window.keyboard.press('Shift+Backspace');
  await expect.poll(() => hands.covered()).toBe(0);
  const openMask = async (chosen: string | { name: string; mimeType: string; buffer: Buffer }) => {
    const asking = window.waitForEvent('filechooser');
    await toolbar.getByRole('button', { name: 'Open a mask…' }).click();
    await (await asking).setFiles(chosen);
  };
  await openMask(file);
  await expect.poll(() => hands.covered()).toBe(stroke);
  expect((await hands.pixel(2, 0.45, 0.3))[3]).toBeGreaterThan(60);
  await openMask({ name: 'torn.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(window.getByText('torn.png cannot be read as a mask.', { exact: true })).toBeVisible();
  await expect.poll(() => hands.covered()).toBe(stroke);
  await window.keyboard.press('Shift+Backspace');
  await expect.poll(() => hands.covered()).toBe(0);

  await window.keyboard.press('o');
  await hands.drag([
    [0.2, 0.2],
    [0.8, 0.2],
    [0.5, 0.8],
    [0.2, 0.2],
  ]);
  await expect.poll(async () => (await hands.pixel(2, 0.5, 0.4))[3]).toBeGreaterThan(60);
  expect((await hands.pixel(2, 0.25, 0.7))[3]).toBe(0);
  await window.keyboard.press('m');
  await hands.drag(
    [
      [0.4, 0.1],
      [0.6, 0.9],
    ],
    'Alt',
  );
  // The veil is gone inside the rectangle; a covered cell may keep its thin tint.
  await expect.poll(async () => (await hands.pixel(2, 0.5, 0.4))[3]).toBeLessThan(60);

  await window.keyboard.press('Shift+Backspace');
  await window.keyboard.press('b');
  // The smallest brush is left by the keys of its slider too.
  const size = toolbar.getByRole('slider', { name: 'Size' });
  await size.press('Home');
  await expect(toolbar.getByText('1 px', { exact: true })).toBeVisible();
  await size.press('ArrowRight');
  await expect(toolbar.getByText('2 px', { exact: true })).toBeVisible();
  await size.press('PageUp');
  await expect(toolbar.getByText('3 px', { exact: true })).toBeVisible();
  await size.press('ArrowLeft');
  await expect(toolbar.getByText('2 px', { exact: true })).toBeVisible();
  for (let i = 0; i < 10; i++) await size.press('PageUp');
  for (let i = 0; i < 6; i++) await window.keyboard.press(']');
  const line = [
    [0.2, 0.5],
    [0.8, 0.5],
  ] as const;
  await hands.penDrag(line, 0.05);
  await expect.poll(() => hands.covered()).toBeGreaterThan(0);
  const light = await hands.covered();
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(0);
  await hands.penDrag(line, 0.9);
  await expect.poll(() => hands.covered()).toBeGreaterThan(light);

  // A layer is hidden, shown and made fainter.
  const veil = async (): Promise<number> => (await hands.pixel(2, 0.5, 0.5))[3];
  await expect.poll(veil).toBeGreaterThan(60);
  await window.getByRole('button', { name: 'Layers' }).click();
  const shown = window.getByRole('button', { name: 'Show: Mask' });
  await shown.click();
  await expect(shown).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(veil).toBe(0);
  await shown.click();
  await expect.poll(veil).toBeGreaterThan(60);
  const opacity = window.getByRole('slider', { name: 'Opacity: Mask' });
  const usual = Number(await opacity.getAttribute('aria-valuenow'));
  await opacity.press('Home');
  // The thin tint of a covered cell is left.
  await expect.poll(veil).toBeLessThan(60);
  while (Number(await opacity.getAttribute('aria-valuenow')) < usual) await opacity.press('ArrowRight');
  await expect.poll(veil).toBeGreaterThan(60);
  await window.keyboard.press('Escape');
  await expect(opacity).toBeHidden();
});

test('with snapping a mask takes whole token cells', async ({ window }) => {
  const hands = new CanvasHands(window);
  await hands.drop('field.png', 'image/png', plainPng(1024, 1024, red, blue));
  await window.keyboard.press('m');
  const toolbar = window.getByRole('toolbar', { name: 'Mask' });
  await expect(toolbar).toBeVisible();
  const whole = async (): Promise<number> => {
    const before = await hands.covered();
    await toolbar.getByRole('button', { name: 'Invert the mask' }).click();
    await expect.poll(() => hands.covered()).not.toBe(before);
    return before + (await hands.covered());
  };
  const text = await window.getByTestId('mask-cover').innerText();
  const total = Number((/of ([\d,]+)/.exec(text)?.[1] ?? '').replaceAll(',', ''));
  await hands.drag([
    [0.31, 0.31],
    [0.72, 0.53],
  ]);
  // Cells that are only partly masked are covered by the mask and by its inverse.
  expect(await whole()).toBeGreaterThan(total);
  await toolbar.getByRole('button', { name: 'Clear the mask' }).click();
  await window.keyboard.press('q');
  await hands.drag([
    [0.31, 0.31],
    [0.72, 0.53],
  ]);
  expect(await whole()).toBe(total);
  await window.keyboard.press('q');

  // Two fingers zoom, and what the first one began to paint is taken back.
  await window.keyboard.press('b');
  await window.keyboard.press('Shift+Backspace');
  const zoom = async (): Promise<number> =>
    parseInt(await window.getByRole('group', { name: 'Zoom' }).innerText(), 10);
  const fitted = await zoom();
  await hands.pinch(100, 200);
  await expect.poll(zoom).toBeGreaterThan(fitted * 1.8);
  expect(await zoom()).toBeLessThan(fitted * 2.2);
  expect(await hands.covered()).toBe(0);
});

test('before and after: by a line, side by side, and while a key is held', async ({ window }) => {
  const hands = new CanvasHands(window);
  await hands.drop('before.png', 'image/png', plainPng(1024, 1024, red));
  await expect(hands.canvas).toHaveAccessibleName('The picture before.png');
  await hands.paste('', 'image/png', plainPng(1024, 1024, green));
  await expect(hands.canvas).toHaveAccessibleName('The picture Pasted picture');
  await expect.poll(() => hands.pixel(0, 0.25, 0.5)).toEqual([...green, 255]);

  await hands.canvas.focus();
  await window.keyboard.press('c');
  await expect.poll(() => hands.pixel(0, 0.25, 0.5)).toEqual([...red, 255]);
  expect(await hands.pixel(0, 0.75, 0.5)).toEqual([...green, 255]);
  const line = window.getByRole('slider', { name: 'Line between before and after' });
  await line.press('Home');
  await expect.poll(() => hands.pixel(0, 0.25, 0.5)).toEqual([...green, 255]);
  await line.press('End');
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...red, 255]);

  await hands.canvas.focus();
  await window.keyboard.press('c');
  await expect(line).toBeHidden();
  const panes = async (): Promise<number[][]> => [
    await hands.pixel(0, -0.15, 0.5),
    await hands.pixel(0, 1.15, 0.5),
  ];
  await expect.poll(panes).toEqual([
    [...red, 255],
    [...green, 255],
  ]);
  await window.keyboard.press('c');
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...green, 255]);
  await window.keyboard.down('\\');
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...red, 255]);
  await window.keyboard.up('\\');
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...green, 255]);
});

test('boxes are drawn, named, nudged, made a mask and removed', async ({ window }) => {
  const hands = new CanvasHands(window);
  await hands.drop('field.png', 'image/png', plainPng(1000, 1000, red));
  await expect(hands.canvas).toHaveAccessibleName('The picture field.png');
  await window.keyboard.press('x');
  await hands.drag([
    [0.2, 0.2],
    [0.6, 0.5],
  ]);
  const card = window.getByRole('group', { name: 'Selected box' });
  await card.getByLabel('Label of the box').fill('a red car');
  const where = /^(\d+), (\d+) · (\d+) × (\d+)$/;
  const place = async (): Promise<number[]> =>
    (where.exec(await card.getByText(where).innerText()) ?? []).slice(1).map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = await place();
  expect(Math.abs(x - 200)).toBeLessThan(6);
  expect(Math.abs(height - 300)).toBeLessThan(6);
  await hands.canvas.focus();
  await window.keyboard.press('Shift+ArrowRight');
  await window.keyboard.press('ArrowDown');
  await window.keyboard.press('Control+ArrowRight');
  expect(await place()).toEqual([x + 10, y + 1, width + 1, height]);
  await hands.drag([
    [0.4, 0.35],
    [0.5, 0.35],
  ]);
  expect(Math.abs(((await place())[0] ?? 0) - x - 110)).toBeLessThan(6);
  await card.getByRole('button', { name: 'Add the box to the mask' }).click();
  await window.keyboard.press('b');
  await expect.poll(() => hands.covered()).toBeGreaterThan(0);

  const inked = async (): Promise<number> => (await new Hands(window).layer(3)).painted;
  const shown = await inked();
  await hands.canvas.focus();
  await window.keyboard.down('h');
  await expect.poll(inked).toBeLessThan(shown);
  await window.keyboard.up('h');
  await expect.poll(inked).toBe(shown);
  await window.keyboard.press('Delete');
  await expect(card).toBeHidden();
  await window.keyboard.press('Control+z');
  await expect.poll(inked).toBeGreaterThan(0);
});

test('a sideways photograph is shown upright, and what cannot be read is refused by name', async ({
  window,
}) => {
  const hands = new CanvasHands(window);
  await window.keyboard.press('Control+g');
  await expect(window.getByRole('region', { name: 'Gallery' })).toBeVisible();
  const chooser = window.waitForEvent('filechooser');
  // The browser has to know that somebody waits for its dialog before the key comes.
  await window.evaluate(() => new Promise(requestAnimationFrame));
  await window.keyboard.press('Control+o');
  await (await chooser).setFiles(join(samples, 'orientation6.jpg'));
  await expect(window.getByRole('region', { name: 'Gallery' })).toBeHidden();
  await expect(hands.canvas).toHaveAccessibleName('The picture orientation6.jpg');
  const shape = await window.evaluate(() => {
    const canvas = document.querySelector('.viewer-canvas canvas');
    const context = canvas instanceof HTMLCanvasElement ? canvas.getContext('2d') : null;
    if (!context) throw new Error('no canvas');
    const { width, height } = context.canvas;
    const { data } = context.getImageData(0, 0, width, height);
    const columns = new Set<number>();
    const rows = new Set<number>();
    for (let i = 3; i < data.length; i += 4) {
      if (data[i] === 0) continue;
      columns.add(((i - 3) / 4) % width);
      rows.add(Math.floor((i - 3) / 4 / width));
    }
    return columns.size / rows.size;
  });
  expect(shape).toBeCloseTo(29 / 41, 1);

  await hands.drop('notes.txt', 'text/plain', Buffer.from('not a picture'));
  // Exact: the sentence is also read aloud, with a word before it.
  await expect(
    window.getByText('notes.txt is not a picture; PNG, JPEG and WebP can be read.', { exact: true }),
  ).toBeVisible();
  await hands.drop('clear.png', 'image/png', await readFile(join(samples, 'rgba8.png')));
  await expect(window.getByText('Its transparent parts lie on white.').first()).toBeVisible();

  await window.reload();
  await expect(hands.canvas).toHaveAccessibleName('The picture clear.png');
});
