/**
 * `npm run package-sizes`: packs the app for every system with a stand-in for Electron's runtime, and prints how much
 * each part takes. The window must have been built (`npm run build`).
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../support/cli.ts';
import { Packing, systems } from './packed-app.ts';

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

const packing = await Packing.start(join(projectRoot, 'dist', 'renderer'));
try {
  const rows: string[][] = [['system', 'app.asar', 'unpacked', 'ONNX Runtime', 'Nano', 'together (MiB)']];
  for (const system of systems) {
    const { resources } = await packing.pack(system);
    const archive = (await stat(join(resources, 'app.asar'))).size;
    const unpacked = join(resources, 'app.asar.unpacked');
    const all = await bytesBelow(unpacked);
    const runtime = await bytesBelow(join(unpacked, 'node_modules', 'onnxruntime-node', 'bin'));
    const nano = await bytesBelow(join(unpacked, 'models', 'nano'));
    rows.push([
      `${system.platform} ${system.arch}`,
      ...[archive, all, runtime, nano, archive + all].map(mebibytes),
    ]);
  }
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
} finally {
  await packing.remove();
}
