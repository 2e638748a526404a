import { registerHooks } from 'node:module';

// Lets a built main process import "electron" from a plain Node process.
const double = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
});
