import { chmod, copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import config from '../../packaging/electron-builder.mjs';
import { buildShell } from '../../scripts/bundles.ts';
import { projectRoot } from '../support/cli.ts';

/**
 * Packages are made with a stand-in for Electron's runtime, which cannot be had everywhere: a folder with the names the
 * real one has, and a binary that holds nothing but the wire of fuses. What is around the runtime is real.
 */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;
const version = '45.4.1';

/** Systems that packages are made for, as `process.platform` and `process.arch` name them. */
export const systems = [
  { platform: 'linux', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'win32', arch: 'x64' },
  { platform: 'win32', arch: 'arm64' },
] as const;
export type System = (typeof systems)[number];

/** What one system's package holds. */
export interface PackedApp {
  /** The program's binary. */
  executable: string;
  /** The folder with app.asar and app.asar.unpacked. */
  resources: string;
}

/** Folders of the packages that package.json needs at run time, and of those they need. */
async function installedForUse(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([name, { dev, optional }]) => name !== '' && !dev && !optional)
    .map(([name]) => name);
}

/** A copy of a folder that takes no room where the disk allows hard links. Packages inside it are left to themselves. */
async function linkFolder(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.slice(from.length).includes('node_modules')) continue;
    const target = join(to, path.slice(from.length));
    await mkdir(dirname(target), { recursive: true });
    await link(path, target).catch(() => copyFile(path, target));
  }
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

function propertyList(entries: Record<string, string>): string {
  const lines = Object.entries(entries).map(([key, value]) => `<key>${key}</key><string>${value}</string>`);
  return `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>${lines.join('')}</dict></plist>`;
}

async function writeRuntime(folder: string, platform: System['platform']): Promise<void> {
  const wire = Buffer.from(`${fuseSentinel}\u0001${String.fromCharCode(fuseCount)}${'1'.repeat(fuseCount)}`);
  const binary = Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]);
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version'])
    await write(join(folder, name), version);
  if (platform === 'darwin') {
    const contents = join(folder, 'Electron.app', 'Contents');
    const frameworks = join(contents, 'Frameworks');
    await write(join(contents, 'Info.plist'), propertyList({ CFBundleExecutable: 'Electron' }));
    await write(join(contents, 'MacOS', 'Electron'), binary);
    await write(join(contents, 'Resources', 'electron.icns'), '');
    await write(join(frameworks, 'Electron Framework.framework', 'Electron Framework'), binary);
    for (const kind of ['', ' (Renderer)', ' (Plugin)', ' (GPU)']) {
      const helper = `Electron Helper${kind}`;
      const inside = join(frameworks, `${helper}.app`, 'Contents');
      await write(join(inside, 'Info.plist'), propertyList({ CFBundleExecutable: helper }));
      await write(join(inside, 'MacOS', helper), '');
    }
    return;
  }
  await mkdir(join(folder, 'resources'), { recursive: true });
  const executable = join(folder, platform === 'win32' ? 'electron.exe' : 'electron');
  await write(executable, binary);
  await chmod(executable, 0o755);
  if (platform === 'linux') await write(join(folder, 'chrome-sandbox'), version);
}

function placesOf({ platform, arch }: System, release: string): PackedApp {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  if (platform === 'darwin') {
    const contents = join(release, `mac${suffix}`, 'Lavida Studio.app', 'Contents');
    // Its fuses lie in the framework beside it, where they are looked for from here.
    return { executable: join(contents, 'MacOS', 'Lavida Studio'), resources: join(contents, 'Resources') };
  }
  const folder = join(release, `${platform === 'win32' ? 'win' : 'linux'}${suffix}-unpacked`);
  const executable = join(folder, platform === 'win32' ? 'Lavida Studio.exe' : 'lavida-studio');
  return { executable, resources: join(folder, 'resources') };
}

/** A folder with the parts of the project that packages are made from, and the packages made of it. */
export class Packing {
  readonly folder: string;
  readonly #project: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#project = join(folder, 'project');
  }

  /** @param page the built window's folder; without it a page of one line stands in */
  static async start(page?: string): Promise<Packing> {
    const packing = new Packing(await mkdtemp(join(tmpdir(), 'lavida-package-')));
    const project = packing.#project;
    await buildShell(join(project, 'out'));
    if (page === undefined) await write(join(project, 'dist', 'renderer', 'index.html'), '<!doctype html>');
    else await linkFolder(page, join(project, 'dist', 'renderer'));
    await write(join(project, 'dist', 'renderer', 'assets', 'page.js.map'), '{}');
    for (const name of ['package.json', 'package-lock.json', 'LICENSE', 'THIRD-PARTY-NOTICES.md'])
      await writeFile(join(project, name), await readFile(join(projectRoot, name)));
    for (const name of ['models/nano', 'packaging', ...(await installedForUse())])
      await linkFolder(join(projectRoot, name), join(project, name));
    await link(join(projectRoot, 'models/catalog.json'), join(project, 'models/catalog.json')).catch(() =>
      copyFile(join(projectRoot, 'models/catalog.json'), join(project, 'models/catalog.json')),
    );
    await write(join(project, 'native', 'source.ts'), '');
    return packing;
  }

  /** The unpacked app for one system. */
  async pack(system: System): Promise<PackedApp> {
    const { platform, arch } = system;
    const runtime = join(this.folder, `runtime-${platform}-${arch}`);
    await writeRuntime(runtime, platform);
    // electron-builder changes the configuration it is given.
    const own = structuredClone(config);
    await build({
      projectDir: this.#project,
      targets: Platform.fromString(platform).createTarget('dir', arch === 'x64' ? Arch.x64 : Arch.arm64),
      config: {
        ...own,
        electronDist: runtime,
        electronVersion: version,
        directories: { ...own.directories, output: join(this.folder, 'release') },
        // The stand-in of Windows has no resources that an icon and checksums could be written into.
        win: { ...own.win, signAndEditExecutable: false },
        disableAsarIntegrity: platform === 'win32',
        // macOS signs anew what fuses changed, by a tool that only macOS has.
        electronFuses: {
          ...own.electronFuses,
          resetAdHocDarwinSignature: process.platform === 'darwin',
        },
      },
      publish: 'never',
    });
    return placesOf(system, join(this.folder, 'release'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
