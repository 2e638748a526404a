import { z } from 'zod';

/** Kinds of words that a bundle can list to choose from. */
export const wordGroups = ['objects', 'colors', 'numbers', 'sizes', 'relations', 'ways', 'places'] as const;

const phrase = z.string().min(1).max(60);

/** What a model of a small world has learnt to read, as its bundle says: phrases by kind, and all other words. */
export const knownWordsSchema = z.object({
  groups: z.partialRecord(z.enum(wordGroups), z.array(phrase).max(1000)).default({}),
  words: z.array(phrase).max(10_000).default([]),
  /** Words that it has only learnt to read where it looks at a picture: it paints nothing for them. */
  seen: z.array(phrase).max(10_000).default([]),
});
export type KnownWords = z.infer<typeof knownWordsSchema>;

/** Words and numbers of a text in lower case, without the s of a genitive. */
function wordsOf(text: string): string[] {
  const plain = text.toLowerCase().replaceAll(/['’]s(?![\p{L}\p{N}])/gu, '');
  return plain.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
}

/** What counts as learnt for a request that looks at a picture. */
export function knownOfPictures(known: KnownWords): KnownWords {
  return { ...known, words: [...known.words, ...known.seen] };
}

/**
 * Words of a text that a model has not learnt, each once, in their order.
 * @param typing the last word may be unfinished: it counts only where no known word begins so
 */
export function unknownWords(text: string, known: KnownWords, typing = false): string[] {
  const learnt = new Set([...Object.values(known.groups).flat(), ...known.words].flatMap(wordsOf));
  const words = wordsOf(text);
  const last = typing && /[\p{L}\p{M}\p{N}]$/u.test(text) ? words.pop() : undefined;
  // A tokenizer reads “sheeps” as a sheep and an s, whatever the plural.
  const isKnown = (word: string): boolean => learnt.has(word) || learnt.has(word.replace(/s$/u, ''));
  const unknown = words.filter((word) => !isKnown(word));
  if (last !== undefined && !isKnown(last) && ![...learnt].some((word) => word.startsWith(last))) {
    unknown.push(last);
  }
  return [...new Set(unknown)];
}
