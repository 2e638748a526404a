import type { Page } from '@playwright/test';
import { Hands } from './support/hands.ts';
import { looks } from './support/looks.ts';
import { expect, test } from './support/served-studio.ts';

// A small random model, and nothing of what it paints: how these parts look depends on no training.
test.use({ bundle: {} });

/** Lets nothing of a run reach the window from this step on, as if the engine were thinking about it. */
async function holdAt(page: Page, step: number): Promise<{ release: () => void }> {
  let armed = true;
  await page.routeWebSocket(/.*/u, (window) => {
    const studio = window.connectToServer();
    let held = false;
    studio.onMessage((message) => {
      const { event, payload } = JSON.parse(String(message)) as {
        event?: string;
        payload?: { event?: { type: string; step?: number } };
      };
      held ||= armed && payload?.event?.type === 'step.state' && payload.event.step === step;
      if (!held || event === undefined) window.send(message);
    });
  });
  return {
    release: () => {
      armed = false;
    },
  };
}

test('a run under way, a queue that waits and every dialog look as they did when they were found good', async ({
  window,
}) => {
  test.slow();
  const hands = new Hands(window);
  await window.setViewportSize({ width: 1280, height: 800 });
  await window.emulateMedia({ reducedMotion: 'reduce' });
  const hold = await holdAt(window, 12);
  await window.reload();
  await expect(window.getByText('Engine ready')).toBeVisible();
  await hands.field('Seed').fill('7');
  await hands.ask('a photo of a red car on grass', 24);
  await expect(hands.progress).toContainText('12 / 24');
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await looks(window, 'running', { unpainted: true });

  hold.release();
  await window.reload();
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  await hands.field('Seed').fill('8');
  await hands.make('a boat on the beach', 24);
  const dialog = window.getByRole('dialog');
  const open = async (keys: string, name: string): Promise<void> => {
    await hands.canvas.focus();
    await window.keyboard.press(keys);
    await expect(dialog).toBeVisible();
    await looks(window, name, { part: dialog, unpainted: true });
    await window.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  };
  await open('Control+k', 'palette');
  await open('?', 'shortcuts');
  await open('Shift+C', 'compare');
  await open('Shift+V', 'sweep');
  await open('Shift+B', 'branch');
  await open('Control+Alt+o', 'projects');
  await open('Control+Shift+M', 'models');

  const command = async (words: string): Promise<void> => {
    await window.keyboard.press('Control+k');
    await dialog.getByRole('combobox').fill(words);
    await window.keyboard.press('Enter');
  };
  for (const [words, title, name] of [
    ['Edit the styles', 'Styles', 'styles'],
    ['Wildcards', 'Wildcards', 'wildcards'],
  ] as const) {
    await command(words);
    const part = window.getByRole('dialog', { name: title });
    await expect(part).toBeVisible();
    await looks(window, name, { part, unpainted: true });
    await window.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }

  await command('Pause the queue');
  await hands.ask('two dogs');
  await hands.ask('a photo of a cat left of an umbrella');
  await window.getByRole('button', { name: /^Queue/ }).click();
  await expect(dialog).toBeVisible();
  await looks(window, 'queue', { part: dialog, unpainted: true });
});
