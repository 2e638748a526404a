import { colorNames, type ColorName } from '../scene/scene.ts';

/** Plurals that are not the name and an "s" or "es". */
const plurals: Readonly<Record<string, string>> = {
  person: 'people',
  knife: 'knives',
  'computer mouse': 'computer mice',
};

/** A noun phrase taken apart. */
export interface Phrase {
  /** An object of the world, or the phrase itself when none is in it. */
  name: string;
  color: ColorName | null;
}

/** Object and colour of a phrase such as `a red hot dog`; of several objects the longest name counts. */
export function readPhrase(phrase: string, objects: readonly string[]): Phrase {
  const words = phrase.trim().toLowerCase();
  const ending = (name: string): string =>
    new RegExp(`(?<=^|\\s)(${name}(e?s)?|${plurals[name] ?? name})$`, 'u').exec(words)?.[0] ?? '';
  const name = objects.reduce((best, next) => (ending(next).length > ending(best).length ? next : best), '');
  const before = words.slice(0, words.length - ending(name).length).split(/\s+/u);
  return {
    name: name === '' ? words : name,
    color: colorNames.find((color) => before.includes(color)) ?? null,
  };
}
