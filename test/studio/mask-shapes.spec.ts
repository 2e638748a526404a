import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

const blue = [20, 40, 210] as const;
const green = [30, 160, 60] as const;

test('an oval is drawn from corner to corner, a polygon corner by corner', async ({ window }) => {
  const hands = new CanvasHands(window);
  await hands.drop('shapes.png', 'image/png', plainPng(1024, 1024, green, blue));
  await expect(hands.canvas).toHaveAccessibleName('The picture shapes.png');
  const veiled = async (x: number, y: number): Promise<boolean> => (await hands.pixel(2, x, y))[3] > 60;
  const click = async (x: number, y: number): Promise<void> => {
    const place = await hands.place();
    await window.mouse.click(place.x + x * place.side, place.y + y * place.side);
  };
  const rail = new Hands(window);

  await rail.tool('Oval mask').click();
  await hands.drag([
    [0.2, 0.3],
    [0.8, 0.7],
  ]);
  await expect.poll(() => veiled(0.5, 0.5)).toBe(true);
  expect(await veiled(0.5, 0.32)).toBe(true);
  expect(await veiled(0.22, 0.32)).toBe(false);
  // With Alt and Shift a circle is taken out.
  await window.keyboard.down('Alt');
  await hands.drag(
    [
      [0.4, 0.4],
      [0.6, 0.5],
    ],
    'Shift',
  );
  await window.keyboard.up('Alt');
  await expect.poll(() => veiled(0.5, 0.57)).toBe(false);
  expect(await veiled(0.41, 0.41)).toBe(true);
  await window.keyboard.press('Control+z');
  await expect.poll(() => veiled(0.5, 0.5)).toBe(true);
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(0);

  // A polygon: Backspace takes back a corner, Escape all of them; nothing is masked before it closes.
  await window.keyboard.press('y');
  const corners = [
    [0.2, 0.2],
    [0.7, 0.2],
    [0.7, 0.7],
    [0.9, 0.9],
  ] as const;
  for (const [x, y] of corners) await click(x, y);
  await window.keyboard.press('Backspace');
  expect(await hands.covered()).toBe(0);
  await window.keyboard.press('Enter');
  await expect.poll(() => veiled(0.6, 0.4)).toBe(true);
  expect(await veiled(0.3, 0.6)).toBe(false);
  expect(await veiled(0.75, 0.75)).toBe(false);
  await click(0.1, 0.1);
  await click(0.9, 0.1);
  await click(0.9, 0.9);
  await window.keyboard.press('Escape');
  await window.keyboard.press('Enter');
  expect(await veiled(0.8, 0.3)).toBe(false);
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(0);

  // A press on the first corner closes it, as does a double click; with Alt it takes away. Shift holds the sides straight.
  await click(0.2, 0.2);
  await window.keyboard.down('Shift');
  await click(0.8, 0.23);
  await click(0.78, 0.8);
  await window.keyboard.up('Shift');
  await click(0.2, 0.2);
  await expect.poll(() => veiled(0.7, 0.3)).toBe(true);
  expect(await veiled(0.75, 0.215)).toBe(true);
  const triangle = await hands.covered();
  await window.keyboard.down('Alt');
  await click(0.5, 0.1);
  await window.keyboard.up('Alt');
  await click(0.9, 0.1);
  const { x, y, side } = await hands.place();
  await window.mouse.dblclick(x + 0.9 * side, y + 0.9 * side);
  await expect.poll(() => veiled(0.75, 0.3)).toBe(false);
  expect(await hands.covered()).toBeLessThan(triangle);
  await window.keyboard.press('Control+z');
  await expect.poll(() => hands.covered()).toBe(triangle);

  // With snapping an oval takes whole cells: its corners are masked as far as the cells reach.
  await window.keyboard.press('Shift+Backspace');
  await window.keyboard.press('q');
  await window.keyboard.press('Shift+O');
  await hands.drag([
    [0.5, 0.5],
    [0.52, 0.52],
  ]);
  await expect.poll(() => hands.covered()).toBeGreaterThan(0);
  expect(await hands.covered()).toBeLessThan(5);
  expect(await veiled(0.505, 0.505)).toBe(true);
  await window.keyboard.press('q');
});
