import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { channels, eventChannels } from '../electron/contract/index.ts';
import { projectRoot } from './run-command.ts';

/** Modules with native code, loaded from node_modules at run time. */
const external = ['electron', 'onnxruntime-node'];

/**
 * Packages in the old module format ask for `require`, which an ES module does not have by itself. The import has a
 * name of its own, because bundled modules may import createRequire too.
 */
const requireForOldPackages =
  "import { createRequire as requireOfModule } from 'node:module'; const require = requireOfModule(import.meta.url);";

const common = {
  bundle: true,
  external,
  target: 'node24',
  sourcemap: true,
  legalComments: 'linked',
  logLevel: 'warning',
  absWorkingDir: projectRoot,
} satisfies BuildOptions;

const moduleBundle = {
  ...common,
  platform: 'node',
  format: 'esm',
  banner: { js: requireForOldPackages },
} satisfies BuildOptions;

/**
 * Builds the parts of the app that do not run in the window: the main process, the preload script and the engine
 * process, each as one file below `folder`.
 */
export async function buildShell(folder: string = join(projectRoot, 'out')): Promise<void> {
  await Promise.all([
    build({
      ...moduleBundle,
      entryPoints: ['electron/main/main.ts'],
      outfile: join(folder, 'main', 'main.js'),
    }),
    build({
      ...moduleBundle,
      entryPoints: ['native/host-entry.ts'],
      outfile: join(folder, 'engine', 'host.js'),
    }),
    build({
      ...moduleBundle,
      entryPoints: ['native/backends/probe-entry.ts'],
      outfile: join(folder, 'engine', 'backend-probe.js'),
    }),
    build({
      ...moduleBundle,
      entryPoints: ['native/gallery/thumbnail-entry.ts'],
      outfile: join(folder, 'main', 'thumbnails.js'),
    }),
    build({
      ...moduleBundle,
      entryPoints: ['native/store/worker-entry.ts'],
      outfile: join(folder, 'main', 'store-worker.js'),
    }),
    buildPreload(join(folder, 'preload', 'preload.cjs')),
  ]);
}

/** A sandboxed preload script may require nothing but electron: one file, with the contract's names written into it. */
export async function buildPreload(outfile: string): Promise<void> {
  await build({
    ...common,
    platform: 'browser',
    format: 'cjs',
    entryPoints: ['electron/preload/preload.ts'],
    outfile,
    define: {
      CHANNEL_NAMES: JSON.stringify(Object.keys(channels)),
      EVENT_NAMES: JSON.stringify(Object.keys(eventChannels)),
    },
  });
}
