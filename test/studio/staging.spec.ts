import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { expect, test } from './support/served-studio.ts';

const red = [200, 30, 30] as const;
const blue = [20, 40, 210] as const;

// Staging lives on edits, so the model has to have every part.
test.use({ bundle: {} });

test('edits wait over the picture they change, to be looked through, accepted or discarded', async ({
  window,
}) => {
  const hands = new CanvasHands(window);
  await hands.drop('field.png', 'image/png', plainPng(64, 64, red, blue));
  await expect(hands.canvas).toHaveAccessibleName('The picture field.png');
  await window.keyboard.press('m');
  await hands.drag([
    [0.6, 0.2],
    [0.9, 0.8],
  ]);
  await expect.poll(() => hands.covered()).toBeGreaterThan(0);

  await window.keyboard.press('Alt+2');
  const instruction = window.getByRole('textbox', { name: 'Instruction' });
  const staging = window.getByRole('group', { name: 'Results to choose from' });
  await instruction.fill('make it green');
  await instruction.press('Control+Enter');
  await expect(staging.getByText('1 / 1')).toBeVisible({ timeout: 90_000 });
  await expect(staging.getByRole('button', { name: 'Accept' })).toBeEnabled({ timeout: 90_000 });
  // Outside the mask nothing has changed; inside the tokens are new.
  expect(await hands.pixel(0, 0.25, 0.5)).toEqual([...red, 255]);
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).not.toEqual([...blue, 255]);

  // The canvas is not locked: the mask of the picture below can be changed meanwhile.
  await hands.canvas.focus();
  const before = await hands.covered();
  await hands.drag([
    [0.1, 0.1],
    [0.4, 0.3],
  ]);
  await expect.poll(() => hands.covered()).toBeGreaterThan(before);
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(before);
  await window.keyboard.down('\\');
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...blue, 255]);
  await window.keyboard.up('\\');

  await instruction.fill('make it yellow');
  await instruction.press('Control+Enter');
  await expect(staging.getByText('2 / 2')).toBeVisible({ timeout: 90_000 });
  await expect(staging.getByRole('button', { name: 'Accept' })).toBeEnabled({ timeout: 90_000 });
  // What waits is there again after a restart, over its picture.
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(staging.getByText('2 / 2')).toBeVisible();
  await expect(hands.canvas).toHaveAccessibleName(/make it yellow/);
  await window.keyboard.down('\\');
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...blue, 255]);
  await window.keyboard.up('\\');
  // A question would be about the picture below, and says so.
  await window.keyboard.press('Alt+3');
  await expect(window.getByText('The result on the canvas is not accepted yet')).toBeVisible();
  await window.keyboard.press('Alt+2');
  await hands.canvas.focus();
  await window.keyboard.press(',');
  await expect(staging.getByText('1 / 2')).toBeVisible();
  await expect(hands.canvas).toHaveAccessibleName(/make it green/);
  await staging.getByRole('button', { name: 'Discard this result' }).click();
  await expect(staging.getByText('1 / 1')).toBeVisible();
  await expect(hands.canvas).toHaveAccessibleName(/make it yellow/);

  await hands.canvas.focus();
  await window.keyboard.press('Enter');
  await expect(staging).toBeHidden();
  await expect(hands.canvas).toHaveAccessibleName(/make it yellow/);
  await window.keyboard.press('Control+z');
  await expect(staging.getByText('1 / 1')).toBeVisible();
  await window.keyboard.press('Shift+Delete');
  await expect(staging).toBeHidden();
  await expect(hands.canvas).toHaveAccessibleName('The picture field.png');
  // Nothing was deleted: both edits lie among the results.
  await expect(window.getByRole('button', { name: /^make it (green|yellow), seed \d+$/ })).toHaveCount(2);
});
