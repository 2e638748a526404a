/** Where the page may come from and connect to, beyond itself. */
export interface CspSources {
  /** Extra sources of connect-src, such as the WebSocket's own address. */
  connect?: readonly string[];
}

/**
 * The Content-Security-Policy of the window, the same in the app and in the browser mode. Styles may be inline because
 * the component library sets them so; scripts never.
 */
export function csp({ connect = [] }: CspSources = {}): string {
  const directives: [string, readonly string[]][] = [
    ['default-src', ["'none'"]],
    ['script-src', ["'self'"]],
    ['style-src', ["'self'", "'unsafe-inline'"]],
    ['img-src', ["'self'", 'blob:', 'data:']],
    ['font-src', ["'self'", 'data:']],
    ['connect-src', ["'self'", ...connect]],
    ['worker-src', ["'self'", 'blob:']],
    ['manifest-src', ["'self'"]],
    ['base-uri', ["'none'"]],
    ['form-action', ["'none'"]],
    ['frame-src', ["'none'"]],
    ['frame-ancestors', ["'none'"]],
    ['object-src', ["'none'"]],
  ];
  return directives.map(([name, sources]) => `${name} ${sources.join(' ')}`).join('; ');
}

/** Addresses of pictures name the version of the file, so they may be kept. */
export const mediaCaching = 'private, max-age=86400, immutable';

/** Every response to a window carries these. */
export function securityHeaders(sources: CspSources = {}): Record<string, string> {
  return {
    'Content-Security-Policy': csp(sources),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  };
}
