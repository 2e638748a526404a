let underWay: Promise<unknown> = Promise.resolve();

/** Lets searches wait for a change that is being written: they are to find what it says. */
export function writing<T>(change: Promise<T>): Promise<T> {
  underWay = Promise.allSettled([underWay, change]);
  return change;
}

/** Settles once every change asked for so far is written. */
export function written(): Promise<unknown> {
  return underWay;
}
