import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { signIn, WindowClient } from './window-client.ts';

const serveToy = fileURLToPath(new URL('serve-toy.ts', import.meta.url));

/** A served studio over the toy engine, with a window attached. */
export interface ServedToy {
  child: ChildProcess;
  window: WindowClient;
  ended: Promise<unknown>;
}

/** How a studio that could not start ended. */
export interface FailedStart {
  code: number | null;
  said: string;
}

/** Starts a studio on a library; what it says when it ends before it printed its address. */
export async function serveToyOn(home: string, stepMs = 1): Promise<ServedToy | FailedStart> {
  const child = spawn(process.execPath, [serveToy, '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LAVIDA_HOME: home, LAVIDA_TOY_STEP_MS: String(stepMs) },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => null),
  ]);
  if (url === null) return { code: await ended, said };
  return { child, window: await WindowClient.attach(new URL(url).origin, await signIn(url)), ended };
}

/** @throws Error with what it said when the studio could not start */
export async function mustServe(home: string, stepMs?: number): Promise<ServedToy> {
  const served = await serveToyOn(home, stepMs);
  if ('code' in served) throw new Error(`the studio did not start: ${served.said}`);
  return served;
}

export async function stop({ child, window, ended }: ServedToy, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await ended;
  window.socket.terminate();
}
