import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/cli.ts';

/** Folders that hold nothing this project wrote. */
const foreign = new Set([
  'node_modules',
  'dist',
  'out',
  'release',
  'coverage',
  '.git',
  '.cache',
  'test-results',
]);

async function markdownFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (foreign.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await markdownFiles(path)));
    else if (entry.name.endsWith('.md')) found.push(path);
  }
  return found;
}

/** Without code, where brackets are no links. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gmu, '').replace(/`[^`\n]*`/gu, '');
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ''] of text.replace(/^```[\s\S]*?^```/gmu, '').matchAll(/^#{1,6} +(.+)$/gmu)) {
    const plain = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
      .trim()
      .toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\- _]/gu, '').replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${String(times)}`);
  }
  return anchors;
}

/** What does not resolve, as `file: target`. */
async function brokenLinks(files: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    for (const [, target = ''] of prose(text).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/gu)) {
      if (/^[a-z][a-z+.-]*:/iu.test(target)) continue;
      const [path = '', anchor] = target.split('#', 2);
      const page = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
      const found = existsSync(page) && page.startsWith(projectRoot);
      const there =
        found && (anchor === undefined || anchorsOf(await readFile(page, 'utf8')).has(anchor.toLowerCase()));
      if (!there) broken.push(`${relative(projectRoot, file)}: ${target}`);
    }
  }
  return broken;
}

test('every relative link and anchor of the documentation leads somewhere', async () => {
  const files = await markdownFiles(projectRoot);
  expect(files.map((file) => relative(projectRoot, file))).toContain('README.md');
  expect(await brokenLinks(files)).toEqual([]);
});

test('every command the documentation tells to type is there', async () => {
  const { scripts } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = new Set(
    [
      ...(await readFile(join(projectRoot, 'native', 'cli', 'main.ts'), 'utf8')).matchAll(
        /register(\w+)\(program\)/gu,
      ),
    ].map(([, name = '']) => name.toLowerCase()),
  ).add('serve');
  const wrong: string[] = [];
  for (const file of await markdownFiles(projectRoot)) {
    const text = await readFile(file, 'utf8');
    for (const [whole, name = ''] of text.matchAll(/npm run (?:-s )?([\w:-]+)/gu))
      if (!(name in scripts)) wrong.push(`${relative(projectRoot, file)}: ${whole}`);
    for (const [whole, name = ''] of text.matchAll(/npm run -s lavida -- ([a-z]+)/gu))
      if (!commands.has(name)) wrong.push(`${relative(projectRoot, file)}: ${whole}`);
    for (const [whole, path = ''] of text.matchAll(/\bnode ((?:test|scripts|native)\/[\w/.-]+\.ts)/gu))
      if (!existsSync(join(projectRoot, path))) wrong.push(`${relative(projectRoot, file)}: ${whole}`);
  }
  expect(wrong).toEqual([]);
});
