/** A prompt as the user wrote it, taken apart: words, wildcards `__name__`, and choices `{a|b|c}`. */
export type TemplatePart =
  | { kind: 'text'; text: string }
  | { kind: 'wildcard'; name: string }
  | { kind: 'choice'; options: readonly TemplatePart[][]; source: string };

const wildcard = /^__((?:[\p{L}\p{N}])(?:[\p{L}\p{N}-]|_(?!_))*)__/u;
/** Longest wildcard with its underscores, in UTF-16 units. */
const maxWildcard = 132;
/** How deep choices may stand in one another. */
const maxDepth = 32;

/**
 * Reads a template. Braces without a bar between them, and braces that never close, are ordinary text; `\{`, `\}`, `\|`
 * and `\_` always are.
 */
export function parseTemplate(text: string): TemplatePart[] {
  return new TemplateReader(text).parts();
}

/** Without comments: what follows a `#` at the start of a line or between spaces, up to the end of the line. */
export function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .map((line) => line.replace(/\s#(?:\s.*)?$/u, ''))
    .join('\n');
}

/** Ends of the choices of a text by where they begin; found in one pass, whatever the text holds. */
function choiceEnds(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open: { at: number; bars: boolean }[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '{') open.push({ at, bars: false });
    else if (character === '|') {
      const brace = open.at(-1);
      if (brace) brace.bars = true;
    } else if (character === '}') {
      const brace = open.pop();
      if (brace?.bars) ends.set(brace.at, at);
    }
  }
  return ends;
}

class TemplateReader {
  readonly #text: string;
  readonly #choices: Map<number, number>;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#choices = choiceEnds(text);
  }

  parts(): TemplatePart[] {
    return this.#read(0, this.#text.length, false);
  }

  /** Reads up to `end`, or with `inChoice` up to the next bar of this level. */
  #read(depth: number, end: number, inChoice: boolean): TemplatePart[] {
    const parts: TemplatePart[] = [];
    while (this.#at < end) {
      if (inChoice && this.#text.charAt(this.#at) === '|') break;
      parts.push(this.#escape() ?? this.#wildcard() ?? this.#choice(depth) ?? this.#character());
    }
    return joinText(parts);
  }

  #escape(): TemplatePart | null {
    const next = this.#text.charAt(this.#at + 1);
    if (this.#text.charAt(this.#at) !== '\\' || next === '' || !'{}|_\\'.includes(next)) return null;
    this.#at += 2;
    return { kind: 'text', text: next };
  }

  #wildcard(): TemplatePart | null {
    if (this.#text.charAt(this.#at) !== '_') return null;
    const found = wildcard.exec(this.#text.slice(this.#at, this.#at + maxWildcard));
    if (!found) return null;
    this.#at += found[0].length;
    return { kind: 'wildcard', name: found[1] ?? '' };
  }

  #choice(depth: number): TemplatePart | null {
    const end = this.#choices.get(this.#at);
    if (end === undefined || depth >= maxDepth) return null;
    const source = this.#text.slice(this.#at, end + 1);
    const options: TemplatePart[][] = [];
    while (this.#at < end) {
      this.#at += 1;
      options.push(this.#read(depth + 1, end, true));
    }
    this.#at = end + 1;
    return { kind: 'choice', options, source };
  }

  #character(): TemplatePart {
    const text = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += text.length;
    return { kind: 'text', text };
  }
}

function joinText(parts: readonly TemplatePart[]): TemplatePart[] {
  const joined: TemplatePart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = { kind: 'text', text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}
