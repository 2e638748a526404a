/**
 * `npm run notices`: writes THIRD-PARTY-NOTICES.md from the installed packages whose code the program carries; with
 * `--check` it only compares, and exits with 1 when the file is out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './run-command.ts';

interface Manifest {
  name: string;
  version: string;
  license?: string;
  author?: string | { name?: string };
  dependencies?: Record<string, string>;
}

interface Notice {
  name: string;
  version: string;
  licence: string;
  text: string;
}

const noticesFile = join(projectRoot, 'THIRD-PARTY-NOTICES.md');
/** What packages depend on only to install themselves. */
const installOnly: Record<string, readonly string[]> = {
  'onnxruntime-node': ['adm-zip', 'global-agent'],
};
/** Notices that packages owe and do not bring along. */
const extraFolder = join(projectRoot, 'packaging', 'licences');
const licenceName = /^(licen[cs]e|copying|notice|ofl)([.-].*)?$/iu;

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Folder of a package as its dependent sees it: its own node_modules first, then those above. */
function resolvePackage(name: string, from: string): string | null {
  for (let folder = from; ; folder = join(folder, '..')) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === projectRoot) return null;
  }
}

/** Packages the window imports; they are bundled, so that package.json counts them as development tools. */
function windowPackages(): string[] {
  const folder = join(projectRoot, 'renderer');
  const found = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(tsx?|css)$/u.test(file) || file.endsWith('config.ts')) continue;
    const source = readFileSync(join(folder, file), 'utf8');
    for (const [, name] of source.matchAll(
      /(?:from|import|import\()\s*'((?:@[\w.-]+\/)?[\w][\w.-]*)[^']*'/gu,
    )) {
      if (name !== undefined && resolvePackage(name, projectRoot) !== null) found.add(name);
    }
  }
  return [...found];
}

function textsIn(folder: string): string {
  return readdirSync(folder)
    .filter((name) => licenceName.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}

function noticeOf(folder: string): Notice {
  const { name, version, license = 'not stated', author } = manifestOf(folder);
  const holder = typeof author === 'string' ? author : (author?.name ?? '');
  const own = textsIn(folder) || `${license}${holder ? `, ${holder.replace(/\s*<[^>]*>/u, '')}` : ''}`;
  const extra = join(extraFolder, `${name.replaceAll('/', '__')}.txt`);
  const text = existsSync(extra) ? `${own}\n\n${readFileSync(extra, 'utf8').trim()}` : own;
  return { name, version, licence: license, text };
}

/** Every package whose code is in the program, once a version. */
function collect(): Notice[] {
  const found = new Map<string, Notice>();
  const visit = (name: string, from: string, isOptional: boolean): void => {
    const folder = resolvePackage(name, from);
    if (folder === null) {
      if (isOptional) return;
      throw new Error(`The package ${name} is not installed; run npm ci first.`);
    }
    const notice = noticeOf(folder);
    const key = `${notice.name}@${notice.version}`;
    if (found.has(key)) return;
    found.set(key, notice);
    for (const next of Object.keys(manifestOf(folder).dependencies ?? {})) {
      if (!installOnly[name]?.includes(next) && !next.startsWith('@types/')) visit(next, folder, true);
    }
  };
  for (const name of Object.keys(manifestOf(projectRoot).dependencies ?? {})) visit(name, projectRoot, false);
  for (const name of windowPackages()) visit(name, projectRoot, false);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The file as it should be. */
export function renderNotices(): string {
  const notices = collect();
  const rows = notices.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  // Many packages share one text to the letter.
  const byText = new Map<string, string[]>();
  for (const { name, version, text } of notices)
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  const texts = [...byText].map(([text, names]) => `## ${names.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\``);
  return `${[
    '# Third-party notices',
    'Lavida Studio carries code of the packages below. The app also carries Electron and Chromium, whose notices are in `LICENSE.electron.txt` and `LICENSES.chromium.html` beside the program. This file is written by `npm run notices`.',
    ['| package | version | licence |', '| --- | --- | --- |', ...rows].join('\n'),
    ...texts,
  ].join('\n\n')}\n`;
}

function main(): void {
  const text = renderNotices();
  if (!process.argv.includes('--check')) {
    writeFileSync(noticesFile, text);
    console.log(`${noticesFile} written.`);
    return;
  }
  const current = existsSync(noticesFile) ? readFileSync(noticesFile, 'utf8') : '';
  if (current === text) return;
  console.error('THIRD-PARTY-NOTICES.md is out of date: run npm run notices.');
  process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
