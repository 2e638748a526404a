import { readFileSync } from 'node:fs';

const compiled = new Map<string, WebAssembly.Module>();

/** A C codec with a memory of its own. Offsets are addresses in that memory. */
export interface Codec {
  readonly functions: Readonly<Record<string, (...args: number[]) => number>>;
  /** Copies bytes into the codec's memory. @returns their address */
  put(bytes: Uint8Array): number;
  /** Reserves bytes. @returns their address */
  reserve(bytes: number): number;
  /** A view of the codec's memory; another call may move it. */
  view(address: number, bytes: number): Uint8Array;
}

/**
 * A fresh instance of a codec. Hostile input can at worst break this one memory: the codec reaches nothing outside it,
 * and the instance is thrown away after one picture, also because memory of WebAssembly never shrinks.
 *
 * @param file path of the WebAssembly file
 * @throws Error when the codec gives up (it calls `longjmp` or `proc_exit`)
 */
export function openCodec(file: string): Codec {
  let module = compiled.get(file);
  if (!module) {
    module = new WebAssembly.Module(readFileSync(file));
    compiled.set(file, module);
  }
  const stop = (why: string) => (): never => {
    throw new Error(why);
  };
  const { exports } = new WebAssembly.Instance(module, {
    // The codec's error exit: it never returns, so an exception may take its place.
    env: { setjmp: () => 0, longjmp: stop('the codec gave up') },
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: () => 0,
      proc_exit: stop('the codec ended'),
      fd_close: () => 0,
      fd_seek: () => 0,
      fd_write: () => 0,
    },
  });
  const functions = exports as Record<string, (...args: number[]) => number>;
  const memory = exports['memory'] as WebAssembly.Memory;
  const reserve = (bytes: number): number => {
    const address = (functions['malloc']?.(bytes) ?? 0) >>> 0;
    if (address === 0) throw new Error(`the codec has no room for ${bytes} bytes`);
    return address;
  };
  return {
    functions,
    reserve,
    put(bytes) {
      const address = reserve(bytes.length);
      new Uint8Array(memory.buffer).set(bytes, address);
      return address;
    },
    view: (address, bytes) => new Uint8Array(memory.buffer, address, bytes),
  };
}
