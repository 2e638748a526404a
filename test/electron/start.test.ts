import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/cli.ts';

/** Without a screen Electron cannot be used, whether its runtime is there or not. */
test.runIf(process.platform === 'linux')(
  'npm start without a screen says so in one line and serves the studio',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'lavida-start-'));
    const env: NodeJS.ProcessEnv = { ...process.env, LAVIDA_HOME: home };
    delete env['DISPLAY'];
    delete env['WAYLAND_DISPLAY'];
    const child = spawn(process.execPath, [join(projectRoot, 'scripts', 'start.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const lines: string[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        child.once('exit', (code) => {
          reject(new Error(`npm start ended with ${String(code)}: ${lines.join(' ')}`));
        });
        createInterface({ input: child.stdout }).on('line', (line) => {
          lines.push(line);
          if (line.startsWith('http')) resolve();
        });
      });
      const [sentence, url] = lines.slice(-2);
      expect(sentence).toBe('Electron cannot run here (there is no screen); open the studio in a browser:');
      const signedIn = await fetch(url ?? '', { redirect: 'manual' });
      expect(signedIn.status).toBe(303);
      const page = await fetch(new URL('/', url), {
        headers: { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '' },
      });
      expect(page.headers.get('content-type')).toContain('text/html');
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await ended;
      await rm(home, { recursive: true, force: true });
    }
  },
);
