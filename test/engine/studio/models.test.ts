import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import { parseSettings } from '../../../electron/contract/settings.ts';
import { startModel } from '../../../native/store/start-model.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { openTestStudio, type TestStudio } from '../../support/studio.ts';

let here: TestStudio;

beforeEach(async () => {
  here = await openTestStudio();
});
afterEach(() => here.close());

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await here.studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(`${channel}: ${reply.error.code} ${reply.error.message}`);
  return reply.value as ChannelOutput<C>;
}

test('without a dialog of the system a folder is typed, and the model chosen is the one of the next start', async () => {
  await here.supervisor.ready();
  const state = await call('models.list', {});
  expect(state).toMatchObject({ folderDialog: false, current: null, move: null });
  expect(state.models.map(({ id }) => id)).toContain('nano');
  expect(await here.studio.dispatch('models.import', { folder: null, how: 'copy' })).toMatchObject({
    ok: false,
    error: { code: 'file.missing' },
  });
  expect(await here.studio.dispatch('models.import', { folder: '/nowhere', how: 'copy' })).toMatchObject({
    ok: false,
    error: { code: 'model.missing' },
  });
  const mine = join(here.paths.data, 'Mine');
  await mkdir(mine);
  await cp(nanoDirectory, mine, { recursive: true });
  const installed = here.seen('models.changed', ({ models }) =>
    models.some(({ id, state: now, job }) => id === 'mine' && now === 'installed' && job === null),
  );
  expect(await call('models.import', { folder: mine, how: 'copy' })).toEqual({ id: 'mine' });
  await installed;

  const directory = join(here.paths.data, 'models', 'mine');
  const running = here.seen('engine.changed', ({ model }) => model?.directory === directory);
  await call('models.use', { id: 'mine' });
  await running;
  expect((await call('models.list', {})).current).toBe('mine');
  const { settings } = await call('settings.load', {});
  expect(await startModel(here.paths.data, settings, nanoDirectory)).toBe(directory);
  // A model that is gone gives way to the one that comes with the program.
  expect(await startModel(here.paths.data, parseSettings({ model: 'gone' }), nanoDirectory)).toBe(
    nanoDirectory,
  );
});
