import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

const steps = 24;

test.beforeEach(async ({ window }) => {
  const hands = new Hands(window);
  if ((await hands.results.count()) === 0) await hands.make('a red car on grass', steps);
  await hands.results.first().click();
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', String(steps));
});

test('the keys walk through the run, and the picture follows', async ({ window }) => {
  const hands = new Hands(window);
  await hands.canvas.focus();
  await window.keyboard.press('0');
  await window.keyboard.press('p');
  await expect.poll(async () => (await hands.layer(0)).colours).toBeGreaterThan(8);
  const finished = await hands.layer(0);
  await window.keyboard.press('Home');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '0');
  await expect.poll(async () => (await hands.layer(0)).colours).toBe(1);
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('ArrowRight');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '2');
  await expect.poll(async () => (await hands.layer(0)).colours).toBeGreaterThan(4);
  await expect.poll(async () => (await hands.layer(0)).hash).not.toBe(finished.hash);
  await window.keyboard.press('Shift+ArrowRight');
  await window.keyboard.press('ArrowLeft');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '6');
  await window.keyboard.press('End');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', String(steps));
  await expect.poll(async () => (await hands.layer(0)).hash).toBe(finished.hash);
  await window.keyboard.press('p');
});

test('the mouse drags the playhead, and the readout agrees', async ({ window }) => {
  const hands = new Hands(window);
  const box = await hands.playhead.boundingBox();
  if (!box) throw new Error('The timeline has no size.');
  const x = (share: number): number => box.x + box.width * share;
  await window.mouse.move(x(0.9), box.y + box.height / 2);
  await window.mouse.down();
  await window.mouse.move(x(0.5), box.y + box.height / 2, { steps: 6 });
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', String(steps / 2));
  await window.mouse.move(x(0.25), box.y + box.height / 2, { steps: 6 });
  await window.mouse.up();
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', String(steps / 4));
  await expect(window.getByTestId('step-readout')).toContainText(`Step ${steps / 4} / ${steps}`);
  await window.mouse.move(x(0.75), box.y + box.height / 2);
  expect(await hands.position()).toBe(steps / 4);
});

test('the space bar plays to the end and pauses in between', async ({ window }) => {
  const hands = new Hands(window);
  await hands.canvas.focus();
  await window.keyboard.press('Home');
  await window.keyboard.press('[');
  await window.keyboard.press('Space');
  await expect(window.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect.poll(() => hands.position()).toBeGreaterThan(1);
  await window.keyboard.press('Space');
  await expect(window.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const paused = await hands.position();
  expect(paused).toBeLessThan(steps);
  await window.keyboard.press(']');
  await window.keyboard.press('Space');
  await expect.poll(() => hands.position(), { timeout: 30_000 }).toBe(steps);
  await expect(window.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
});

test('overlays come by button and by key, with a legend each', async ({ window }) => {
  const hands = new Hands(window);
  await hands.canvas.focus();
  await window.keyboard.press('0');
  await window.keyboard.press('Home');
  for (let i = 0; i < steps / 2; i++) await window.keyboard.press('ArrowRight');
  await expect.poll(async () => (await hands.layer(1)).painted).toBe(0);

  await hands.tool('Token states').click();
  const states = window.getByRole('group', { name: 'Legend: Token states' });
  for (const state of ['masked', 'drafted', 'just committed', 'committed'])
    await expect(states.getByText(state, { exact: true })).toBeVisible();
  await expect.poll(async () => (await hands.layer(1)).painted).toBeGreaterThan(1000);
  const seen = [await hands.layer(1)];
  for (const [key, name] of [
    ['2', 'Confidence'],
    ['3', 'Entropy'],
    ['4', 'Unmask order'],
  ] as const) {
    await window.keyboard.press(key);
    await expect(hands.tool(name)).toHaveAttribute('aria-pressed', 'true');
    await expect(window.getByRole('group', { name: `Legend: ${name}` })).toBeVisible();
    await expect
      .poll(async () => {
        const { hash } = await hands.layer(1);
        return seen.every((other) => other.hash !== hash);
      })
      .toBe(true);
    seen.push(await hands.layer(1));
  }
  await window.keyboard.press('4');
  await expect.poll(async () => (await hands.layer(1)).painted).toBe(0);
  await window.keyboard.press('g');
  await expect.poll(async () => (await hands.layer(1)).painted).toBeGreaterThan(1000);
  await window.keyboard.press('g');
});

test('a click looks into a token, Escape closes it, and so does putting the inspector away', async ({
  window,
}) => {
  const hands = new Hands(window);
  const box = await hands.canvas.boundingBox();
  if (!box) throw new Error('The canvas has no size.');
  await window.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const card = window.getByRole('group', { name: /^Row \d+, column \d+$/ });
  await expect(card).toBeVisible();
  await expect(card.getByText(/^Committed at step \d+ of 24$/)).toBeVisible();
  await expect(card.getByText(/committed\s*#\d+$/)).toBeVisible();
  await expect(card.getByText(/nats$/)).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(card).toBeHidden();

  await window.keyboard.press('i');
  await window.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await window.mouse.move(box.x + 4, box.y + 4);
  await expect(card).toBeVisible();
  await window.keyboard.press('v');
  await expect(card).toBeHidden();
});

test('the wheel zooms about the pointer, a drag moves, keys show the picture at its size, twice, four times, and fitted', async ({
  window,
}) => {
  const hands = new Hands(window);
  const box = await hands.canvas.boundingBox();
  if (!box) throw new Error('The canvas has no size.');
  const zoom = window.getByRole('group', { name: 'Zoom' }).getByRole('button', { name: / %$/ });
  await hands.canvas.focus();
  await window.keyboard.press('f');
  const fitted = await zoom.innerText();
  await window.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await window.mouse.wheel(0, -400);
  await expect(zoom).not.toHaveText(fitted);
  const zoomed = await hands.layer(0);
  await window.mouse.down();
  await window.mouse.move(box.x + box.width / 2 + 90, box.y + box.height / 2 + 40, { steps: 4 });
  await window.mouse.up();
  await expect.poll(async () => (await hands.layer(0)).hash).not.toBe(zoomed.hash);
  await expect(window.getByRole('group', { name: /^Row/ })).toBeHidden();
  await window.keyboard.press('z');
  await expect(zoom).toHaveText('100 %');
  for (const [key, size] of [
    ['Control+2', '200 %'],
    ['Control+4', '400 %'],
    ['Control+1', '100 %'],
  ] as const) {
    await window.keyboard.press(key);
    await expect(zoom).toHaveText(size);
  }
  await window.keyboard.press('f');
  await expect(zoom).toHaveText(fitted);
});

test('while a run is under way, earlier steps can be looked at and Live leads back', async ({ window }) => {
  const hands = new Hands(window);
  await hands.ask('a blue dog', 256);
  await hands.watchSteps((seen) => (seen.at(-1) ?? 0) >= 6);
  await hands.playhead.focus();
  await window.keyboard.press('Home');
  await window.keyboard.press('ArrowRight');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '1');
  await hands.watchSteps((seen) => seen.length >= 3);
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '1');
  await window.getByRole('button', { name: 'Live' }).click();
  await expect.poll(() => hands.position()).toBeGreaterThan(6);
  await hands.cancel.click();
  await expect(window.getByText('Cancelled')).toBeVisible();
});
