/** Another program of the same user: starts the download of `served` and says what came of it. */
import { ModelStore } from '../../native/store/model-store.ts';
import { nanoDirectory } from './cli.ts';

const [data = ''] = process.argv.slice(2);
const store = new ModelStore({
  data,
  settings: () => ({ modelFolder: '', mirror: '', proxy: '' }),
  builtIn: nanoDirectory,
  systemBin: null,
  limits: { pauseMs: 5, longestPauseMs: 20, reserveBytes: 0 },
});
await store.open();
await store.get('served', 'original', false, null);
const left = await store.settled('served');
process.send?.(left?.error?.code ?? 'done', () => {
  process.disconnect();
});
