/** What a GIF file says of itself: its size and the delay of each frame in milliseconds. */
export function readGif(bytes: Uint8Array): {
  width: number;
  height: number;
  delays: number[];
  loops: boolean;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, length: number): string =>
    Buffer.from(bytes.subarray(from, from + length)).toString('latin1');
  if (text(0, 6) !== 'GIF89a') throw new Error('It is no GIF.');
  const table = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + table(bytes[10] as number);
  const blocks = (): void => {
    while (bytes[at] !== 0) at += (bytes[at] as number) + 1;
    at++;
  };
  const delays: number[] = [];
  let delay = 0;
  let frames = 0;
  let loops = false;
  for (;;) {
    const kind = bytes[at++];
    if (kind === 0x3b) break;
    if (kind === 0x21) {
      const label = bytes[at++];
      if (label === 0xf9) delay = view.getUint16(at + 2, true) * 10;
      if (label === 0xff && text(at + 1, 11) === 'NETSCAPE2.0') loops = true;
      blocks();
    } else if (kind === 0x2c) {
      at += 9 + table(bytes[at + 8] as number) + 1;
      blocks();
      frames++;
      delays.push(delay);
    } else throw new Error(`block ${String(kind)} at ${at}`);
  }
  if (frames === 0) throw new Error('It has no frames.');
  return { width: view.getUint16(6, true), height: view.getUint16(8, true), delays, loops };
}
