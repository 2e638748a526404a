import type { StudioError } from '../../electron/contract/errors.ts';
import type { RunEvent } from '../../electron/contract/events.ts';

/** An event as one JSON line: typed arrays as plain arrays, pictures left out (they are large and come as files). */
export function eventLine(event: RunEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return undefined;
    if (value instanceof Uint16Array) return Array.from(value);
    if (value instanceof Float32Array) return Array.from(value, (x) => Number(x.toPrecision(6)));
    return value;
  });
}

/** An error as a terminal shows it: sentence, cause, way out. */
export function errorText(error: StudioError): string {
  const cause = error.cause ? `\n  cause: ${error.cause}` : '';
  return `lavida: ${error.message}${cause}\n  try:   ${error.action}`;
}
