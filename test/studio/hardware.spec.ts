import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

const notes = 'https://github.com/someone/studio/releases/tag/v99.0.0';
const asked: string[] = [];
/** A release feed on this machine, which the studio of this file is told of as it starts. */
const feed = createServer((request, response) => {
  asked.push(String(request.url));
  response.end(JSON.stringify({ tag_name: 'v99.0.0', html_url: notes }));
});

test.beforeAll(async () => {
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve));
  process.env['LAVIDA_RELEASES'] = `http://127.0.0.1:${String((feed.address() as AddressInfo).port)}/latest`;
});
test.afterAll(() => {
  delete process.env['LAVIDA_RELEASES'];
  feed.close();
});

test('the hardware page shows the machine, what fits, and the backends as they were tried', async ({
  window,
}) => {
  await window.keyboard.press('Control+k');
  await window.keyboard.type('hardware');
  await window.keyboard.press('Enter');
  const dialog = window.getByRole('dialog', { name: 'Settings' });
  await expect(dialog.getByRole('region', { name: 'This machine' })).toContainText(/Memory.*GiB.*free now/);
  const create = dialog.getByRole('row', { name: /^Create/ });
  await expect(create).toContainText('Fits');
  await expect(create).toContainText(/\d+ MiB/);
  await dialog.getByRole('button', { name: 'Try the backends' }).click();
  const processor = dialog.getByRole('listitem').filter({ hasText: 'Processor' });
  await expect(processor).toContainText(/(?:works).*one layer [\d,]+ ms, [\d,]+ GFLOP[/]s/, {
    timeout: 200_000,
  });
  await expect(dialog.getByRole('button', { name: 'Try again' })).toBeEnabled({ timeout: 200_000 });
  const elsewhere = process.platform === 'win32' ? 'Core ML' : 'DirectML';
  await expect(dialog.getByRole('listitem').filter({ hasText: elsewhere })).toContainText(
    'not on this system',
  );
  await window.keyboard.press('Escape');

  await window.getByRole('button', { name: /cpu/ }).click();
  await expect(window.getByRole('dialog', { name: 'Engine' })).toContainText(/Create\s*\d+ MiB\s*Fits/);
});

test('a run that will not fit is refused with figures before it starts, and run anyway when asked', async ({
  window,
}) => {
  const hands = new Hands(window);
  await window.keyboard.press('Control+,');
  const dialog = window.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('tab', { name: 'Engine' }).click();
  await dialog.getByRole('textbox', { name: 'Memory limit (GiB)' }).fill('0.1');
  await window.keyboard.press('Tab');
  await window.keyboard.press('Escape');
  const note = window.getByRole('note').filter({ hasText: 'Will not fit' });
  await expect(note).toContainText(/Needs about \d+ MiB of memory; 102 MiB may be used/);

  // The worst of all tasks stands beside the model; an edit is judged by what its panel asks for.
  await expect(window.getByRole('button', { name: /^Nano.*: Will not fit/ })).toBeVisible();
  const tasks = window.getByRole('complementary');
  await tasks.getByRole('tab', { name: 'Edit' }).click();
  await expect(note).toContainText(/Needs about \d+ MiB/);
  await expect(note).not.toContainText('Without a plan');
  await tasks.getByRole('switch', { name: 'Plan a layout first' }).click();
  await expect(note).toContainText(/Without a plan it needs about \d+ MiB/);
  await tasks.getByRole('switch', { name: 'Plan a layout first' }).click();
  await tasks.getByRole('tab', { name: 'Create' }).click();

  const before = await hands.results.count();
  await hands.ask('a red car', 4);
  const banner = window.getByRole('alert').filter({ hasText: 'There is not enough memory for this run.' });
  await banner.getByRole('button', { name: 'Details' }).click();
  await expect(banner).toContainText(/It needs about \d+ MiB/);
  expect(await hands.results.count()).toBe(before);
  await banner.getByRole('button', { name: 'Run anyway' }).click();
  await expect(banner).toBeHidden();
  await expect(hands.results).toHaveCount(before + 1, { timeout: 90_000 });

  await window.keyboard.press('Control+,');
  await dialog.getByRole('tab', { name: 'Engine' }).click();
  await dialog.getByRole('button', { name: 'Reset “Memory limit (GiB)”' }).click();
  await window.keyboard.press('Escape');
  await expect(note).toBeHidden();
});

test('a newer version is looked for only when asked, told, and its notes offered', async ({ window }) => {
  await window.reload();
  await expect(window.getByText('Engine ready')).toBeVisible();
  expect(asked).toEqual([]);
  await window.keyboard.press('Control+,');
  const dialog = window.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('tab', { name: 'Privacy' }).click();
  await dialog.getByRole('button', { name: 'Check for updates' }).click();
  await expect(dialog.getByText(/^Version 99\.0\.0 is out; this is \d/)).toBeVisible();
  await expect(dialog.getByRole('link', { name: 'What is new' })).toHaveAttribute('href', notes);
  expect(asked).toEqual(['/latest']);

  await dialog.getByRole('tab', { name: 'Notifications' }).click();
  await dialog.getByRole('switch', { name: 'Look for a newer version' }).click();
  await window.keyboard.press('Escape');
  await window.reload();
  await expect(window.getByText(/^Version 99\.0\.0 is out/).first()).toBeVisible();
  expect(asked).toHaveLength(2);
});
