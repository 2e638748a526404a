import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The folders of one user's studio. */
export interface StudioPaths {
  data: string;
  /** Finished pictures and their traces. */
  outputs: string;
  /** Pictures and masks that requests started from, by the hash of their bytes. */
  sources: string;
  /** Threads and boxes, one file a picture. */
  notes: string;
  /** Pictures the user brought in. */
  pictures: string;
  /** Project files of a studio without system dialogs. */
  projects: string;
  sessionFile: string;
  /** What can be made again: the gallery's index and thumbnails. */
  cache: string;
  settingsFile: string;
  /** What waits to be run. */
  queueFile: string;
  /** One text file a wildcard list. */
  wildcards: string;
  stylesFile: string;
  /** Prompts asked for. */
  promptsFile: string;
}

interface Surroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
}

const folderName = 'lavida-studio';

/** The data folder the platform prescribes, or the one LAVIDA_HOME names. */
export function dataFolder(
  around: Surroundings = { platform: process.platform, env: process.env, home: homedir() },
): string {
  const { platform, env, home } = around;
  if (env['LAVIDA_HOME']) return resolve(env['LAVIDA_HOME']);
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), folderName);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', folderName);
  // The XDG specification says a relative value is to be ignored.
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg?.startsWith('/') ? xdg : join(home, '.local', 'share'), folderName);
}

export function studioPaths(data: string = dataFolder()): StudioPaths {
  return {
    data,
    outputs: join(data, 'outputs'),
    sources: join(data, 'sources'),
    notes: join(data, 'notes'),
    pictures: join(data, 'pictures'),
    projects: join(data, 'projects'),
    sessionFile: join(data, 'session.json'),
    settingsFile: join(data, 'settings.json'),
    cache: join(data, 'cache'),
    queueFile: join(data, 'queue.json'),
    wildcards: join(data, 'wildcards'),
    stylesFile: join(data, 'styles.json'),
    promptsFile: join(data, 'prompts.json'),
  };
}

/** The folder of this program, whether it runs from its sources or from a built bundle inside them. */
export function packageRoot(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && packageField(file, 'name') === folderName) return folder;
    if (folder === dirname(folder)) throw new Error(`No package.json of ${folderName} above ${from}.`);
  }
}

/** The model that comes with the program. */
export function defaultModelDirectory(root: string = packageRoot()): string {
  return join(root, 'models', 'nano');
}

export function packageVersion(root: string = packageRoot()): string {
  return packageField(join(root, 'package.json'), 'version') ?? '0';
}

/** Field `releases` of package.json; empty where the publisher set none. */
export function packageReleases(root: string = packageRoot()): string {
  return packageField(join(root, 'package.json'), 'releases') ?? '';
}

function packageField(file: string, field: string): string | null {
  const value = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : null;
}
