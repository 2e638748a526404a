import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test('settings are drawn from their schema, found by a word, kept in a file, and reset', async ({
  window,
  studio,
}) => {
  const file = join(studio.home, 'settings.json');
  const kept = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await window.keyboard.press('Control+,');
  const dialog = window.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('textbox', { name: 'Search the settings' }).fill('compact');
  await dialog.getByRole('combobox', { name: 'Density' }).click();
  await window.getByRole('option', { name: 'Compact' }).click();
  await expect(window.locator('html')).toHaveAttribute('data-density', 'compact');
  await expect.poll(async () => (await kept())['density']).toBe('compact');

  await dialog.getByRole('tab', { name: 'Engine' }).click();
  const threads = dialog.getByRole('textbox', { name: 'Threads' });
  const running = await window.getByText(/^cpu · \d+ threads?$/).innerText();
  const other = running === 'cpu · 1 thread' ? '2' : '1';
  await threads.fill('1000');
  await expect(dialog.getByText('A whole number from 0 to 256.')).toBeVisible();
  await threads.fill(other);
  await expect(dialog.getByText('The engine still runs with the earlier settings.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Restart engine' }).click();
  await expect(dialog.getByText('The engine still runs')).toBeHidden();
  await expect(window.getByText(new RegExp(`^cpu · ${other} threads?$`))).toBeVisible();

  await dialog.getByRole('tab', { name: 'Files' }).click();
  const folder = dialog.getByRole('textbox', { name: 'Output folder' });
  await folder.fill('not/whole');
  await folder.press('Enter');
  await expect(dialog.getByText('The output folder must be a whole path.')).toBeVisible();
  expect((await kept())['outputFolder']).toBe('');
  await folder.fill(join(studio.home, 'my pictures'));
  await folder.press('Enter');
  await expect.poll(async () => (await kept())['outputFolder']).toBe(join(studio.home, 'my pictures'));

  await dialog.getByRole('button', { name: 'Reset all' }).click();
  await expect(window.locator('html')).toHaveAttribute('data-density', 'comfortable');
  await expect.poll(async () => (await kept())['outputFolder']).toBe('');
});

test('keys are changed where they are shown, conflicts are told, and the new key works at once', async ({
  window,
}) => {
  await window.keyboard.press('Control+,');
  const dialog = window.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('tab', { name: 'Shortcuts' }).click();
  await dialog.getByRole('button', { name: /^Token states: .*Change$/ }).click();
  await window.keyboard.press('2');
  await expect(dialog.getByText('Also used by Confidence.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Take it from there' }).first().click();
  await expect(dialog.getByText('Also used by')).toBeHidden();
  await dialog.getByRole('button', { name: /^Confidence: .*Change$/ }).click();
  await window.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();

  const hands = new Hands(window);
  await window.keyboard.press('0');
  await window.keyboard.press('2');
  await expect(hands.tool('Token states')).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('?');
  await expect(
    window
      .getByRole('dialog', { name: 'Keyboard shortcuts' })
      .locator('dl > div', { hasText: 'Token states' }),
  ).toContainText('2');
  await window.keyboard.press('Escape');
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(window.getByText('Engine ready')).toBeVisible();
  await window.keyboard.press('Control+,');
  await dialog.getByRole('tab', { name: 'Shortcuts' }).click();
  await dialog.getByRole('button', { name: 'Reset all keys' }).click();
  await expect(dialog.getByRole('button', { name: 'Token states: 1. Change' })).toBeVisible();
});

test('the report is read before it is saved, and holds neither prompts nor names unless asked', async ({
  window,
}) => {
  const hands = new Hands(window);
  await hands.make('a very secret garden', 4);
  await window.keyboard.press('Control+,');
  await window.getByRole('tab', { name: 'Privacy' }).click();
  await window.getByRole('button', { name: 'Make a report' }).click();
  const report = window.getByRole('region', { name: 'The report' });
  await expect(report).toContainText('"Lavida Studio diagnostics"');
  await expect(report).toContainText('done');
  await expect(report).not.toContainText('secret garden');
  await expect(report).not.toContainText(homedir() === '/' ? '\u0000' : `${homedir()}/`);
  await window.getByRole('switch', { name: 'Include prompts' }).click();
  await expect(report).toContainText('a very secret garden');
  const [download] = await Promise.all([
    window.waitForEvent('download'),
    window.getByRole('button', { name: 'Save…' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^lavida-studio-diagnostics-.*\.json$/);
  const saved: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(saved).toMatchObject({ report: 'Lavida Studio diagnostics', engine: { backend: 'cpu' } });
});

test('the title counts the run and a notification tells its end', async ({ window, context }) => {
  await context.grantPermissions(['notifications']);
  await window.evaluate(() => {
    const shown: string[] = [];
    class Recorded {
      static readonly permission = 'granted';
      onclick: (() => void) | null = null;
      constructor(title: string, options?: NotificationOptions) {
        shown.push(`${title}: ${options?.body ?? ''}`);
      }
      close(): void {
        this.onclick = null;
      }
    }
    Object.assign(window, { Notification: Recorded, shown });
  });
  await window.keyboard.press('Control+,');
  await window.getByRole('tab', { name: 'Notifications' }).click();
  await window.getByRole('combobox', { name: 'Tell me when a run is done' }).click();
  await window.getByRole('option', { name: 'Always' }).click();
  await window.keyboard.press('Escape');
  const hands = new Hands(window);
  await hands.ask('a red kite', 96);
  await expect.poll(() => window.title()).toMatch(/^\d+ % · /);
  await expect
    .poll(() => window.evaluate(() => (window as unknown as { shown: string[] }).shown), { timeout: 60_000 })
    .toEqual(['The picture is ready: a red kite']);
  await expect.poll(() => window.title()).not.toMatch(/%/);
});
