/** Origin of the window in the app; its own scheme, so no file and no web page shares it. */
export const appScheme = 'app';
const appHost = 'studio';
export const appOrigin = `${appScheme}://${appHost}`;

/** Whether a URL belongs to the studio's own page. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost && username === '' && password === '';
}

/** What may be loaded from inside the window: its own files, and pictures the page made itself. */
export function isAllowedRequest(url: string): boolean {
  return (
    isAppUrl(url) ||
    url.startsWith(`blob:${appOrigin}/`) ||
    url.startsWith('data:') ||
    url.startsWith('devtools:')
  );
}

/** Only what the page made itself may be saved as a file, such as an exported picture. */
export function isOwnDownload(url: string): boolean {
  return url.startsWith(`blob:${appOrigin}/`) || url.startsWith('data:');
}

/** Web pages the window may open in the user's browser, by exact origin. */
const externalOrigins = new Set(['https://github.com', 'https://arxiv.org', 'https://huggingface.co']);

export function isAllowedExternal(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin, username, password } = new URL(url);
  return protocol === 'https:' && externalOrigins.has(origin) && username === '' && password === '';
}

/** Permissions a window may have; every other one is refused. */
const grantedPermissions = new Set(['clipboard-sanitized-write', 'fullscreen', 'notifications']);

export function permissionDecision(permission: string): boolean {
  return grantedPermissions.has(permission);
}

/** The frame a message came from, as far as trust depends on it. */
export interface SenderFrame {
  url: string;
  /** Null for the top frame. */
  parent: unknown;
}

/** Only the top frame of the studio's own page may call; a frame that is gone may not. */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}
