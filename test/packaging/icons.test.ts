import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode } from 'fast-png';
import config from '../../packaging/electron-builder.mjs';
import { renderIcons } from '../../scripts/icons.ts';
import { projectRoot } from '../support/cli.ts';

test('the icons of the packages are the mark as it is', async () => {
  const icons = renderIcons();
  expect([config.linux?.icon, config.win?.icon, config.mac?.icon]).toEqual(
    ['icon.png', 'icon.ico', 'icon.icns'].map((name) => `packaging/${name}`),
  );
  for (const [name, bytes] of icons) {
    const kept = await readFile(join(projectRoot, 'packaging', name));
    expect(kept.equals(bytes), `${name}: run npm run icons`).toBe(true);
  }
  const { width, height, channels, data } = decode(icons.get('icon.png') ?? new Uint8Array());
  expect([width, height, channels]).toEqual([512, 512, 4]);
  const at = (x: number, y: number): number[] => [...data.subarray((y * 512 + x) * 4, (y * 512 + x) * 4 + 4)];
  // The corner is cut round, the upper left square is orange, the middle one green.
  expect(at(0, 0)[3]).toBe(0);
  expect(at(144, 144)).toEqual([0xf2, 0xa1, 0x5c, 255]);
  expect(at(256, 256)).toEqual([0x5f, 0xd6, 0xae, 255]);
});
