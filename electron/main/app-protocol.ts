import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { findAppFile } from '../../native/policy/app-files.ts';
import { mediaCaching, securityHeaders } from '../../native/policy/csp.ts';
import { appScheme, isAppUrl } from '../../native/policy/window-rules.ts';
import type { StudioService } from '../../native/studio/service.ts';

/** Must be called before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built window and the studio's pictures at app://studio/, with the same headers as the browser mode. */
export function serveAppScheme(session: Session, rendererRoot: string, studio: StudioService): void {
  session.protocol.handle(appScheme, (request) => answer(request, rendererRoot, studio));
}

async function answer(request: Request, rendererRoot: string, studio: StudioService): Promise<Response> {
  if (request.method !== 'GET' || !isAppUrl(request.url)) return refuse(403);
  const { pathname } = new URL(request.url);
  const media = await studio.media(pathname);
  if (media) {
    return new Response(Uint8Array.from(media.bytes), {
      headers: { ...securityHeaders(), 'Content-Type': media.type, 'Cache-Control': mediaCaching },
    });
  }
  const file = await findAppFile(pathname, rendererRoot);
  if (!file) return refuse(404);
  return new Response(await readFile(file.path), {
    headers: { ...securityHeaders(), 'Content-Type': file.type, 'Cache-Control': 'no-cache' },
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: securityHeaders() });
}
