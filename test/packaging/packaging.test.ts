import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpackedPath } from '../../electron/main/unpacked.ts';
import config from '../../packaging/electron-builder.mjs';
import { renderNotices } from '../../scripts/notices.ts';
import { projectRoot } from '../support/cli.ts';
import { Packing, systems, type PackedApp } from './packed-app.ts';

let packing: Packing;
let app: PackedApp;
let archive: string;

beforeAll(async () => {
  packing = await Packing.start();
  app = await packing.pack(systems[0]);
  archive = join(app.resources, 'app.asar');
}, 600_000);
afterAll(() => packing.remove());

function names(of = archive): string[] {
  return listPackage(of, { isPack: false }).map((name) => name.replaceAll('\\', '/').slice(1));
}

/** Asserts what the configuration says of fuses, read back from a packaged binary. */
async function expectFuses(binary: string): Promise<void> {
  const wire = await getCurrentFuseWire(binary);
  // The wire holds the characters 0 and 1.
  const on = (option: FuseV1Options): boolean => Number(wire[option]) === '1'.charCodeAt(0);
  expect(on(FuseV1Options.RunAsNode)).toBe(false);
  expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
  expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
  expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
  expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
  expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
}

test('the fuses are set as the configuration says, read back from the packaged binary', async () => {
  await expectFuses(app.executable);
});

/** The libraries each system's ONNX Runtime needs; the wire format of macOS finds its own by its short name. */
const libraries = {
  linux: ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  darwin: ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
  win32: ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
};

test.each(systems.slice(1))(
  'the package for $platform $arch holds the same program with the libraries of that system alone, and its fuses are set',
  async (system) => {
    const { executable, resources } = await packing.pack(system);
    const isLibrary = (name: string) => name.startsWith('node_modules/onnxruntime-node/bin/');
    const packed = names(join(resources, 'app.asar'));
    expect(packed.filter((name) => !isLibrary(name))).toEqual(names().filter((name) => !isLibrary(name)));
    const folder = `node_modules/onnxruntime-node/bin/napi-v6/${system.platform}/${system.arch}`;
    expect(
      packed.filter((name) => isLibrary(name) && /\.(node|so(\.\d+)*|dll|dylib)$/u.test(name)).sort(),
    ).toEqual(libraries[system.platform].map((name) => `${folder}/${name}`));
    for (const name of libraries[system.platform])
      expect((await stat(join(resources, 'app.asar.unpacked', folder, name))).size, name).toBe(
        (await stat(join(projectRoot, folder, name))).size,
      );
    await expectFuses(executable);
  },
  120_000,
);

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
    'models/catalog.json',
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
  const found = names().filter((name) => /\.(node|so(\.\d+)*|dll|dylib)$/u.test(name));
  expect(found.length).toBeGreaterThan(0);
  for (const name of found) expect(name).toContain('/bin/napi-v6/linux/x64/');
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
