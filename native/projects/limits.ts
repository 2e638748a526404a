/** What a project file may hold; a file that says more is refused before anything is unpacked. */
export const limits = {
  /** Of the file on the disk, bytes. */
  file: 1024 * 1024 * 1024,
  entries: 10_000,
  /** Of one unpacked entry, bytes. */
  entry: 256 * 1024 * 1024,
  /** Of one unpacked JSON entry, bytes. */
  json: 32 * 1024 * 1024,
  /** Of all unpacked entries together, bytes. */
  total: 2 * 1024 * 1024 * 1024,
} as const;
