/** Scripts written without spaces between words: every character is a word of its own in the index. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu;
const wordPattern = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

/** Text as it goes into the index. */
export function indexText(text: string): string {
  return text.normalize('NFKC').replace(unspaced, ' $& ');
}

/**
 * What the user typed as an FTS5 expression, or null when it holds no word. Words must all be there, in any order, the
 * last letters may be missing; a text in quotation marks must stand as it is. Nothing of the query language gets
 * through: every term is quoted.
 */
export function searchExpression(text: string): string | null {
  const terms: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/"([^"]*)"?|([^\s"]+)/gu)) {
    const words = indexText(quoted ?? plain ?? '').match(wordPattern);
    if (words) terms.push(`"${words.join(' ')}"${quoted === undefined ? ' *' : ''}`);
  }
  return terms.length > 0 ? terms.join(' AND ') : null;
}
