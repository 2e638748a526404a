/**
 * Where a file of a packaged app lies that is kept beside the archive: ONNX Runtime maps weights by path, and a process
 * of its own runs from a plain folder. Paths outside an archive stay as they are.
 */
export function unpackedPath(path: string): string {
  return path.replace(/([/\\])app\.asar(?=[/\\])/u, '$1app.asar.unpacked');
}
