import { randomBytes } from 'node:crypto';

const pattern = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-(\d{3})-[0-9a-f]{4}$/;
let lastTime = 0;

/** A new run id: UTC time to the millisecond, never twice the same, and four random digits; later ids sort later. */
export function newRunId(now: number = Date.now()): string {
  lastTime = Math.max(now, lastTime + 1);
  return runIdAt(lastTime);
}

/** An id of a given time, for a picture that was made elsewhere. */
export function runIdAt(time: number): string {
  const [date, clock] = new Date(time).toISOString().split('T') as [string, string];
  const digits = `${clock.slice(0, 8).replaceAll(':', '')}-${clock.slice(9, 12)}`;
  return `${date.replaceAll('-', '')}-${digits}-${randomBytes(2).toString('hex')}`;
}

/** When the run with this id was asked for, or null for a string that is no run id. */
export function runIdTime(id: string): Date | null {
  const parts = pattern.exec(id)?.slice(1).map(Number);
  if (!parts) return null;
  const [year, month, day, hour, minute, second, millisecond] = parts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
}
