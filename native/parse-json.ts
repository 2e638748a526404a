/** How deep objects and arrays of a file may lie in each other; ours lie less than twenty deep. */
export const deepest = 200;
/** How many values and names a text may hold: four times what the largest tokenizer or project has. */
export const mostParts = 8_000_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
/** Opening and closing signs of arrays and objects. */
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where the text that begins at the quotation mark `from` ends; the length of the whole where it never does. */
export function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/**
 * Refuses JSON that would take the stack or the memory of whoever parses it: nested thousands deep, or millions of
 * small parts, each of which becomes an object twenty times as large as its two letters.
 * @param most how many values and names it may hold
 * @throws SyntaxError
 */
export function checkJson(text: string, most = mostParts): void {
  let depth = 0;
  let parts = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === quote) i = endOfText(text, i);
    else if (letter === openObject || letter === openArray) {
      parts++;
      if (++depth > deepest) throw new SyntaxError(`it is nested more than ${deepest} deep`);
    } else if (letter === closeObject || letter === closeArray) depth--;
    else if (letter === comma) parts++;
    if (parts > most) throw new SyntaxError(`it has more than ${most} parts`);
  }
}

/**
 * JSON from outside. What is nested thousands deep is refused, because schemas, and whatever writes a value, walk it by
 * calling themselves; so is what would fill the memory.
 * @param most how many values and names it may hold
 * @throws SyntaxError
 */
export function parseJson(text: string, most = mostParts): unknown {
  checkJson(text, most);
  return JSON.parse(text) as unknown;
}
