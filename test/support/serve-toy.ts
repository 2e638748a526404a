import { fileURLToPath } from 'node:url';
import { runServe } from '../../native/cli/serve.ts';

/**
 * The served studio over the toy engine, for work on the window: `node test/support/serve-toy.ts [PORT]`.
 * LAVIDA_TOY_STEP_MS=200 makes the steps easy to watch; LAVIDA_HOME chooses where pictures go.
 */
const port = process.argv[2];
const engineEntry = fileURLToPath(new URL('toy-host.ts', import.meta.url));
process.exitCode = await runServe({ engineEntry, ...(port ? { port: Number(port) } : {}) });
