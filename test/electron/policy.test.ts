import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findAppFile, isInside, resolveAppPath } from '../../native/policy/app-files.ts';
import { csp } from '../../native/policy/csp.ts';
import { isAllowedExternal, isTrustedSender, permissionDecision } from '../../native/policy/window-rules.ts';

test('the policy allows no script but the page’s own files, and no place to send anything to', () => {
  const directives = new Map(
    csp()
      .split('; ')
      .map((directive) => {
        const [name, ...sources] = directive.split(' ');
        return [name, sources];
      }),
  );
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('script-src')).toEqual(["'self'"]);
  expect(directives.get('connect-src')).toEqual(["'self'"]);
  for (const name of ['object-src', 'base-uri', 'form-action', 'frame-ancestors', 'frame-src']) {
    expect(directives.get(name), name).toEqual(["'none'"]);
  }
  expect(csp()).not.toMatch(/unsafe-eval|https?:|\*/);
  expect(csp({ connect: ['ws://127.0.0.1:1'] })).toContain("connect-src 'self' ws://127.0.0.1:1");
});

test('names that lead out of the folder resolve to nothing', () => {
  expect(resolveAppPath('/', '/app')).toBe('/app/index.html');
  expect(resolveAppPath('/assets/a.js', '/app')).toBe('/app/assets/a.js');
  expect(resolveAppPath('/a%20b.js', '/app')).toBe('/app/a b.js');
  for (const path of [
    '/..',
    '/../app-evil/x',
    '/%2e%2e/x',
    '/a/../../x',
    '/..%2fx',
    '/%00',
    '/a%0ab',
    '/%',
    '/a\\b',
    'a.js',
    '',
    '/C:/x',
  ]) {
    expect(resolveAppPath(path, '/app'), path).toBeNull();
  }
  expect(isInside('/app-evil/x', '/app')).toBe(false);
  expect(isInside('/app/..x', '/app')).toBe(true);
  expect(isInside('/app', '/app')).toBe(false);
});

test('links that lead out of the folder are not followed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-files-'));
  try {
    const root = join(folder, 'root');
    await mkdir(root);
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(root, 'page.HTML'), 'page');
    await symlink(join(folder, 'secret.txt'), join(root, 'link.txt'));
    await symlink(folder, join(root, 'up'));
    await symlink('page.HTML', join(root, 'inner.html'));
    expect(await findAppFile('/link.txt', root)).toBeNull();
    expect(await findAppFile('/up/secret.txt', root)).toBeNull();
    expect(await findAppFile('/none.js', root)).toBeNull();
    expect(await findAppFile('/page.HTML', root)).toMatchObject({ type: 'text/html; charset=utf-8' });
    expect(await findAppFile('/inner.html', root)).toMatchObject({ path: join(root, 'page.HTML') });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('trust is by exact origin', () => {
  expect(isTrustedSender({ url: 'app://studio/', parent: null })).toBe(true);
  for (const url of [
    'app://studio.evil/',
    'app://studio:80/',
    'app://user@studio/',
    'APP2://studio/',
    'https://studio/',
    '',
  ]) {
    expect(isTrustedSender({ url, parent: null }), url).toBe(false);
  }
  expect(isTrustedSender({ url: 'app://studio/', parent: {} })).toBe(false);
  expect(isTrustedSender(null)).toBe(false);
  expect(isAllowedExternal('https://huggingface.co/x')).toBe(true);
  for (const url of [
    'http://huggingface.co/',
    'https://huggingface.co.evil.example/',
    'https://a@huggingface.co/',
    'https://huggingface.co:444/',
    'file:///etc/passwd',
    'x',
  ]) {
    expect(isAllowedExternal(url), url).toBe(false);
  }
  expect(permissionDecision('media')).toBe(false);
});
