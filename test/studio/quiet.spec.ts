import { readdir, readFile, readlink } from 'node:fs/promises';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

/** Other ends of the TCP connections a process holds, as `/proc` writes them. */
async function remoteEnds(pid: number): Promise<string[]> {
  const folder = `/proc/${String(pid)}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/u.exec(link)?.[1]));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${String(pid)}/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/u))
    .filter((columns) => columns[9] !== undefined && inodes.has(columns[9]))
    .map((columns) => columns[2]?.split(':')[0] ?? '');
}

/** 127.0.0.1, and no address for a socket that listens; also as they look within IPv6. */
const here = /^(0100007F|00000000|0{24}0100007F|0000000000000000FFFF00000100007F|0{32}|0{24}01000000)$/u;

test('nothing is asked of any other machine, and the page could not if it tried', async ({
  page,
  studio,
}) => {
  const hosts = new Set<string>();
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:') hosts.add(hostname);
  });
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).hostname));
  const response = await page.goto(studio.url);
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("script-src 'self' 'unsafe");
  expect(/connect-src ([^;]*)/u.exec(policy)?.[1]).toMatch(
    /^'self'( ws:\/\/(127\.0\.0\.1|localhost):\d+)*$/u,
  );

  await expect(page.getByText('Engine ready')).toBeVisible();
  const hands = new Hands(page);
  await hands.make('a red car', 6);
  await page.keyboard.press('Control+,');
  await page.getByRole('tab', { name: 'Privacy' }).click();
  await page.getByRole('button', { name: 'Make a report' }).click();
  await expect(page.getByRole('region', { name: 'The report' })).toBeVisible();
  expect([...hosts]).toEqual(['127.0.0.1']);

  const enginePid = Number(/\d+/u.exec(await page.getByText(/^pid \d+$/u).innerText())?.[0]);
  for (const pid of [studio.pid, enginePid])
    for (const end of await remoteEnds(pid)) expect(end, `process ${String(pid)}`).toMatch(here);

  const refused = await page.evaluate(async () => {
    try {
      await fetch('https://example.org/');
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
});
