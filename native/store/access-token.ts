import { dirname } from 'node:path';
import { z } from 'zod';
import type { ModelStoreState } from '../../electron/contract/models.ts';
import { parseJsonFile } from '../library/json-file.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { discard, makeFolder, writeFileSafely } from '../library/safe-file.ts';

/** What seals a secret with a key of the user's system. */
export interface SecretKeeper {
  /** Whether there is a key ring that keeps others out. */
  available: () => boolean;
  seal: (text: string) => Uint8Array;
  unseal: (sealed: Uint8Array) => string;
}

const keptSchema = z.object({
  version: z.literal(1),
  /** The only host it may be sent to. */
  host: z.string(),
  kept: z.enum(['keychain', 'file']),
  value: z.string(),
});

export interface AccessToken {
  host: string;
  value: string;
  kept: ModelStoreState['access']['kept'];
}

/** Name of our variable; the hub's own tools use the other one. */
const ownVariable = 'LAVIDA_HUB_TOKEN';
const hubVariable = 'HF_TOKEN';
const hubHost = 'huggingface.co';

/** The access token for the host models come from: of the environment, the system's key ring, or a file only the user may read. */
export class AccessTokens {
  readonly #path: string;
  readonly #keeper: SecretKeeper | null;
  readonly #env: NodeJS.ProcessEnv;
  #kept: AccessToken | null = null;

  constructor(path: string, keeper: SecretKeeper | null, env: NodeJS.ProcessEnv = process.env) {
    this.#path = path;
    this.#keeper = keeper;
    this.#env = env;
  }

  async open(): Promise<void> {
    const text = await readTextIfThere(this.#path).catch(() => null);
    const kept = text === null ? null : parseJsonFile(text, keptSchema);
    if (!kept) return;
    try {
      const value =
        kept.kept === 'file' ? kept.value : this.#keeper?.unseal(Buffer.from(kept.value, 'base64'));
      if (value !== undefined) this.#kept = { host: kept.host, value, kept: kept.kept };
    } catch {
      // Sealed by another account or a key ring that is gone: the user enters it again.
    }
  }

  /** The token for downloads from `host`; the environment's stands above the kept one. */
  current(host: string): AccessToken | null {
    const own = this.#env[ownVariable];
    if (own) return { host, value: own, kept: 'environment' };
    if (this.#kept?.host === host) return this.#kept;
    const hub = this.#env[hubVariable];
    return hub && host === hubHost ? { host, value: hub, kept: 'environment' } : null;
  }

  /** Keeps a token for one host, or forgets it. @throws LavidaError output.* */
  async keep(host: string, value: string | null): Promise<void> {
    if (value === null) {
      await discard(this.#path);
      this.#kept = null;
      return;
    }
    const sealed = this.#keeper?.available() ? this.#keeper.seal(value) : null;
    const kept = sealed ? ('keychain' as const) : ('file' as const);
    const stored = sealed ? Buffer.from(sealed).toString('base64') : value;
    await makeFolder(dirname(this.#path));
    await writeFileSafely(this.#path, JSON.stringify({ version: 1, host, kept, value: stored }), 0o600);
    this.#kept = { host, value, kept };
  }
}
