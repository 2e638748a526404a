import { colorNames, type ColorName } from '../scene/scene.ts';

/** A noun phrase taken apart. */
export interface Phrase {
  /** An object of the world, or the phrase itself when none is in it. */
  name: string;
  color: ColorName | null;
}

/** Object and colour of a phrase such as `a red hot dog`; of several objects the longest name counts. */
export function readPhrase(phrase: string, objects: readonly string[]): Phrase {
  const words = phrase.trim().toLowerCase();
  const matches = objects.filter((name) => new RegExp(`(^|\\s)${name}(e?s)?$`, 'u').test(words));
  const name = matches.reduce((best, next) => (next.length > best.length ? next : best), '');
  const before = words.slice(0, words.length - name.length).split(/\s+/u);
  return {
    name: name === '' ? words : name,
    color: colorNames.find((color) => before.includes(color)) ?? null,
  };
}
