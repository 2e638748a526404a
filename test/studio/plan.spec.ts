import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

/** A model with every part that lays out a dog wherever it is asked to write, and so never accepts its pictures. */
test.use({
  bundle: { says: '<box_p> dog </box_p><LOC_BEGIN><LOC_100><LOC_200><LOC_500><LOC_600><LOC_END>' },
});

test('boxes are proposed first, changed by hand, and the picture follows them', async ({ window }) => {
  const hands = new Hands(window);
  await hands.prompt.fill('a dog on grass');
  await hands.field('Steps').fill('4');
  const layout = window.getByRole('region', { name: 'Layout' });
  await layout.getByRole('radio', { name: 'My boxes' }).click();
  await hands.field('Plan tokens').fill('16');
  await layout.getByRole('button', { name: 'Propose boxes' }).click();
  const rows = layout.getByRole('list', { name: 'Boxes of the layout' }).getByRole('listitem');
  await expect(rows).toHaveCount(16, { timeout: 60_000 });
  await expect(rows.first().getByLabel('Left')).toHaveValue('100');

  await layout.getByRole('button', { name: 'Remove all boxes' }).click();
  await expect(rows).toHaveCount(0);
  await layout.getByRole('button', { name: 'Add box' }).click();
  await rows.first().getByLabel('What the box shows').fill('cat');
  await rows.first().getByLabel('Right').fill('900');
  await rows.first().getByLabel('Top').press('ArrowUp');
  await layout.getByRole('button', { name: 'Add box' }).click();
  await expect(rows).toHaveCount(2);
  await rows
    .nth(1)
    .getByRole('button', { name: /^Remove object/ })
    .click();
  await expect(rows).toHaveCount(1);
  await window.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(rows).toHaveCount(2);
  await rows.nth(1).getByLabel('What the box shows').fill(' ');
  await hands.generate.click();
  await expect(layout.getByRole('alert')).toHaveText('Every box needs a name.');
  await rows.nth(1).getByLabel('What the box shows').fill('tree');

  await hands.prompt.press('Control+Enter');
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(rows).toHaveCount(2);
  await expect(rows.first().getByLabel('What the box shows')).toHaveValue('cat');
  await expect(rows.first().getByLabel('Right')).toHaveValue('900');
});

test('rounds of reflection stand side by side with what the model said, also after a reload', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  const layout = window.getByRole('region', { name: 'Layout' });
  await layout.getByRole('radio', { name: 'By the model' }).click();
  await hands.field('Plan tokens').fill('16');
  const reflection = window.getByRole('region', { name: 'Reflection' });
  await reflection.getByRole('switch', { name: 'Reflection off' }).click();
  await hands.field('Rounds').fill('99');
  await expect(reflection.getByRole('alert')).toHaveText('A whole number from 1 to 20.');
  await hands.field('Rounds').fill('2');
  await hands.field('Seed').fill('40');
  await hands.make('a dog beside a tree', 4);
  await expect(reflection.getByRole('listitem')).toHaveCount(2);
  await expect(reflection.getByText('not accepted')).toHaveCount(2);
  expect((await studio.outputs()).filter((name) => name.includes('.round-'))).toHaveLength(1);

  for (const reloaded of [false, true]) {
    if (reloaded) await window.reload();
    await reflection.getByRole('button', { name: 'Side by side' }).click();
    const dialog = window.getByRole('dialog', { name: /^Rounds of/ });
    await expect(dialog.getByRole('img', { name: /^Picture of round/ })).toHaveCount(2);
    await expect(dialog.getByText('result', { exact: true })).toHaveCount(1);
    await expect(dialog.getByText('seed 40')).toBeVisible();
    await expect(dialog.getByText(/seed 41/)).toBeVisible();
    const looks = await dialog
      .getByRole('img', { name: /^Picture of round/ })
      .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
    expect(new Set(looks).size).toBe(2);
    await window.keyboard.press('Escape');
  }
});

test('a layout counts as far as the user says, and a result gives its weight back', async ({ window }) => {
  const hands = new Hands(window);
  const layout = window.getByRole('region', { name: 'Layout' });
  const reflection = window.getByRole('region', { name: 'Reflection' });
  const ofReflection = reflection.getByRole('textbox', { name: 'Weight' });
  await expect(ofReflection).toBeDisabled();
  await reflection.getByRole('radio', { name: 'Nothing' }).click();
  await expect(ofReflection).toBeHidden();
  await reflection.getByRole('switch', { name: /^Reflection/ }).click();

  const weight = layout.getByRole('textbox', { name: 'Weight' });
  await weight.fill('9');
  await expect(layout.getByText('A number from 0 to 4.')).toBeVisible();
  const before = await hands.results.count();
  await hands.generate.click();
  await weight.fill('0.25');
  await hands.make('a dog in the snow', 4);
  // The press with a weight of 9 made nothing.
  await expect(hands.results).toHaveCount(before + 1);
  await weight.fill('');
  await window.getByRole('button', { name: 'Use these settings' }).click();
  await expect(weight).toHaveValue('0.25');
});
