import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { decode as decodePng } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveTestStudio, toyRequest } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';
import { socketPath } from '../../../electron/contract/transport.ts';
import { encode } from '../../../electron/contract/codec.ts';

let site: Awaited<ReturnType<typeof serveTestStudio>>;
let cookie: string;
let window: WindowClient;

beforeAll(async () => {
  site = await serveTestStudio();
  cookie = await signIn(site.server.url);
  window = await WindowClient.attach(site.origin, cookie);
});
afterAll(async () => {
  window.socket.close();
  await site.close();
});

async function start(client: WindowClient, prompt: string, settings = {}): Promise<string> {
  const reply = await client.invoke('run.start', { request: toyRequest(prompt, settings) });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value.id;
}

test('a window sees every step arrive, and the picture is on the disk before it is told so', async () => {
  const id = await start(window, 'a red boat');
  const { event } = await window.seen(
    'run.event',
    (payload) => payload.id === id && payload.event.type === 'run.done',
  );
  if (event.type !== 'run.done') throw new Error('not done');
  const steps = window.events.filter(
    (entry) =>
      entry.event === 'run.event' &&
      (entry.payload as { event: { type: string } }).event.type === 'step.state',
  );
  expect(steps).toHaveLength(8);
  const image = await window.seen(
    'run.event',
    (payload) => payload.id === id && payload.event.type === 'run.image',
  );
  const onDisk = decodePng(await readFile(event.result.imageFile ?? ''));
  expect(image.event.type === 'run.image' && image.event.image.rgb).toEqual(onDisk.data);

  const list = await window.invoke('run.list', { limit: 10 });
  expect(list).toMatchObject({
    ok: true,
    value: [{ id, hasTrace: true, request: { prompt: 'a red boat' } }],
  });
});

test('recorded steps are read back and decoded: drafts filled in, or masked cells grey', async () => {
  const id = await start(window, 'a blue boat');
  await window.seen('run.event', (payload) => payload.id === id && payload.event.type === 'run.done');
  const head = await window.invoke('trace.head', { id });
  if (!head.ok) throw new Error(head.error.message);
  expect(head.value.steps).toBe(8);
  const step = await window.invoke('trace.step', { id, step: 3 });
  if (!step.ok) throw new Error(step.error.message);
  const masked = [...step.value.ids].filter((code) => code === head.value.maskId).length;
  expect(masked).toBe(128);
  const committed = await window.invoke('trace.preview', { id, step: 3, kind: 'committed' });
  const x0 = await window.invoke('trace.preview', { id, step: 3, kind: 'x0' });
  if (!committed.ok || !x0.ok) throw new Error('no preview');
  const live = await window.seen(
    'run.event',
    (payload) => payload.id === id && payload.event.type === 'step.preview' && payload.event.step === 3,
  );
  expect(live.event.type === 'step.preview' && live.event.image.rgb).toEqual(committed.value.rgb);
  const grey = (rgb: Uint8Array): number => rgb.filter((byte) => byte === 0x80).length;
  expect(grey(committed.value.rgb) / committed.value.rgb.length).toBeCloseTo(0.5, 5);
  expect(grey(x0.value.rgb)).toBe(0);
});

test('two windows see the same run, and one that reloads catches up', async () => {
  const other = await WindowClient.attach(site.origin, cookie);
  const id = await start(window, 'shared', { steps: 60 });
  await other.seen('run.event', (payload) => payload.id === id && payload.event.type === 'step.state');
  other.socket.close();
  const reloaded = await WindowClient.attach(site.origin, cookie);
  const active = await reloaded.invoke('run.active', {});
  if (!active.ok) throw new Error(active.error.message);
  const done = window.seen('run.event', (payload) => payload.id === id && payload.event.type === 'run.done');
  if (active.value.length > 0) {
    expect(active.value[0]).toMatchObject({ id, state: 'running', request: { prompt: 'shared' } });
    expect(active.value[0]?.events.some((event) => event.type === 'run.start')).toBe(true);
    expect(
      active.value[0]?.events.filter((event) => event.type === 'step.preview').length,
    ).toBeLessThanOrEqual(1);
  }
  await done;
  const list = await reloaded.invoke('run.list', { limit: 1 });
  expect(list).toMatchObject({ ok: true, value: [{ id }] });
  reloaded.socket.close();
});

test('a window that does not read loses previews only, and nobody waits for it', async () => {
  const stuck = connect(site.server.port, '127.0.0.1');
  stuck.write(
    `GET ${socketPath} HTTP/1.1\r\nHost: 127.0.0.1:${String(site.server.port)}\r\nOrigin: ${site.origin}\r\nCookie: ${cookie}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await new Promise((resolve) => stuck.once('data', resolve));
  stuck.pause();
  const id = await start(window, 'while one window sleeps', { steps: 250 });
  await window.seen('run.event', (payload) => payload.id === id && payload.event.type === 'run.done');
  const heard: Buffer[] = [];
  const end = Buffer.from('"run.done"');
  await new Promise<void>((resolve) => {
    stuck.on('data', (chunk) => {
      heard.push(chunk);
      if (chunk.includes(end)) resolve();
    });
    stuck.resume();
  });
  stuck.destroy();
  const text = Buffer.concat(heard).toString('latin1');
  const count = (type: string): number => text.split(`"type":"${type}"`).length - 1;
  expect(count('step.state')).toBe(250);
  expect(count('step.commit')).toBe(250);
  expect(count('step.preview')).toBeLessThan(250);
});

test('a hundred calls at once are all answered', async () => {
  const replies = await Promise.all(Array.from({ length: 100 }, () => window.invoke('engine.status', {})));
  expect(replies.every((reply) => reply.ok)).toBe(true);
});

test('what is kept between starts comes back', async () => {
  const session = { prompt: 'a fish ✓', panel: { width: 320 } };
  expect(await window.invoke('session.save', { session })).toMatchObject({ ok: true });
  expect(await window.invoke('session.load', {})).toEqual({ ok: true, value: session });
});

test('a reply carries bytes as they lie on the disk', async () => {
  const list = await window.invoke('run.list', { limit: 1 });
  if (!list.ok || !list.value[0]) throw new Error('no picture');
  const image = await window.invoke('run.image', { id: list.value[0].id });
  if (!image.ok) throw new Error(image.error.message);
  expect(Buffer.from(image.value.png).equals(await readFile(list.value[0].file))).toBe(true);
  expect(encode(image.value)).toContain('"$type":"u8"');
});
