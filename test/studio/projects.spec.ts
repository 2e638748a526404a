import { readFile } from 'node:fs/promises';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test('a project is saved, left, opened again, and found after a crash of the window', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  const menu = window.getByRole('button', { name: /^Project: / });
  const steps = hands.field('Steps');
  await window.getByLabel('Name of the document').fill('Garden');
  await hands.make('a blue dog on grass', 8);
  await hands.prompt.fill('two blue dogs');
  await steps.fill('12');

  await window.keyboard.press('Control+s');
  const saveAs = window.getByRole('dialog', { name: 'Save the project as' });
  await expect(saveAs.getByLabel('Name')).toHaveValue('Garden');
  await saveAs.getByRole('button', { name: 'Save the project' }).click();
  await expect(menu).toHaveAccessibleName('Project: saved');

  // A change shows, and is not written into the file by itself.
  await hands.prompt.fill('three blue dogs');
  await expect(menu).toHaveAccessibleName('Project: changed since it was saved');
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(hands.prompt).toHaveValue('three blue dogs');
  await expect(menu).toHaveAccessibleName('Project: changed since it was saved');

  // Leaving asks first; undo brings back what was left.
  await menu.click();
  await window.getByRole('menuitem', { name: 'New project' }).click();
  await window.getByRole('button', { name: 'Go on without saving' }).click();
  await expect(hands.prompt).toHaveValue('');
  await window.getByRole('button', { name: 'Undo' }).last().click();
  await expect(hands.prompt).toHaveValue('three blue dogs');

  await window.keyboard.press('Control+Alt+o');
  const open = window.getByRole('dialog', { name: 'Open a project' });
  await open.getByRole('button', { name: /^Garden/ }).click();
  await window.getByRole('button', { name: 'Go on without saving' }).click();
  await expect(hands.prompt).toHaveValue('two blue dogs');
  await expect(steps).toHaveValue('12');
  await expect(menu).toHaveAccessibleName('Project: saved');

  // The file opens on another machine, with its picture.
  await menu.click();
  const download = window.waitForEvent('download');
  await window.getByRole('menuitem', { name: 'Download the project' }).click();
  const file = await (await download).path();
  expect((await readFile(file)).subarray(0, 2).toString()).toBe('PK');
  expect((await studio.pictures()).length).toBe(1);

  // A name that is taken is said, and replaced only by the user's word.
  await window.keyboard.press('Control+Shift+s');
  await saveAs.getByLabel('Name').fill('Garden');
  await saveAs.getByRole('button', { name: 'Save the project' }).click();
  await expect(saveAs.getByRole('alert')).toContainText('There is a project “Garden” already.');
  await saveAs.getByRole('button', { name: 'Replace it' }).click();
  await expect(saveAs).toBeHidden();
});
