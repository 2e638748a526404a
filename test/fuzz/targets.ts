import type { FuzzTarget } from './target.ts';
import { messageTargets } from './targets/messages.ts';
import { modelTargets } from './targets/models.ts';
import { projectTargets } from './targets/projects.ts';
import { pictureTargets } from './targets/pictures.ts';
import { textTargets } from './targets/texts.ts';

/** Every parser of bytes from outside. */
export const targets: readonly FuzzTarget[] = [
  ...pictureTargets,
  ...modelTargets,
  ...messageTargets,
  ...projectTargets,
  ...textTargets,
];

export function findTarget(name: string): FuzzTarget {
  const target = targets.find((each) => each.name === name);
  if (!target)
    throw new Error(`There is no target "${name}"; there are ${targets.map((t) => t.name).join(', ')}.`);
  return target;
}
