import { hostname, homedir, userInfo } from 'node:os';

/** Names that would tell whose machine this is, and what stands in their place. */
export interface Personal {
  home: string;
  user: string;
  host: string;
}

export function personalNames(): Personal {
  let user = '';
  try {
    user = userInfo().username;
  } catch {
    // An account without an entry has no name to hide.
  }
  return { home: homedir(), user, host: hostname() };
}

/** Names shorter than this occur by chance in ordinary words. */
const shortest = 3;

/** A text without the home folder, the user's name and the machine's name. */
export function redactText(text: string, { home, user, host }: Personal): string {
  let clean = text;
  if (home.length > 1) clean = clean.replaceAll(home, '~').replaceAll(home.replaceAll('\\', '/'), '~');
  for (const [name, stand] of [
    [user, '<user>'],
    [host, '<host>'],
  ] as const) {
    if (name.length < shortest) continue;
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
    clean = clean.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu'), stand);
  }
  return clean;
}

/** Keys under which users write or are quoted. */
const written = new Set([
  'prompt',
  'instruction',
  'question',
  'answer',
  'text',
  'says',
  'phrases',
  'title',
  'label',
]);

/** A copy of a value with every text redacted and, unless `prompts`, the user's own words replaced by their length. */
export function redact(value: unknown, personal: Personal, prompts: boolean, key = ''): unknown {
  if (typeof value === 'string') {
    if (written.has(key) && !prompts) return `<${String([...value].length)} characters>`;
    return redactText(value, personal);
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, personal, prompts, key));
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `<${String(value.byteLength)} bytes>`;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      redactText(name, personal),
      redact(item, personal, prompts, name),
    ]),
  );
}
