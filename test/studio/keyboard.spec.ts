import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test('the command palette finds and does things', async ({ window }) => {
  await window.keyboard.press('Control+k');
  const palette = window.getByRole('dialog', { name: 'Commands' });
  await palette.getByRole('combobox').fill('light');
  await expect(palette.getByRole('option')).toHaveCount(1);
  await window.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'light');
  await window.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('write prompt');
  await window.keyboard.press('Enter');
  await expect(new Hands(window).prompt).toBeFocused();
  await window.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('nothing of the kind');
  await expect(palette.getByText('No command fits')).toBeVisible();
  await window.keyboard.press('Escape');
});

test('the sheet of shortcuts opens with a question mark, but not in the prompt', async ({ window }) => {
  const hands = new Hands(window);
  await hands.prompt.fill('what');
  await hands.prompt.press('End');
  await window.keyboard.press('?');
  await expect(hands.prompt).toHaveValue('what?');
  await window.keyboard.press('Escape');
  await window.keyboard.press('?');
  const sheet = window.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByText('Token states')).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('a picture can be made and looked into without the mouse', async ({ window }) => {
  const hands = new Hands(window);
  await window.keyboard.press('/');
  await window.keyboard.type('a yellow star at night');
  await window.keyboard.press('Control+Enter');
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  await window.keyboard.press('Escape');
  await window.keyboard.press('ArrowLeft');
  const total = Number(await hands.playhead.getAttribute('aria-valuemax'));
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', String(total - 1));
  await window.keyboard.press('2');
  await expect(hands.tool('Confidence')).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('2');
});

test('what fills an answer up is opened by key, and the focus goes on to its first token', async ({
  window,
}) => {
  const hands = new Hands(window);
  await hands.results.first().click();
  await window.getByRole('tab', { name: 'Ask' }).click();
  const question = window.getByRole('textbox', { name: 'Question' });
  await question.fill('What is in the image?');
  await question.press('Enter');
  await window.getByRole('button', { name: 'Look into it step by step' }).click({ timeout: 90_000 });
  const answer = window.getByRole('region', { name: 'Answer' });
  const filling = answer.getByTitle('Fills the block to its end');
  await filling.first().focus();
  const blocks = await filling.count();
  await window.keyboard.press('Enter');
  await expect(filling).toHaveCount(blocks - 1);
  await window.keyboard.press('Enter');
  await expect(answer.locator(':focus')).toHaveAttribute('aria-pressed', 'true');
  await window.getByRole('button', { name: 'Back to the picture’s steps' }).click();
  await window.getByRole('tab', { name: 'Create' }).click();
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
});

test('every control has a name and can be reached with Tab, with its focus in sight', async ({ window }) => {
  const nameless = await window.evaluate(() =>
    [...document.querySelectorAll('button, input, textarea, [role="slider"], [role="combobox"]')]
      .filter((element) => {
        const labels =
          element instanceof HTMLButtonElement ||
          element instanceof HTMLInputElement ||
          element instanceof HTMLTextAreaElement
            ? [...(element.labels ?? [])]
            : [];
        const words = labels.map((label) => label.textContent).join('');
        return (element.getAttribute('aria-label') ?? element.textContent + words).trim() === '';
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(nameless).toEqual([]);

  const reached = new Set<string>();
  for (let i = 0; i < 110; i++) {
    await window.keyboard.press('Tab');
    const focus = await window.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      const box = element.closest('.input-box');
      const visible =
        outlineStyle !== 'none' ||
        boxShadow !== 'none' ||
        (box && getComputedStyle(box).boxShadow !== 'none');
      return { name: element.getAttribute('aria-label') ?? element.id, visible: Boolean(visible) };
    });
    if (!focus) continue;
    expect(focus.visible, `focus of ${focus.name}`).toBe(true);
    reached.add(focus.name);
  }
  for (const name of [
    'Keyboard shortcuts',
    'Theme',
    'Move the canvas',
    'Token states',
    'prompt',
    'Order',
    'Playhead',
  ])
    expect([...reached]).toContain(name);
});

test('a list is opened, searched by letters, chosen from and left by the keyboard alone', async ({
  window,
}) => {
  const order = window.getByRole('combobox', { name: 'Order' });
  const list = window.getByRole('listbox', { name: 'Order' });
  const reached = list.locator('[data-highlighted]');
  const names = async (): Promise<string[]> =>
    list.getByRole('option').locator('.menu-text > :first-child').allInnerTexts();
  const before = await order.innerText();

  await order.focus();
  await order.press('ArrowDown');
  await expect(order).toHaveAttribute('aria-expanded', 'true');
  await expect(list.getByRole('option', { selected: true })).toContainText(before);
  const [first = '', ...others] = await names();
  const last = others.at(-1) ?? '';
  await order.press('End');
  await expect(reached).toContainText(last);
  expect(await order.getAttribute('aria-activedescendant')).toBe(await reached.getAttribute('id'));
  await order.press('Home');
  await expect(reached).toContainText(first);
  await order.press('ArrowDown');
  await expect(reached).toContainText(others[0] ?? '');
  await order.press('ArrowUp');
  await order.press('ArrowUp');
  await expect(reached).toContainText(first);

  await order.press('Escape');
  await expect(list).toBeHidden();
  await expect(order).toBeFocused();
  await expect(order).toHaveText(before);

  await order.pressSequentially('conf');
  await expect(reached).toContainText('Confidence');
  await order.press('Enter');
  await expect(list).toBeHidden();
  await expect(order).toHaveText('Confidence');
  await expect(order).toBeFocused();

  // A letter that begins no option keeps its meaning in the window.
  await order.press('?');
  await expect(window.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await window.keyboard.press('Escape');
  await order.focus();
  await order.press('Space');
  await order.press('Home');
  await order.press('Tab');
  await expect(list).toBeHidden();
  await expect(order).toHaveText(first);
  await expect(order).not.toBeFocused();

  await order.click();
  await window.getByText('Engine ready').click();
  await expect(list).toBeHidden();
  await expect(order).toHaveText(first);
});

test('a new board asked for twice in a moment is made once, and a taken name is refused', async ({
  window,
}) => {
  await window.keyboard.press('Control+g');
  const boards = window
    .getByRole('navigation', { name: 'Places' })
    .getByRole('button', { name: /^Board \d/ });
  const add = window.getByRole('button', { name: 'New board' });
  await add.dblclick();
  await expect(boards).toHaveCount(1);
  await expect(add).toHaveAttribute('aria-busy', 'false');
  await add.press('Enter');
  await expect(boards).toHaveCount(2);
  await window.getByRole('button', { name: 'More about Board 2' }).click();
  await window.getByRole('menuitem', { name: 'Rename' }).click();
  await window.getByLabel('Name of the board').fill('board 1');
  await window.keyboard.press('Enter');
  await expect(window.getByText('There is a board “Board 1” already.', { exact: true })).toBeVisible();
  await expect(window.getByRole('button', { name: 'More about Board 2' })).toBeVisible();
});
