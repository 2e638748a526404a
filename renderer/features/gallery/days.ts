/** A day of the user's clock as UTC times, `to` not included. */
export interface Day {
  from: string;
  to: string;
  count: number;
}

/** Puts pictures counted by hour of UTC into days of the user's clock, newest first. */
export function daysOf(hours: readonly { hour: string; count: number }[]): Day[] {
  const days = new Map<number, number>();
  for (const { hour, count } of hours) {
    const time = new Date(hour);
    const start = new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
    days.set(start, (days.get(start) ?? 0) + count);
  }
  return [...days]
    .sort(([a], [b]) => b - a)
    .map(([start, count]) => {
      const from = new Date(start);
      const to = new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1);
      return { from: from.toISOString(), to: to.toISOString(), count };
    });
}
