import { readdir, readlink, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maxClientMessageBytes } from '../../../electron/contract/transport.ts';
import { serveTestStudio } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';

const connections = 24;
let site: Awaited<ReturnType<typeof serveTestStudio>>;
let cookie: string;

beforeAll(async () => {
  site = await serveTestStudio({ limits: { connections, headMs: 400, requestMs: 800 } });
  cookie = await signIn(site.server.url);
});
afterAll(() => site.close());

/** A connection whose peer never closes its own end and says a letter now and then, and what arrived on it. */
function stubborn(
  first: string,
  isQuiet = false,
): { socket: Socket; heard: () => string; closed: Promise<void> } {
  const socket = connect({ port: site.server.port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  socket.on('error', () => undefined);
  const drip = setInterval(() => {
    if (socket.writable) socket.write('y');
  }, 50);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      clearInterval(drip);
      resolve();
    });
  });
  socket.write(first);
  if (isQuiet) clearInterval(drip);
  return { socket, heard: () => text, closed };
}

/** Files that this process, which holds the server too, has open below a folder. */
async function openFiles(folder: string): Promise<string[]> {
  const handles = await readdir('/proc/self/fd');
  const paths = await Promise.all(handles.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

const isUp = async (): Promise<number> => (await fetch(`${site.origin}/`, { headers: { cookie } })).status;
const host = (): string => `Host: 127.0.0.1:${String(site.server.port)}\r\n`;

test('connections that say nothing, or never end what they say, are closed, however many there are', async () => {
  const openings = ['', 'GET / HTT', `GET / HTTP/1.1\r\n${host()}`, `GET / HTTP/1.1\r\n${host()}X-Slow: `];
  const endless = `POST / HTTP/1.1\r\n${host()}Content-Length: 1000000000\r\n\r\nx`;
  const crowd = Array.from({ length: 60 }, (_, i) => stubborn(openings[i % openings.length] ?? ''));
  const bodies = [stubborn(endless), stubborn(endless)];
  await Promise.all([...crowd, ...bodies].map(({ closed }) => closed));
  await expect.poll(isUp, { timeout: 20_000 }).toBe(200);
});

test('an upgrade that is refused leaves no connection behind, though its peer never closes', async () => {
  const refused = Array.from({ length: connections * 2 }, () => {
    const head = `GET /socket HTTP/1.1\r\n${host()}Origin: http://evil.example\r\nCookie: ${cookie}\r\n`;
    return `${head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`;
  });
  for (const request of refused) {
    const { heard, closed } = stubborn(request);
    await closed;
    expect(heard()).toMatch(/^HTTP\/1\.1 403/u);
  }
  expect(await isUp()).toBe(200);
});

test.runIf(process.platform === 'linux')('a download that is broken off leaves no file open', async () => {
  const folder = join(site.paths.data, 'renderer');
  await writeFile(join(folder, 'large.wasm'), new Uint8Array(32 * 1024 * 1024));
  for (let i = 0; i < 5; i++) {
    const { socket, heard, closed } = stubborn(
      `GET /large.wasm HTTP/1.1\r\n${host()}Cookie: ${cookie}\r\n\r\n`,
      true,
    );
    await expect.poll(() => heard().length).toBeGreaterThan(100);
    socket.destroy();
    await closed;
  }
  await expect.poll(() => openFiles(folder), { timeout: 20_000 }).toEqual([]);
});

test('heads without end and bodies that nobody asked for are refused, and the server lives on', async () => {
  const long = stubborn(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${host()}\r\n`);
  const many = stubborn(`GET / HTTP/1.1\r\n${host()}${'X-A: b\r\n'.repeat(20_000)}\r\n`);
  await Promise.all([long.closed, many.closed]);
  expect(long.heard()).toMatch(/^HTTP\/1\.1 4/u);
  expect(many.heard()).toMatch(/^HTTP\/1\.1 4/u);
  const body = new Uint8Array(64 * 1024 * 1024);
  await fetch(`${site.origin}/`, { method: 'POST', headers: { cookie }, body }).catch(() => undefined);
  expect(await isUp()).toBe(200);
});

test('a message of nothing but brackets is refused before it becomes millions of objects', async () => {
  const whole = maxClientMessageBytes - 1000;
  for (const filler of ['['.repeat(whole), `${'[],'.repeat(whole / 3)}0`, `${'{},'.repeat(whole / 3)}0`]) {
    const client = await WindowClient.attach(site.origin, cookie);
    const closed = client.closed();
    const before = process.memoryUsage().heapUsed;
    client.socket.send(`{"id":1,"channel":"session.save","input":{"session":{"x":[${filler}]}}}`);
    expect(await closed).toBe(4400);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400e6);
  }
  const client = await WindowClient.attach(site.origin, cookie);
  expect((await client.invoke('app.info', {})).ok).toBe(true);
  client.socket.close();
});
