import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/cli.ts';

const page = join(projectRoot, 'docs', 'security.md');

test('every line of the security checklist names tests that exist', async () => {
  const text = await readFile(page, 'utf8');
  const [checklist = ''] = text.split('\n## What is not covered');
  const rows = checklist.split('\n').filter((line) => /^\| [^-]/u.test(line) && !line.startsWith('| Rule'));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const links = [...row.matchAll(/\[([^\]]+)\]\(([^)]+\.test\.ts)\)/gu)];
    expect(links.length, row).toBeGreaterThan(0);
    for (const [, title = '', file = ''] of links) {
      const source = await readFile(join(dirname(page), file), 'utf8');
      expect(source.replaceAll('\\', ''), `${file} has no test of this name`).toContain(title);
    }
  }
});
