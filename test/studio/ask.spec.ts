import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noPicture, type PictureNotes } from '../../electron/contract/notes.ts';
import { Hands } from './support/hands.ts';
import { expect, test, type ServedStudio } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test.setTimeout(360_000);
test.use({ bundle: { says: 'red car ' }, permissions: ['clipboard-read', 'clipboard-write'] });

/** Names of the files with notes; one on its way into place has a name of its own, with a dot before it. */
async function noteFiles(home: string): Promise<string[]> {
  return (await readdir(join(home, 'notes'))).filter((name) => /^[0-9a-f]+\.json$/.test(name));
}

/** The notes of the one picture that has any. */
async function notesOf({ home }: ServedStudio): Promise<PictureNotes> {
  const names = await noteFiles(home);
  const file = names.find((name) => !name.startsWith(noPicture.sha256)) ?? '';
  return JSON.parse(await readFile(join(home, 'notes', file), 'utf8')) as PictureNotes;
}

test('without a picture a question is answered from its words, in a thread that is kept', async ({
  window,
}) => {
  await window.keyboard.press('Alt+3');
  await expect(window.getByText('There is no picture on the canvas.')).toBeVisible();
  await window.getByRole('button', { name: 'How it answers' }).click();
  await new Hands(window).field('Length').fill('16');
  await window.getByRole('button', { name: 'How it answers' }).click();
  const question = window.getByLabel('Question', { exact: true });
  await question.fill('What is red?');
  await question.press('Enter');
  const turns = window.getByRole('list', { name: 'Thread without a picture' }).getByRole('listitem');
  await expect(turns).toHaveCount(1);
  await expect(window.getByTestId('answer-tokens')).toContainText('red car');
  await expect(window.getByRole('button', { name: 'Describe' })).toBeDisabled();
  await window.reload();
  await expect(turns).toHaveCount(1);
  await turns.getByRole('button', { name: 'Delete this turn' }).click();
  await expect(window.getByText('Without a picture the model answers')).toBeVisible();
});

test('a question streams its answer, can be stopped, asked again, copied, and is there after a reload', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  await window.getByRole('tab', { name: 'Create' }).click();
  await hands.make('a red car', 4);
  await window.getByRole('tab', { name: 'Ask' }).click();
  // The picture is called by what was asked for; the file it lies in stands beside its size.
  const panel = window.getByRole('tabpanel', { name: 'Ask' });
  await expect(panel.getByText('a red car', { exact: true })).toBeVisible();
  const [file = ''] = await studio.pictures();
  await expect(panel.getByText(file)).toBeVisible();
  await expect(window.getByText('Ask anything about this picture.')).toBeVisible();

  await window.getByRole('button', { name: 'How it answers' }).click();
  await hands.field('Length').fill('633');
  await expect(window.getByText('→ 640')).toBeVisible();
  const question = window.getByLabel('Question', { exact: true });
  await question.fill('What is it?');
  await question.press('Enter');
  const live = window.getByTestId('live-tokens');
  await expect(live.locator('.token').first()).toBeVisible();
  await expect(live.locator('.token-masked').first()).toBeVisible();
  await expect(window.getByText(/^\d+ of 640 tokens revealed$/)).toBeVisible();
  await window.screenshot({ path: 'test-results/ask-live.png' });
  await window.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(window.getByText(/^Stopped after \d+ steps?\.$/)).toBeVisible();
  await expect(question).toHaveValue('');

  await hands.field('Length').fill('16');
  await window.getByRole('button', { name: 'Retry' }).click();
  const turns = window.getByRole('list', { name: 'Thread of this picture' }).getByRole('listitem');
  const answer = window.getByTestId('answer-tokens');
  await expect(window.getByText(/^Stopped after/)).toBeHidden();
  await expect(turns).toHaveCount(1);
  await expect(answer).toContainText('red car red car');
  await question.fill('And what colour?');
  await question.press('Enter');
  await expect(turns).toHaveCount(2);
  await expect(answer).toHaveCount(2);
  const token = answer.first().locator('.token').first();
  await expect(token).toHaveAttribute('title', /^Step \d+ of 16 · \d+ % sure$/);
  await expect(token).toHaveAttribute('data-surety', /^(sure|likely|unsure)$/);
  await window.getByRole('radio', { name: 'Numbers' }).click();
  await expect(answer.first().locator('rt').first()).toHaveText(/^\d+·\d+$/);
  await window.screenshot({ path: 'test-results/ask.png' });
  await turns.first().getByRole('button', { name: 'Copy this answer' }).click();
  const copied = await window.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^(red car +)+(red car)?$/);

  const notes = await notesOf(studio);
  expect(notes.turns.map(({ request, outcome }) => [request.task, outcome])).toEqual([
    ['ask', 'done'],
    ['ask', 'done'],
  ]);
  expect(notes.turns[1]?.request).toMatchObject({
    prompt: 'And what colour?',
    history: [{ question: 'What is it?', answer: copied }],
  });
  await window.reload();
  await expect(turns).toHaveCount(2);
  await expect(window.getByRole('tab', { name: 'Ask' })).toHaveAttribute('aria-selected', 'true');
  await expect(turns.last()).toContainText('And what colour?');
});

test('a thread belongs to its picture; an answer becomes a prompt, a turn and a thread can be deleted', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  await window.getByRole('tab', { name: 'Create' }).click();
  await hands.make('another picture', 4);
  await window.getByRole('tab', { name: 'Ask' }).click();
  await expect(window.getByText('Ask anything about this picture.')).toBeVisible();
  await window.getByRole('button', { name: 'Describe with boxes' }).click();
  const turns = window.getByRole('list', { name: 'Thread of this picture' }).getByRole('listitem');
  await expect(turns.getByText('Describe the picture, with boxes')).toBeVisible();
  await expect(turns.getByRole('button', { name: 'Copy this answer' })).toBeEnabled();
  await turns.getByRole('button', { name: 'Use as a prompt' }).click();
  await expect(hands.prompt).toHaveValue(/red car/);
  await hands.results.last().click();
  await window.keyboard.press('Alt+3');
  await expect(turns).toHaveCount(2);
  await turns.last().getByRole('button', { name: 'Delete this turn' }).click();
  await expect(turns).toHaveCount(1);
  await window.getByRole('button', { name: 'Delete the thread' }).click();
  await window.getByRole('dialog').getByRole('button', { name: 'Delete the thread' }).click();
  await expect(window.getByText('Ask anything about this picture.')).toBeVisible();
  await expect
    .poll(async () => {
      const files = await noteFiles(studio.home);
      const all = await Promise.all(
        files.map(async (name) => JSON.parse(await readFile(join(studio.home, 'notes', name), 'utf8'))),
      );
      return (all as PictureNotes[]).reduce((sum, { turns: kept }) => sum + kept.length, 0);
    })
    .toBe(1);
});
