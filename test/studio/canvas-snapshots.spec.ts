import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { expect, test } from './support/served-studio.ts';

const red = [200, 30, 30] as const;
const blue = [20, 40, 210] as const;
const green = [30, 160, 60] as const;

// A snapshot also keeps the results that wait, so the model has to be able to edit.
test.use({ bundle: {} });

test('a snapshot keeps the canvas and brings it back; it can be renamed, deleted, and lies in the project', async ({
  window,
}) => {
  const hands = new CanvasHands(window);
  const dialog = window.getByRole('dialog', { name: 'Snapshots of the canvas' });
  const names = dialog.getByRole('textbox', { name: 'Name of the snapshot' });
  const boxes = async (): Promise<boolean> => (await hands.pixel(3, 0.7, 0.5))[3] > 0;
  const veiled = async (): Promise<boolean> => (await hands.pixel(2, 0.3, 0.5))[3] > 30;
  const openList = async (): Promise<void> => {
    if (await hands.canvas.isVisible()) await hands.canvas.focus();
    await window.keyboard.press('Shift+N');
    // Keys belong to the dialog once it has the focus.
    await expect(dialog.locator(':focus').or(dialog.and(window.locator(':focus')))).toHaveCount(1);
  };
  const leaveList = async (): Promise<void> => {
    await window.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  };

  await hands.drop('field.png', 'image/png', plainPng(64, 64, red, blue));
  await expect(hands.canvas).toHaveAccessibleName('The picture field.png');
  await openList();
  await expect(dialog).toContainText('A snapshot keeps the canvas as it is');
  await leaveList();

  // A mask, a box, a fainter layer and a result that waits.
  await hands.canvas.focus();
  await window.keyboard.press('m');
  await hands.drag([
    [0.1, 0.2],
    [0.5, 0.8],
  ]);
  await expect.poll(veiled).toBe(true);
  const covered = await hands.covered();
  await window.keyboard.press('x');
  await hands.drag([
    [0.7, 0.3],
    [0.9, 0.7],
  ]);
  await expect.poll(boxes).toBe(true);
  await window.keyboard.press('m');
  await window.keyboard.press('Alt+2');
  const instruction = window.getByRole('textbox', { name: 'Instruction' });
  await instruction.fill('make it green');
  await instruction.press('Control+Enter');
  const staging = window.getByRole('group', { name: 'Results to choose from' });
  await expect(staging.getByRole('button', { name: 'Accept' })).toBeEnabled({ timeout: 90_000 });
  await window.getByRole('button', { name: 'Layers' }).click();
  await window.getByRole('button', { name: 'Show: Picture' }).click();
  await window.keyboard.press('Escape');
  await hands.canvas.focus();
  await window.keyboard.press('n');
  await expect(window.getByText('Kept as Snapshot 1', { exact: true })).toBeVisible();

  // Then everything becomes different, and another picture comes.
  await window.getByRole('button', { name: 'Layers' }).click();
  await window.getByRole('button', { name: 'Show: Picture' }).click();
  await window.keyboard.press('Escape');
  await hands.canvas.focus();
  await window.keyboard.press('Shift+Delete');
  await expect(staging).toBeHidden();
  await window.keyboard.press('Shift+Backspace');
  await expect.poll(() => hands.covered()).toBe(0);
  await window.keyboard.press('Delete');
  await expect.poll(boxes).toBe(false);
  await hands.drop('meadow.png', 'image/png', plainPng(64, 64, green));
  await expect(hands.canvas).toHaveAccessibleName('The picture meadow.png');
  await openList();
  await expect(dialog.getByText('no longer')).toHaveCount(0);
  await dialog.getByRole('textbox', { name: 'Name of a new snapshot' }).fill('Meadow');
  await window.keyboard.press('Enter');
  await expect(names).toHaveCount(2);
  await names.last().fill('Half masked');
  await names.last().press('Enter');
  await expect(dialog.getByText('no longer')).toHaveCount(0);

  // Back it comes, whole; undo brings back what was there, redo goes again.
  const restored = async (): Promise<void> => {
    await expect(staging.getByText('1 / 1')).toBeVisible();
    await expect(hands.canvas).toHaveAccessibleName(/make it green/);
    await expect.poll(() => hands.covered()).toBe(covered);
    await expect.poll(boxes).toBe(true);
    await expect.poll(async () => (await hands.pixel(0, 0.75, 0.1))[3]).toBe(0);
  };
  await dialog.getByRole('button', { name: 'Bring back: Half masked' }).click();
  await expect(dialog).toBeHidden();
  await restored();
  await hands.canvas.focus();
  await window.keyboard.press('Control+z');
  await expect(hands.canvas).toHaveAccessibleName('The picture meadow.png');
  await expect(staging).toBeHidden();
  await expect.poll(() => hands.pixel(0, 0.75, 0.5)).toEqual([...green, 255]);
  await window.keyboard.press('Control+Shift+z');
  await restored();

  // It outlives the window; one deleted comes back.
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await restored();
  await openList();
  await expect(names).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Delete: Meadow' }).click();
  await expect(names).toHaveCount(1);
  await expect(dialog.getByRole('button', { name: 'Bring back: Half masked' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  await hands.canvas.focus();
  await window.keyboard.press('Control+z');
  await openList();
  await expect(names.first()).toHaveValue('Meadow');
  await leaveList();

  // A project takes them along.
  await window.keyboard.press('Control+s');
  const saveAs = window.getByRole('dialog', { name: 'Save the project as' });
  await saveAs.getByLabel('Name').fill('Fields');
  await window.keyboard.press('Enter');
  await expect(saveAs).toBeHidden();
  await window.keyboard.press('Control+Alt+n');
  await expect(window.getByRole('heading', { level: 1 })).toBeVisible();
  await openList();
  await expect(names).toHaveCount(0);
  await leaveList();
  await window.keyboard.press('Control+Alt+o');
  await window
    .getByRole('dialog', { name: 'Open a project' })
    .getByRole('button', { name: /^Fields/ })
    .click();
  await expect(hands.canvas).toHaveAccessibleName(/make it green|field/);
  await openList();
  await expect(names).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Bring back: Half masked' }).click();
  await restored();
});
