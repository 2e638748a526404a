import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { app, BrowserWindow, session, world } from './double/electron.ts';
import { channels } from '../../electron/contract/index.ts';
import { ipcHandlers, type Frame } from './double/window.ts';
import { runApp, type RunningApp } from './support.ts';

vi.mock('electron', () => import('./double/electron.ts'));

const home = 'app://studio/';
const strangers = [
  'https://evil.example/',
  'http://127.0.0.1:4317/',
  'file:///etc/passwd',
  'app://studio.evil.example/',
  'app://evil/',
  'app://studio@evil/',
  'data:text/html,x',
  'about:blank',
  'javascript:alert(1)',
  'not a url',
];
let running: RunningApp;

beforeAll(async () => {
  running = await runApp();
});
afterAll(() => running.quit());

test('the sandbox is on, and the page’s preferences are the strict ones', () => {
  expect(world.sandboxed).toBe(true);
  expect(running.window.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    experimentalFeatures: false,
    allowRunningInsecureContent: false,
  });
});

test('no other source file writes preferences or registers channels of its own', async () => {
  const folder = join(import.meta.dirname, '..', '..', 'electron');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const having = async (pattern: RegExp): Promise<string[]> => {
    const found: string[] = [];
    for (const name of names) if (pattern.test(await readFile(join(folder, name), 'utf8'))) found.push(name);
    return found;
  };
  expect(await having(/nodeIntegration|contextIsolation|webSecurity|sandbox:/)).toEqual([
    'main/web-preferences.ts',
  ]);
  expect(await having(/new BrowserWindow|new WebContentsView|new BrowserView/)).toEqual(['main/window.ts']);
  expect(await having(/ipcMain\./)).toEqual(['main/ipc/handle.ts']);
  expect(await having(/ipcRenderer\.(send|postMessage|sendSync)/)).toEqual([]);
  expect(await having(/shell\.openExternal/)).toEqual(['main/external.ts']);
});

test('child processes get a program and its arguments, never a line for a shell', async () => {
  const root = join(import.meta.dirname, '..', '..');
  const starters: string[] = [];
  for (const folder of ['electron', 'native']) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      if (!name.endsWith('.ts')) continue;
      const source = await readFile(join(root, folder, name), 'utf8');
      expect(source, name).not.toMatch(/shell: *true|\bexecSync\(|[^.\w]exec\(/);
      if (source.includes("'node:child_process'")) starters.push(`${folder}/${name}`);
    }
  }
  expect(starters.sort()).toEqual(['native/hardware/adapters.ts', 'native/supervisor/launcher.ts']);
});

test('Electron is pinned to one version, so that a new one comes by decision', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> };
  expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
});

test('the own scheme is declared as a proper origin', () => {
  expect(world.privileged).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  expect(world.privileged[0]?.privileges).not.toHaveProperty('bypassCSP');
});

test('only the top frame of the studio’s own page may call', async () => {
  const refused = {
    ok: false,
    error: { code: 'request.invalid', message: 'Only the studio’s own page may call the studio.' },
  };
  const frames: (Frame | null)[] = [
    null,
    { url: home, parent: {} },
    ...strangers.map((url) => ({ url, parent: null })),
  ];
  for (const frame of frames) {
    running.page.frame = frame;
    expect(await running.page.invoke('app.info', {}), frame?.url ?? 'gone').toMatchObject(refused);
  }
  running.page.frame = { url: `${home}index.html`, parent: null };
  expect(await running.page.invoke('app.info', {})).toMatchObject({ ok: true });
});

test('a window this app did not open for the studio may not call, whatever it shows', async () => {
  const other = new BrowserWindow({ webPreferences: { ...running.window.options.webPreferences } });
  other.webContents.show(home);
  expect(await other.webContents.page.invoke('app.info', {})).toMatchObject({
    ok: false,
    error: { code: 'request.invalid' },
  });
  other.close();
});

test('every channel of the contract is answered, whatever it is sent', async () => {
  for (const channel of Object.keys(channels)) {
    expect(ipcHandlers.has(channel), channel).toBe(true);
  }
  expect(ipcHandlers.size).toBe(Object.keys(channels).length);
});

