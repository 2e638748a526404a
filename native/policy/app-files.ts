import { realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, relative, resolve, sep } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The file a window's URL path names inside `root`, or null when it names none there: broken escapes, NUL, backslashes,
 * drive letters, and anything that leaves the folder. Looks at the name only.
 */
export function resolveAppPath(pathname: string, root: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  // Every control character, backslash (a separator on Windows) and colon (drive or stream) is out of place here.
  if (!decoded.startsWith('/') || /[\u0000-\u001f\\:]/.test(decoded)) return null;
  const path = resolve(root, `.${decoded.endsWith('/') ? `${decoded}index.html` : decoded}`);
  return isInside(path, root) ? path : null;
}

/** Whether a path lies below a folder, by name. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The regular file behind a window's URL path, links followed and still inside `root`; null when there is none. */
export async function findAppFile(
  pathname: string,
  root: string,
): Promise<{ path: string; type: string } | null> {
  const named = resolveAppPath(pathname, root);
  if (!named) return null;
  try {
    const path = await realpath(named);
    if (!isInside(path, await realpath(root)) || !(await stat(path)).isFile()) return null;
    return { path, type: types[extname(path).toLowerCase()] ?? 'application/octet-stream' };
  } catch {
    return null;
  }
}
