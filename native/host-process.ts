import type { EngineApi } from './engine-api.ts';
import { EngineHost } from './host.ts';
import type { MessagePort } from './host-protocol.ts';

/** The port an Electron utility process has to its parent, as far as it is used here. */
interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/**
 * Makes this process the engine's: over `process.parentPort` in an Electron utility process, over the fork channel under
 * Node. It ends with its parent, and leaves Ctrl-C to it.
 */
export function hostInThisProcess(engine: EngineApi): void {
  process.on('SIGINT', () => undefined);
  const utility = (process as { parentPort?: UtilityPort }).parentPort;
  if (utility) {
    new EngineHost(utilityPort(utility), engine, () => process.exit(0));
    return;
  }
  if (!process.send) throw new Error('The engine process must be started by the studio or the command line.');
  process.on('disconnect', () => process.exit(0));
  new EngineHost(forkPort(), engine, () => {
    process.disconnect();
  });
}

function utilityPort(utility: UtilityPort): MessagePort {
  return {
    postMessage: (message) => {
      utility.postMessage(message);
    },
    onMessage: (listener) => {
      utility.on('message', (event) => {
        listener(event.data);
      });
    },
  };
}

function forkPort(): MessagePort {
  return {
    postMessage: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}
