/** How deep objects and arrays of a file may lie in each other; ours lie less than twenty deep. */
export const deepest = 200;

/**
 * JSON from outside. What is nested thousands deep is refused, because schemas, and whatever writes a value, walk it by calling themselves.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (quoted) {
      if (letter === '\\') i++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{' || letter === '[') {
      if (++depth > deepest) throw new SyntaxError(`it is nested more than ${deepest} deep`);
    } else if (letter === '}' || letter === ']') depth--;
  }
  return JSON.parse(text) as unknown;
}
