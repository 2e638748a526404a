/**
 * JSON that carries typed arrays, for the WebSocket of the browser mode and the command line's --json lines. A typed
 * array becomes {"$type": "u16", "base64": "…"}, little endian.
 */
const constructors = { u8: Uint8Array, u16: Uint16Array, f32: Float32Array } as const;
type Tag = keyof typeof constructors;

function tagOf(value: unknown): Tag | null {
  for (const tag of Object.keys(constructors) as Tag[]) if (value instanceof constructors[tag]) return tag;
  return null;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  const chunk = 0x8000;
  for (let at = 0; at < bytes.length; at += chunk) {
    binary += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Encodes a value that may hold Uint8Array, Uint16Array and Float32Array anywhere inside. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    const tag = tagOf(item);
    if (!tag) return item;
    const array = item as Uint8Array | Uint16Array | Float32Array;
    return { $type: tag, base64: toBase64(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) };
  });
}

/** Decodes what `encode` wrote. Throws SyntaxError on text that is not JSON, RangeError on a torn array. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || !('$type' in item) || !('base64' in item)) return item;
    const { $type, base64 } = item as { $type: unknown; base64: unknown };
    if (typeof base64 !== 'string' || typeof $type !== 'string' || !Object.hasOwn(constructors, $type))
      return item;
    return new constructors[$type as Tag](fromBase64(base64).buffer);
  });
}
