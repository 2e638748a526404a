import { publishedDefaults } from '../../electron/contract/request.ts';
import { signIn, WindowClient } from '../support/window-client.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test.use({ bundle: { says: 'This image is incorrect.' } });

test('a run with a plan and two rounds is one film: texts token by token, pictures, verdicts', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  const other = await WindowClient.attach(new URL(studio.url).origin, await signIn(studio.url));
  const started = await other.invoke('run.start', {
    request: {
      version: 1,
      task: 'text-to-image',
      prompt: 'a red car',
      seed: 5,
      ...publishedDefaults,
      microConditions: null,
      steps: 4,
      plan: { mode: 'auto', length: 16 },
      reflection: { rounds: 2, mode: 'reflection', history: 1 },
    },
  });
  expect(started.ok).toBe(true);
  await expect(hands.results).toHaveCount(1, { timeout: 90_000 });
  other.socket.close();
  await window.reload();
  await hands.results.first().click();
  const timeline = window.getByRole('region', { name: 'Timeline' });
  for (const track of ['Plan', 'Unmask', 'Critique', 'Revealed', 'Confidence', 'Entropy']) {
    await expect(timeline.getByText(track, { exact: true })).toBeVisible();
  }
  await expect(timeline.getByText('Round 1')).toBeVisible();
  await expect(timeline.getByText('Round 2')).toBeVisible();
  await expect(timeline.getByLabel('Not accepted')).toHaveCount(2);
  const critique = window.getByRole('region', { name: 'Critique' });
  await expect(critique.getByText('Not accepted')).toBeVisible();
  // Folded, the card leaves the picture in sight and says what was found all the same, also after a reload.
  await critique.getByRole('button', { name: 'Critique' }).click();
  await expect(critique.getByText('How sure')).toBeHidden();
  await expect(critique.getByText('Not accepted')).toBeVisible();
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(critique.getByText('How sure')).toBeHidden();
  await critique.getByRole('button', { name: 'Critique' }).click();
  await expect(critique.getByText('How sure')).toBeVisible();

  await hands.playhead.focus();
  await window.keyboard.press('Home');
  const plan = window.getByRole('region', { name: 'Plan' });
  await expect(plan.getByTitle('masked')).toHaveCount(16);
  await window.keyboard.press('ArrowRight');
  await expect(plan.getByTitle('masked')).toHaveCount(15);
  await plan.getByRole('listitem').getByRole('button').first().click();
  await expect(plan.getByRole('list', { name: 'Likeliest tokens' }).getByRole('listitem')).not.toHaveCount(0);
  await plan.getByText('How sure').click();
  for (let i = 0; i < 17; i++) await window.keyboard.press('ArrowRight');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '1');
  // The group of choices moves the focus a timer after each key, which on a busy machine would take it from the playhead.
  await window.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await hands.playhead.focus();
  for (let i = 0; i < 17; i++) await window.keyboard.press('ArrowRight');
  await expect(plan).toBeHidden();
  await expect(window.getByTestId('step-readout')).toContainText('Step 2 / 4');
});

test('a plan that is being written before the window is told of its run is in the film', async ({
  window,
}) => {
  const hands = new Hands(window);
  // The answers wait until the picture has been begun.
  await window.routeWebSocket(/.*/u, (page) => {
    const studio = page.connectToServer();
    const late: (string | Buffer)[] = [];
    let asked = false;
    page.onMessage((message) => {
      asked ||= (JSON.parse(String(message)) as { channel?: string }).channel === 'run.start';
      studio.send(message);
    });
    studio.onMessage((message) => {
      const { event, payload } = JSON.parse(String(message)) as {
        event?: string;
        payload?: { event?: { type: string } };
      };
      if (asked && event === undefined) late.push(message);
      else page.send(message);
      if (payload?.event?.type !== 'run.start') return;
      asked = false;
      for (const answer of late.splice(0)) page.send(answer);
    });
  });
  await window.reload();
  await expect(window.getByText('Engine ready')).toBeVisible();
  await window.getByRole('radio', { name: 'By the model' }).click();
  await window.getByRole('textbox', { name: 'Plan tokens' }).fill('16');
  const before = await hands.results.count();
  await hands.ask('a blue dog', 4);
  await expect(hands.results).toHaveCount(before + 1, { timeout: 60_000 });
  const timeline = window.getByRole('region', { name: 'Timeline' });
  await expect(timeline.getByText('Unmask', { exact: true })).toBeVisible();
  await expect(timeline.getByText('Plan', { exact: true })).toBeVisible();
});

test('a window that opens while a plan is being written has the plan once', async ({ window, studio }) => {
  const hands = new Hands(window);
  const before = await hands.results.count();
  // What the window missed is asked for only when some of it has been told already.
  const held: (() => void)[] = [];
  let told = false;
  await window.routeWebSocket(/.*/u, (page) => {
    const server = page.connectToServer();
    page.onMessage((message) => {
      const { channel } = JSON.parse(String(message)) as { channel?: string };
      const send = (): void => {
        server.send(message);
      };
      if (channel === 'run.active' && !told) held.push(send);
      else send();
    });
    server.onMessage((message) => {
      const { payload } = JSON.parse(String(message)) as { payload?: { event?: { type: string } } };
      page.send(message);
      if (payload?.event?.type !== 'plan.token') return;
      told = true;
      for (const send of held.splice(0)) send();
    });
  });
  await window.reload();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  const other = await WindowClient.attach(new URL(studio.url).origin, await signIn(studio.url));
  const request = { ...publishedDefaults, microConditions: null, steps: 4 };
  await other.invoke('run.start', {
    request: {
      ...request,
      version: 1,
      task: 'text-to-image',
      prompt: 'a dog',
      seed: 6,
      plan: { mode: 'auto', length: 16 },
    },
  });
  await expect(hands.results).toHaveCount(before + 1, { timeout: 60_000 });
  other.socket.close();
  const timeline = window.getByRole('region', { name: 'Timeline' });
  await expect(timeline.getByText('Unmask', { exact: true })).toBeVisible();
  await expect(timeline.locator('.text-strip')).toHaveCount(1);
});

test('an answer has the timeline while its picture stays, and gives it back', async ({ window }) => {
  const hands = new Hands(window);
  await hands.results.first().click();
  await window.getByRole('tab', { name: 'Ask' }).click();
  await window.getByRole('textbox', { name: 'Question' }).fill('What is this?');
  await window.getByRole('textbox', { name: 'Question' }).press('Enter');
  const answer = window.getByRole('region', { name: 'Answer' });
  await window.getByRole('button', { name: 'Look into it step by step' }).click({ timeout: 90_000 });
  await expect(answer.getByRole('list', { name: 'Block 1' })).toBeVisible({ timeout: 60_000 });
  await expect(answer.getByTitle('masked')).toHaveCount(0, { timeout: 90_000 });
  await hands.playhead.focus();
  await window.keyboard.press('Home');
  await expect(answer.getByTitle('masked')).not.toHaveCount(0);
  await window.getByRole('button', { name: 'Back to the picture’s steps' }).click();
  await expect(answer).toBeHidden();
  await expect(
    window.getByRole('region', { name: 'Timeline' }).getByText('Unmask', { exact: true }),
  ).toBeVisible();
});
