import type { AccessTokens } from './access-token.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { RetryLimits } from './download.ts';
import { HttpClient } from './http-client.ts';
import { hostOf } from './listing.ts';

/** What the settings say about models. */
export interface StoreSettings {
  /** Empty = the default folder. */
  modelFolder: string;
  mirror: string;
  proxy: string;
}

export interface StoreLimits extends RetryLimits {
  connectMs: number;
  stallMs: number;
}

export const defaultStoreLimits: StoreLimits = {
  failures: 6,
  pauseMs: 1000,
  longestPauseMs: 30_000,
  patienceMs: 10 * 60_000,
  reserveBytes: 64 * 2 ** 20,
  connectMs: 20_000,
  stallMs: 45_000,
};

/** What every job of the store works with. */
export interface StoreContext {
  /** The store's folder now. */
  folder: () => string;
  settings: () => StoreSettings;
  entries: () => readonly CatalogueEntry[];
  tokens: AccessTokens;
  systemProxy?: ((url: string) => Promise<string | null>) | undefined;
  limits: StoreLimits;
}

/** Gives `work` a client that is closed afterwards. */
export async function withHttp<T>(
  { settings, tokens, limits, systemProxy }: StoreContext,
  entry: CatalogueEntry,
  work: (http: HttpClient) => Promise<T>,
): Promise<T> {
  const { mirror, proxy } = settings();
  const token = tokens.current(hostOf(entry.source, mirror));
  const http = new HttpClient({
    proxy,
    systemProxy,
    token,
    connectMs: limits.connectMs,
    stallMs: limits.stallMs,
  });
  try {
    return await work(http);
  } finally {
    await http.close();
  }
}
