import { CanvasHands } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

// Edits and boxes are part of the session, so the model has to have every part.
test.use({ bundle: {} });

test('from the first word to the saved project without touching the mouse', async ({ window, studio }) => {
  const hands = new Hands(window);
  const canvas = new CanvasHands(window);
  const { keyboard } = window;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await keyboard.press(key);
  };
  /** The focus is somewhere a key can go on from, not lost in the page. */
  const keepsFocus = async (): Promise<void> => {
    await expect.poll(() => window.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  };

  await press('/');
  await keyboard.type('a yellow star at night');
  await press('Control+Enter');
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  await expect(hands.canvas).toHaveAccessibleName(/a yellow star at night/);

  // A mask by the arrow keys: from corner to corner, then a polygon beside it.
  await press('Escape', 'm', 'j');
  await expect(hands.canvas).toBeFocused();
  // What is opened on the way, the commands and the settings, gives the focus back.
  for (const key of ['Control+k', 'Control+,']) {
    await press(key);
    await expect(window.getByRole('dialog')).toBeVisible();
    await expect(window.locator('[role=dialog]:focus, [role=dialog] :focus')).toHaveCount(1);
    await press('Escape');
    await expect(window.getByRole('dialog')).toBeHidden();
    await expect(hands.canvas).toBeFocused();
  }
  await press('Enter', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Enter');
  await expect.poll(() => canvas.covered()).toBeGreaterThan(0);
  const rectangle = await canvas.covered();
  await press('y', 'Enter', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter');
  await press('Shift+ArrowDown', 'Shift+ArrowDown', 'Enter', 'Enter');
  await expect.poll(() => canvas.covered()).toBeGreaterThan(rectangle);
  await press('Control+z');
  await expect.poll(() => canvas.covered()).toBe(rectangle);
  await press('Escape');

  // An edit of what is masked, looked at before it is accepted.
  const staging = window.getByRole('group', { name: 'Results to choose from' });
  await press('Alt+2');
  await expect(window.getByRole('textbox', { name: 'Instruction' })).toBeFocused();
  await keyboard.type('make it green');
  await press('Control+Enter');
  await expect(staging.getByRole('button', { name: 'Accept' })).toBeEnabled({ timeout: 90_000 });
  await press('Escape', 'Enter');
  await expect(staging).toBeHidden();
  await expect(hands.canvas).toHaveAccessibleName(/make it green/);

  // Boxes for a phrase; whatever a model without training finds, it comes to an end.
  await press('Alt+4');
  await expect(window.getByRole('textbox', { name: /^Phrases/ })).toBeFocused();
  await keyboard.type('the star');
  await press('Control+Enter');
  await expect(
    window.getByRole('tabpanel', { name: 'Ground' }).getByRole('button', { name: /^Ground/ }),
  ).toBeEnabled();
  await press('Escape', 'Home', 'ArrowRight');
  await expect.poll(() => hands.position()).toBe(1);

  // Out of the studio: the film of the run, then the picture in another form from the gallery.
  await press('Control+k');
  await keyboard.type('run as a gif');
  const film = window.waitForEvent('download');
  await press('Enter');
  expect((await film).suggestedFilename()).toMatch(/\.gif$/);
  await press('Control+g');
  const grid = window.getByRole('grid', { name: 'Pictures' });
  await expect(grid).toBeFocused();
  await expect(grid.getByRole('gridcell')).toHaveCount(2);
  await press('ArrowRight', 'Shift+ArrowRight', 'Shift+E');
  const several = window.getByRole('dialog', { name: 'Save 2 pictures as' });
  await expect(several.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
  const zip = window.waitForEvent('download');
  await press('Enter');
  expect((await zip).suggestedFilename()).toBe('pictures.zip');
  await expect(several).toBeHidden();
  await expect(grid).toBeFocused();
  await press('Control+g');
  await keepsFocus();

  await press('Control+s');
  const saveAs = window.getByRole('dialog', { name: 'Save the project as' });
  await expect(saveAs.getByLabel('Name')).toBeFocused();
  await keyboard.type('Night');
  await press('Enter');
  await expect(saveAs).toBeHidden();
  await keepsFocus();
  await press('Control+Alt+n');
  await expect(window.getByRole('heading', { level: 1 })).toBeVisible();
  await press('Control+Alt+o');
  const open = window.getByRole('dialog', { name: 'Open a project' });
  await expect(open).toBeVisible();
  await press('Tab', 'Tab');
  await expect(open.getByRole('button', { name: /^Night/ })).toBeFocused();
  await press('Enter');
  await expect(hands.canvas).toHaveAccessibleName(/make it green/);
  expect(await studio.pictures()).toHaveLength(2);
});
