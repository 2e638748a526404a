import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { decodeImage } from '../../native/imaging/decode.ts';
import { projectRoot } from '../support/cli.ts';
import { CanvasHands, plainPng } from './support/canvas-hands.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';
import { violations } from './support/violations.ts';

const red = [200, 30, 30] as const;
const blue = [20, 40, 210] as const;
const green = [30, 160, 60] as const;
const samples = join(projectRoot, 'test', 'fixtures', 'imaging', 'pictures');

test('a picture is saved as JPEG, WebP and PNG at its full size, and said is what each of them keeps', async ({
  window,
  studio,
}) => {
  const hands = new CanvasHands(window);
  const dialog = window.getByRole('dialog', { name: 'Save the picture as' });
  const save = async (format: string): Promise<{ name: string; bytes: Buffer }> => {
    await dialog.getByRole('radio', { name: format, exact: true }).click();
    const saving = window.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    const saved = await saving;
    await expect(dialog).toBeHidden();
    return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
  };
  const open = async (): Promise<void> => {
    await window.keyboard.press('Shift+E');
    await expect(dialog.getByRole('status')).toContainText('px,');
  };
  const field = plainPng(1024, 1024, red, blue);
  await hands.drop('field.png', 'image/png', field);
  await expect(hands.canvas).toHaveAccessibleName('The picture field.png');

  await open();
  await expect(dialog.getByRole('radio', { name: 'JPEG' })).toBeChecked();
  await expect(dialog).toContainText('no transparency');
  await expect(dialog).toContainText('settings are not kept');
  expect(await violations(window)).toEqual([]);
  await expect(dialog.getByRole('status')).toContainText('1,024 × 1,024 px');
  const jpeg = await save('JPEG');
  expect(jpeg.name).toBe('field.jpg');
  expect(decodeImage(jpeg.bytes, jpeg.name).format).toBe('jpeg');
  expect(differenceOf(jpeg.bytes, field).mean).toBeLessThan(2);

  // A lower quality makes a smaller file, and the quality is kept; at 100 a WebP is the picture itself.
  await open();
  const quality = dialog.getByRole('slider', { name: 'Quality' });
  await expect(quality).toHaveAttribute('aria-valuenow', '92');
  await quality.press('Home');
  const small = await save('JPEG');
  expect(small.bytes.length).toBeLessThan(jpeg.bytes.length);
  await open();
  await expect(quality).toHaveAttribute('aria-valuenow', '1');
  await quality.press('End');
  const webp = await save('WebP');
  expect(webp.name).toBe('field.webp');
  expect(decodeImage(webp.bytes, webp.name).format).toBe('webp');
  expect(differenceOf(webp.bytes, field)).toEqual({ mean: 0, most: 0 });
  await open();
  expect((await save('PNG')).bytes.equals(field)).toBe(true);

  // What is clear lies on white in a JPEG.
  const clear = await readFile(join(samples, 'rgba8.png'));
  await hands.drop('glass.png', 'image/png', clear);
  await expect(hands.canvas).toHaveAccessibleName('The picture glass.png');
  await open();
  expect(differenceOf((await save('JPEG')).bytes, clear).mean).toBeLessThan(4);

  // A picture that is too wide for a format is refused in it, and another takes it.
  const wide = plainPng(17_000, 4, green);
  await hands.drop('wide.png', 'image/png', wide);
  await expect(hands.canvas).toHaveAccessibleName('The picture wide.png');
  await open();
  await dialog.getByRole('radio', { name: 'WebP' }).click();
  await expect(dialog.getByRole('alert')).toContainText('It cannot be written as WebP');
  await expect(dialog.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await dialog.getByRole('radio', { name: 'JPEG' }).click();
  await expect(dialog.getByRole('status')).toContainText('17,000 × 4 px');
  expect(differenceOf((await save('JPEG')).bytes, wide).mean).toBeLessThan(2);

  // A result of a run: from the export menu, and from the gallery by its button and by the palette.
  await new Hands(window).make('a red car', 8);
  await window.getByRole('button', { name: 'Export this run' }).click();
  await window.getByRole('menuitem', { name: /^Picture…/ }).click();
  const car = await save('JPEG');
  const [made = ''] = await studio.pictures();
  const png = await readFile(join(studio.home, 'outputs', made));
  expect(car.name).toBe(made.replace('.png', '.jpg'));
  expect(differenceOf(car.bytes, png).mean).toBeLessThan(4);
  await window.keyboard.press('Control+g');
  await window.getByRole('gridcell').first().click();
  await window
    .getByRole('toolbar', { name: 'With the selected pictures' })
    .getByLabel('Save the picture as…')
    .click();
  expect(differenceOf((await save('WebP')).bytes, png).most).toBe(0);
  await window.keyboard.press('Control+k');
  await window.getByRole('combobox').fill('save the picture');
  await window.keyboard.press('Enter');
  expect((await save('PNG')).bytes.equals(png)).toBe(true);
  await window.keyboard.press('Control+g');

  // Several of the gallery go into one zip, each in the form that was chosen.
  await new Hands(window).make('a blue dog', 8);
  await new Hands(window).make('a green tree', 8);
  await window.keyboard.press('Control+g');
  await expect(window.getByRole('gridcell')).toHaveCount(3);
  await window.getByRole('gridcell').first().click();
  await window.keyboard.press('Control+a');
  await window.keyboard.press('Shift+E');
  const several = window.getByRole('dialog', { name: 'Save 3 pictures as' });
  await several.getByRole('radio', { name: 'JPEG' }).click();
  await several.getByRole('slider', { name: 'Quality' }).press('PageDown');
  await expect(several.getByRole('status')).toHaveText('All of them together, as one zip file.');
  expect(await violations(window)).toEqual([]);
  const saving = window.waitForEvent('download');
  await several.getByRole('button', { name: 'Save', exact: true }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe('pictures.zip');
  await expect(several).toBeHidden();
  await expect(window.getByText('3 pictures saved', { exact: true })).toBeVisible();
  const zipped = await entriesOf(await file.path());
  expect([...zipped.keys()].sort()).toEqual(
    (await studio.pictures()).map((name) => name.replace('.png', '.jpg')),
  );
  for (const [name, bytes] of zipped) {
    const original = await readFile(join(studio.home, 'outputs', name.replace('.jpg', '.png')));
    expect(decodeImage(bytes, name).format).toBe('jpeg');
    expect(differenceOf(bytes, original).mean).toBeLessThan(5);
  }
});

async function entriesOf(path: string): Promise<Map<string, Buffer>> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  const found = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    found.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  zip.close();
  return found;
}

/** How far two picture files are apart, 0 to 255 a channel, both on white; they must be of the same size. */
function differenceOf(saved: Buffer, original: Buffer): { mean: number; most: number } {
  const [a, b] = [decodeImage(saved, 'saved').image, decodeImage(original, 'original').image];
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const apart = a.rgb.map((value, i) => Math.abs(value - (b.rgb[i] ?? 0)));
  const sum = apart.reduce((total, value) => total + value, 0);
  return { mean: sum / apart.length, most: apart.reduce((x, y) => Math.max(x, y), 0) };
}
