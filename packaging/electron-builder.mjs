/**
 * What electron-builder makes packages from: `npm run package`, docs/packaging.md. Everything the program needs is in
 * three bundles, the built window and nano; of node_modules only what is loaded at run time comes along.
 */

/** Files of modules that are loaded from node_modules at run time; all others are inside the bundles. */
const modules = [
  'node_modules/onnxruntime-node/package.json',
  'node_modules/onnxruntime-node/{LICENSE,dist/**}',
  'node_modules/onnxruntime-common/package.json',
  'node_modules/onnxruntime-common/dist/cjs/**',
  'node_modules/@cwasm/*/{package.json,LICENSE,*.wasm}',
];

/**
 * ONNX Runtime's libraries of one system, 24 to 70 MiB: those of the others stay out. The macro `platform` would be the
 * system that builds, not the one that is built for.
 */
function libraries(platform, ...but) {
  return [{ filter: [`node_modules/onnxruntime-node/bin/napi-v6/${platform}/\${arch}/**`, ...but] }];
}

/** Files that native code opens by path, or that a process of its own runs: they lie beside the archive. */
const unpacked = [
  'package.json',
  'out/engine/**',
  'out/main/thumbnails.js',
  'out/main/store-worker.js',
  'models/nano/**',
  'node_modules/**',
];

/** Owner and name of the repository whose releases the studio looks at when the user asks; none = it cannot look. */
const { LAVIDA_RELEASES: releases } = process.env;

/** @type {import('electron-builder').Configuration} */
const config = {
  appId: 'studio.lavida.app',
  productName: 'Lavida Studio',
  copyright: 'MIT licence; third parties in THIRD-PARTY-NOTICES.md',
  directories: { output: 'release', buildResources: 'packaging' },
  files: [
    'package.json',
    'LICENSE',
    'THIRD-PARTY-NOTICES.md',
    'out/{main,preload,engine}/**',
    'dist/renderer/**',
    'models/nano/*.{json,safetensors,md}',
    'models/nano/vqvae/**',
    'models/catalog.json',
    '!node_modules/**',
    ...modules,
    '!**/*.map',
    '!**/*.d.{ts,mts,cts}',
  ],
  asar: true,
  asarUnpack: unpacked,
  // The libraries of ONNX Runtime are N-API and come ready: nothing is compiled.
  npmRebuild: false,
  nodeGypRebuild: false,
  extraMetadata: releases ? { releases } : {},
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    resetAdHocDarwinSignature: true,
  },
  // Releases are made by hand and only looked at by the program: it never downloads or installs one.
  publish: null,
  linux: {
    files: libraries('linux'),
    icon: 'packaging/icon.png',
    target: ['deb', 'AppImage'],
    executableName: 'lavida-studio',
    category: 'Graphics',
    synopsis: 'Pictures by masked diffusion, watched token by token',
    maintainer: 'Lavida Studio',
    artifactName: '${name}-${version}-${arch}.${ext}',
  },
  deb: {
    // Ubuntu 24.04 lets only programs with a profile make the user namespaces that the sandbox needs.
    appArmorProfile: 'packaging/apparmor-profile.tpl',
    compression: 'xz',
  },
  mac: {
    // The library lies there twice; the binding loads it by its short name.
    files: libraries('darwin', '!**/libonnxruntime.*.*.*.dylib'),
    icon: 'packaging/icon.icns',
    target: ['dmg'],
    category: 'public.app-category.graphics-design',
    hardenedRuntime: true,
    entitlements: 'packaging/entitlements.mac.plist',
    entitlementsInherit: 'packaging/entitlements.mac.plist',
    minimumSystemVersion: '13.0',
    artifactName: '${name}-${version}-${arch}.${ext}',
  },
  win: {
    files: libraries('win32'),
    icon: 'packaging/icon.ico',
    target: ['nsis'],
    artifactName: '${name}-${version}-${arch}-setup.${ext}',
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },
};

export default config;
