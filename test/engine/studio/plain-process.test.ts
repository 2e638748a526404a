import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../support/cli.ts';

/** What a process has loaded of ONNX Runtime once it has imported a module. */
function loadedBy(module: string): string {
  const code = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(join(projectRoot, module))});
    const { cache } = createRequire(import.meta.url);
    console.log(Object.keys(cache).filter((path) => path.includes('onnxruntime')).length);`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

test('the process that answers windows never loads what may take it down: ONNX Runtime is the engine’s alone', () => {
  expect(loadedBy('native/studio/service.ts')).toBe('0');
  expect(loadedBy('native/serve/server.ts')).toBe('0');
  // The same look finds it where it belongs.
  expect(Number(loadedBy('native/engine.ts'))).toBeGreaterThan(0);
});
