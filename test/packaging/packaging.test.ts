import { createHash } from 'node:crypto';
import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Arch, build, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpackedPath } from '../../electron/main/unpacked.ts';
import config from '../../packaging/electron-builder.mjs';
import { buildShell } from '../../scripts/bundles.ts';
import { renderNotices } from '../../scripts/notices.ts';
import { projectRoot } from '../support/cli.ts';

/**
 * Packages are made with a stand-in for Electron's runtime, which cannot be had everywhere: a folder with the names the
 * real one has, and a binary that holds nothing but the wire of fuses. What is around the runtime is real.
 */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;

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

let folder: string;
let app: string;
let archive: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-package-'));
  const runtime = join(folder, 'runtime');
  await mkdir(join(runtime, 'resources'), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from(fuseSentinel),
    Buffer.from([1, fuseCount]),
    Buffer.from('1'.repeat(fuseCount)),
  ]);
  await writeFile(join(runtime, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]));
  await chmod(join(runtime, 'electron'), 0o755);
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox'])
    await writeFile(join(runtime, name), '45.4.1');
  const project = join(folder, 'project');
  await mkdir(join(project, 'dist', 'renderer', 'assets'), { recursive: true });
  await buildShell(join(project, 'out'));
  await writeFile(join(project, 'dist', 'renderer', 'index.html'), '<!doctype html>');
  await writeFile(join(project, 'dist', 'renderer', 'assets', 'page.js.map'), '{}');
  for (const name of ['package.json', 'package-lock.json', 'LICENSE', 'THIRD-PARTY-NOTICES.md'])
    await writeFile(join(project, name), await readFile(join(projectRoot, name)));
  for (const name of ['models/nano', 'packaging', ...(await installedForUse())])
    await linkFolder(join(projectRoot, name), join(project, name));
  await mkdir(join(project, 'native'));
  await writeFile(join(project, 'native', 'source.ts'), '');
  await build({
    projectDir: project,
    targets: Platform.LINUX.createTarget('dir', Arch.x64),
    config: {
      ...config,
      electronDist: runtime,
      electronVersion: '45.4.1',
      directories: { ...config.directories, output: join(folder, 'release') },
    },
    publish: 'never',
  });
  app = join(folder, 'release', 'linux-unpacked');
  archive = join(app, 'resources', 'app.asar');
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function names(): string[] {
  return listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/').slice(1));
}

test('the fuses are set as the configuration says, read back from the packaged binary', async () => {
  const wire = await getCurrentFuseWire(join(app, 'lavida-studio'));
  // The wire holds the characters 0 and 1.
  const on = (option: FuseV1Options): boolean => Number(wire[option]) === '1'.charCodeAt(0);
  expect(on(FuseV1Options.RunAsNode)).toBe(false);
  expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
  expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
  expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
  expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
  expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
});

test('the archive holds the bundles, the window and the licences, and nothing to develop with', () => {
  const files = names();
  for (const name of [
    'package.json',
    'LICENSE',
    'THIRD-PARTY-NOTICES.md',
    'out/main/main.js',
    'out/preload/preload.cjs',
    'out/engine/host.js',
    'out/engine/backend-probe.js',
    'dist/renderer/index.html',
    'models/nano/config.json',
    'models/nano/model.safetensors',
    'models/nano/tokenizer.json',
  ])
    expect(files, name).toContain(name);
  expect(
    files.filter((name) => /\.map$|\.d\.ts$|^(native|test|packaging|models\/train)\//u.test(name)),
  ).toEqual([]);
});

test('of node_modules there are the modules loaded at run time, with the libraries of one platform', () => {
  const modules = new Set(
    names()
      .map((name) => /^node_modules\/((?:@[^/]+\/)?[^/@]+)\//u.exec(name)?.[1])
      .filter((name) => name !== undefined),
  );
  expect([...modules].sort()).toEqual([
    '@cwasm/jpeg-turbo',
    '@cwasm/webp',
    'onnxruntime-common',
    'onnxruntime-node',
  ]);
  const libraries = names().filter((name) => /\.(node|so(\.\d+)*|dll|dylib)$/u.test(name));
  expect(libraries.length).toBeGreaterThan(0);
  for (const name of libraries) expect(name).toContain('/bin/napi-v6/linux/x64/');
});

test('what native code opens by path lies beside the archive, byte for byte', async () => {
  for (const name of [
    'models/nano/model.safetensors',
    'out/engine/host.js',
    'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
    'package.json',
  ]) {
    const path = unpackedPath(join(archive, name));
    expect((await stat(path)).isFile(), name).toBe(true);
    expect((statFile(archive, name) as { unpacked?: boolean }).unpacked, name).toBe(true);
  }
  const hash = async (path: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const weights = join('models', 'nano', 'model.safetensors');
  expect(await hash(unpackedPath(join(archive, weights)))).toBe(await hash(join(projectRoot, weights)));
});

test('every file of the archive carries its checksums, and none of the unpacked ones is missing', async () => {
  for (const name of names()) {
    const entry = statFile(archive, name) as {
      files?: unknown;
      unpacked?: boolean;
      integrity?: { hash: string };
    };
    if (entry.files) continue;
    if (entry.unpacked === true)
      expect((await stat(`${archive}.unpacked/${name}`)).isFile(), name).toBe(true);
    else {
      const bytes = extractFile(archive, name);
      expect(entry.integrity?.hash, name).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  }
});

describe('the configuration', () => {
  test('makes the four kinds of package, and publishes nothing', () => {
    expect([config.linux?.target, config.mac?.target, config.win?.target]).toEqual([
      ['deb', 'AppImage'],
      ['dmg'],
      ['nsis'],
    ]);
    expect(config.publish).toBeNull();
  });

  test('the deb brings an AppArmor profile that allows user namespaces and nothing more', async () => {
    const profile = await readFile(join(projectRoot, String(config.deb?.appArmorProfile)), 'utf8');
    const rules = profile
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.endsWith(',') && !line.startsWith('#'));
    expect(rules).toEqual(['abi <abi/4.0>,', 'userns,']);
    expect(profile).toContain('"/opt/${sanitizedProductName}/${executable}"');
  });
});

test('paths into the archive become paths beside it, others stay', () => {
  expect(unpackedPath('/opt/Lavida Studio/resources/app.asar/models/nano')).toBe(
    '/opt/Lavida Studio/resources/app.asar.unpacked/models/nano',
  );
  expect(unpackedPath('C:\\Studio\\resources\\app.asar\\out\\engine\\host.js')).toBe(
    'C:\\Studio\\resources\\app.asar.unpacked\\out\\engine\\host.js',
  );
  for (const path of ['/home/a/lavida/models/nano', '/a/app.asar.unpacked/x', '/a/myapp.asarx/y'])
    expect(unpackedPath(path)).toBe(path);
});

test('the third-party notices are those of the installed packages', async () => {
  expect(await readFile(join(projectRoot, 'THIRD-PARTY-NOTICES.md'), 'utf8')).toBe(renderNotices());
  expect(
    (await readdir(join(projectRoot, 'models', 'train', 'sprites'))).includes('LICENSE-fluent-emoji.txt'),
  ).toBe(true);
});
