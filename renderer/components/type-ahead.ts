/** Letters typed within this time belong to one word, in milliseconds. */
const pause = 800;

/** Where typing leads in a list: to the label that begins with it, the search going on from `from` and around. */
export function findTyped(labels: readonly string[], typed: string, from: number): number | null {
  const letters = [...typed.toLocaleLowerCase()];
  const first = letters[0];
  if (first === undefined) return null;
  // One letter again and again goes through all labels that begin with it.
  const isRepeated = letters.every((letter) => letter === first);
  const wanted = isRepeated ? first : letters.join('');
  const start = letters.length === 1 || isRepeated ? from + 1 : Math.max(from, 0);
  for (let i = 0; i < labels.length; i++) {
    const at = (start + i) % labels.length;
    if (labels[at]?.toLocaleLowerCase().startsWith(wanted)) return at;
  }
  return null;
}

/** Gathers the letters typed in quick succession. */
export class TypedLetters {
  #letters = '';
  #last = -Infinity;

  /** Whether a word is being typed, so that a space belongs to it. */
  isTyping(now: number): boolean {
    return this.#letters !== '' && now - this.#last < pause;
  }

  /** Adds a letter and returns all of the word so far. */
  add(letter: string, now: number): string {
    this.#letters = (this.isTyping(now) ? this.#letters : '') + letter;
    this.#last = now;
    return this.#letters;
  }

  forget(): void {
    this.#letters = '';
  }
}
