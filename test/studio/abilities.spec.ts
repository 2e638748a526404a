import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.use({ bundle: { without: ['vision'] } });

test('a model that only paints says so in the other tasks, with what it can and what to do', async ({
  window,
}) => {
  const hands = new Hands(window);
  await hands.make('a red car', 4);
  const tasks = [
    ['Edit', 'Full cannot edit pictures.', 'Edit'],
    ['Ask', 'Full cannot answer questions about pictures.', 'Ask'],
    ['Ground', 'Full cannot find things in pictures.', 'Ground'],
  ] as const;
  for (const [tab, sentence, button] of tasks) {
    await window.getByRole('tab', { name: tab }).click();
    const note = window.getByRole('note');
    await expect(note).toContainText(sentence);
    await expect(note).toContainText('It can make pictures from text.');
    await expect(note.getByRole('button')).toHaveText(['Create', 'Models']);
    const panel = window.getByRole('tabpanel', { name: tab });
    await expect(panel.getByRole('button', { name: new RegExp(`^${button}`) })).toBeDisabled();
  }
  await window.getByRole('note').getByRole('button', { name: 'Models' }).click();
  await expect(window.getByRole('dialog', { name: 'Models' })).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(window.getByRole('dialog')).toBeHidden();
  await window.getByRole('note').getByRole('button', { name: 'Create' }).click();
  await expect(hands.generate).toBeEnabled();
});
