import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { findAppFile } from '../../native/policy/app-files.ts';
import { securityHeaders } from '../../native/policy/csp.ts';
import { appScheme, isAppUrl } from '../../native/policy/window-rules.ts';

/** Must be called before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built window at app://studio/, with the same headers as the browser mode. */
export function serveAppScheme(session: Session, rendererRoot: string): void {
  session.protocol.handle(appScheme, (request) => answer(request, rendererRoot));
}

async function answer(request: Request, rendererRoot: string): Promise<Response> {
  if (request.method !== 'GET' || !isAppUrl(request.url)) return refuse(403);
  const file = await findAppFile(new URL(request.url).pathname, rendererRoot);
  if (!file) return refuse(404);
  return new Response(await readFile(file.path), {
    headers: { ...securityHeaders(), 'Content-Type': file.type, 'Cache-Control': 'no-cache' },
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: securityHeaders() });
}
