import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/cli.ts';

const root = join(projectRoot, 'renderer');
/** What lies over pictures keeps its colours in every theme, because the pictures do. */
const overPictures =
  /reflection\.css$|viewer\.css$|timeline\.css$|ground\.css$|canvas.*\.css$|before-after.*\.css$/u;

const sheets = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css') && !name.startsWith('theme'))
  .map((name) => ({ name, lines: readFileSync(join(root, name), 'utf8').split('\n') }));

function found(pattern: RegExp, except?: RegExp): string[] {
  return sheets
    .filter(({ name }) => !except?.test(name))
    .flatMap(({ name, lines }) =>
      lines.filter((line) => pattern.test(line)).map((line) => `${name}: ${line.trim()}`),
    );
}

test('every size of text comes from the one type scale', () => {
  expect(sheets.length).toBeGreaterThan(5);
  expect(found(/font-size:(?!\s*(var\(--text-|inherit|[\d.]+em))/u)).toEqual([]);
});

test('colours come from the theme, but for what lies over pictures', () => {
  expect(
    found(/(color|background|border|fill|stroke|outline)[\w-]*:.*#[\da-f]{3,8}\b/iu, overPictures),
  ).toEqual([]);
});

test('no class has its look from two stylesheets', () => {
  const owners = new Map<string, Set<string>>();
  for (const { name, lines } of sheets) {
    for (const line of lines) {
      const [, styled] = /^\.([\w-]+)(?:[:[][^ ]*)?(?: \{|,)$/u.exec(line) ?? [];
      if (styled !== undefined) owners.set(styled, (owners.get(styled) ?? new Set()).add(name));
    }
  }
  expect(owners.size).toBeGreaterThan(100);
  expect([...owners].filter(([, files]) => files.size > 1)).toEqual([]);
});
