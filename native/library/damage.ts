/** A file of the studio that could not be used, and where it lies now. Nothing is ever deleted. */
export interface Damage {
  /** Its place. */
  file: string;
  /** Where it was moved to, so that a new one can take its place; null when it was left there. */
  keptAs: string | null;
  reason: string;
}

/** Files remembered; a folder may hold any number of damaged ones. */
const most = 200;

/** What this process met so far, by place; the last of a place counts. */
const met = new Map<string, Damage>();

/** Remembers a damaged or unreadable file, so that the user can be told. */
export function tellDamage(damage: Damage): void {
  met.delete(damage.file);
  met.set(damage.file, damage);
  for (const oldest of met.keys()) {
    if (met.size <= most) break;
    met.delete(oldest);
  }
}

/** A file that was only unreadable for a while is well again. */
export function forgetDamage(file: string): void {
  if (met.get(file)?.keptAs === null) met.delete(file);
}

/** What was met below these folders. */
export function damageBelow(isBelow: (file: string) => boolean): Damage[] {
  return [...met.values()].filter(({ file }) => isBelow(file));
}
