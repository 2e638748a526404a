/** Largest single allocation: Electron's allocator aborts the process at about twice this. */
const maxAllocationBytes = 2 ** 30;

/** Guards every tensor-sized buffer. @throws RangeError naming what was asked for */
export function assertAllocation(bytes: number, what: string): void {
  if (bytes > maxAllocationBytes) {
    throw new RangeError(
      `${what} would need one allocation of ${bytes} bytes; the limit is ${maxAllocationBytes}`,
    );
  }
}