test('inputs that do not fit the contract are refused, whoever sends them', async () => {
  for (const [channel, input] of [
    ['run.image', { id: '../../../etc/passwd' }],
    ['run.image', undefined],
    ['run.list', { limit: '5' }],
    ['run.start', { request: null }],
    ['trace.preview', { id: '20261124-031405-123-abcd', step: 0, kind: 'raw' }],
    ['session.save', { session: { ['k'.repeat(65)]: 1 } }],
  ] as const) {
    expect(await running.page.invoke(channel, input), channel).toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    });
  }
  await expect(running.page.invoke('fs.readFile', '/etc/passwd')).rejects.toThrow('No handler');
});

test('the page comes with its security headers, and nothing outside its folder can be loaded', async () => {
  const load = session.defaultSession.load.bind(session.defaultSession);
  const page = await load(home);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>page</title>');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; ");
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await load(`${home}assets/page.js`)).headers.get('content-type')).toContain('text/javascript');
  for (const path of [
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    'assets/..%2f..%2fsecret.txt',
    '..%5csecret.txt',
    '%00',
    'assets',
  ]) {
    expect((await load(home + path)).status, path).toBe(404);
  }
  expect((await load('app://elsewhere/')).status).toBe(403);
  expect((await load(home, { method: 'POST', body: 'x' })).status).toBe(403);
});

test('the page cannot leave, open windows or embed pages; a few addresses open in the user’s browser instead', () => {
  for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const) {
    for (const url of strangers) expect(running.contents.attempt(event, url), `${event} ${url}`).toBe(false);
    expect(running.contents.attempt(event, `${home}index.html`)).toBe(true);
  }
  for (const url of [...strangers, home]) expect(running.contents.attemptWindow(url), url).toBe(false);
  expect(world.openedOutside).toEqual([]);
  expect(running.contents.attemptWindow('https://arxiv.org/abs/2509.19244')).toBe(false);
  expect(running.contents.attemptWindow('https://arxiv.org.evil.example/')).toBe(false);
  expect(world.openedOutside).toEqual(['https://arxiv.org/abs/2509.19244']);
  expect(running.contents.attemptWebview()).toBe(false);
});

test('permissions and downloads are refused but for what the studio’s own page needs', async () => {
  const { defaultSession } = session;
  for (const permission of [
    'media',
    'geolocation',
    'clipboard-read',
    'openExternal',
    'usb',
    'fileSystem',
    'unknown',
  ]) {
    expect(await defaultSession.askPermission(permission, home), permission).toBe(false);
    expect(defaultSession.checkPermission(permission, home), permission).toBe(false);
  }
  for (const permission of ['clipboard-sanitized-write', 'fullscreen', 'notifications']) {
    expect(await defaultSession.askPermission(permission, home)).toBe(true);
    expect(defaultSession.checkPermission(permission, home)).toBe(true);
    for (const url of strangers) expect(await defaultSession.askPermission(permission, url), url).toBe(false);
  }
  expect(defaultSession.askDevice()).toBe(false);
  expect(await defaultSession.askScreen()).toBeNull();
  for (const url of [
    ...strangers.filter((each) => !each.startsWith('data:')),
    home,
    'blob:https://evil.example/1',
  ]) {
    expect(defaultSession.mayDownload(url), url).toBe(false);
  }
  expect(defaultSession.mayDownload('blob:app://studio/1')).toBe(true);
});

test('the window reaches no network', async () => {
  const { defaultSession } = session;
  for (const url of [
    'https://example.com/x.js',
    'http://127.0.0.1/',
    'ws://127.0.0.1:1/',
    'file:///etc/passwd',
    'blob:https://evil.example/1',
    'ftp://x/',
  ]) {
    expect(await defaultSession.mayRequest(url), url).toBe(false);
  }
  for (const url of [home, `${home}assets/page.js`, 'blob:app://studio/1', 'data:image/png;base64,AA==']) {
    expect(await defaultSession.mayRequest(url), url).toBe(true);
  }
});

test('a second start brings the first window forward', () => {
  app.emit('second-instance');
  expect(running.window.isFocused).toBe(true);
  expect(BrowserWindow.getAllWindows()).toHaveLength(1);
});
