import type { RegionChoice } from '../../state/task-drafts.ts';

/** What the edit may change, as chosen or as the mask suggests. */
export function effectiveRegion(choice: RegionChoice | null, masked: boolean): RegionChoice {
  return choice ?? (masked ? 'mask' : 'none');
}
