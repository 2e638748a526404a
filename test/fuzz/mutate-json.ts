import type { Seeded } from '../support/seeded.ts';

type Json = unknown;
type Parent = Record<string, Json> | Json[];

const longText = 'a'.repeat(30_000);
const strange: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => -0,
  () => 0.5,
  () => 1e308,
  () => 2 ** 31,
  () => 2 ** 32,
  () => 2 ** 53,
  () => Number.MIN_VALUE,
  () => '',
  () => '\u0000',
  () => '__proto__',
  () => '../../etc/passwd',
  () => '\ud800',
  () => '<LOC_99>',
  () => longText,
  () => [],
  () => ({}),
  () => [[[[[[]]]]]],
  () => nested(3000),
  () => Array.from({ length: 300 }, (_, i) => i),
  () =>
    JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}') as Json,
  () => ({ $type: 'f32', base64: 'AAA=' }),
  () => ({ length: 1e9 }),
];
/** What structured clone carries and JSON does not. */
const beyondJson: readonly (() => Json)[] = [
  () => undefined,
  () => NaN,
  () => Infinity,
  () => 10n,
  () => new Date(NaN),
  () => new Map([['a', 1]]),
  () => new Set([1]),
  () => new Uint8Array(7),
  () => new Float32Array(3),
  () => new ArrayBuffer(8),
  () => /(a+)+$/u,
  () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    return loop;
  },
];

function nested(depth: number): Json {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A value as JSON text; one that has none, or is too deep to be written, as null. */
export function jsonOf(value: Json): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return 'null';
    throw error;
  }
}

/** Every place of a value that can be changed: its parent and key. Binary data count as one place. */
function places(value: Json, found: [Parent, string][] = []): [Parent, string][] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Parent, key]);
    places((value as Record<string, Json>)[key], found);
  }
  return found;
}

/** A copy of a value with a few of its parts replaced, dropped, doubled, swapped or added. */
export function mutateJson(original: Json, random: Seeded, cloneable = false): Json {
  const root: Record<string, Json> = { value: structuredClone(original) };
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    let all: [Parent, string][];
    try {
      all = places(root);
    } catch (error) {
      // What an earlier change nested thousands deep is damaged enough.
      if (error instanceof RangeError) break;
      throw error;
    }
    // The root may have been dropped.
    if (all.length === 0) break;
    // The root itself is replaced only now and then.
    const [parent, key] = all[random.below(12) === 0 ? 0 : random.below(all.length)] as [Parent, string];
    change(parent as Record<string, Json>, key, all, random, cloneable);
  }
  return root['value'];
}

function change(
  parent: Record<string, Json>,
  key: string,
  all: readonly [Parent, string][],
  random: Seeded,
  cloneable: boolean,
): void {
  const value = parent[key];
  const odd = (): Json => random.pick(cloneable && random.next() < 0.4 ? beyondJson : strange)();
  switch (random.below(7)) {
    case 0:
    case 1:
      parent[key] = odd();
      return;
    case 2:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      return;
    case 3:
      if (Array.isArray(value)) for (let i = 1 + random.below(40); i > 0; i--) value.push(value[0] ?? odd());
      else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
        Object.defineProperty(value, random.pick(['__proto__', 'constructor', 'more', '', '0']), {
          value: odd(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return;
    case 4: {
      const [otherParent, otherKey] = random.pick(all);
      // A copy: JSON has no loops.
      parent[key] = copyOf((otherParent as Record<string, Json>)[otherKey]);
      return;
    }
    case 5:
      if (typeof value === 'number')
        parent[key] = value * random.pick([-1, 0.5, 2, 1e6, 1e300]) + random.below(2);
      else if (typeof value === 'string') parent[key] = mutateText(value, random);
      else parent[key] = odd();
      return;
    default:
      parent[key] = [value, value];
  }
}

/** A copy, or null for what is too deep to be copied. */
function copyOf(value: Json): Json {
  try {
    return structuredClone(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const oddPieces = [
  '\u0000',
  '\n',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '<',
  '>',
  '/',
  '..',
  '%2e',
  '%00',
  '%',
  '\ud800',
  '\u202e',
  'é',
  '🚗',
  '0',
  '9',
  '1e999',
  '-',
  '+',
  'null',
  'true',
  '"a":',
  '\\u0000',
  '__proto__',
  ' ',
  '#',
  '?',
  '@',
  '&',
  '=',
  ';',
];

/** A damaged copy of a text: characters and pieces replaced, dropped, doubled, moved. */
export function mutateText(original: string, random: Seeded, pieces: readonly string[] = oddPieces): string {
  let text = original;
  for (let changes = 1 + random.below(5); changes > 0; changes--) {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + random.below(16));
    const head = text.slice(0, at);
    switch (random.below(5)) {
      case 0:
        text = head + random.pick(pieces) + text.slice(at);
        break;
      case 1:
        text = head + random.pick(pieces) + text.slice(end);
        break;
      case 2:
        text = head + text.slice(end);
        break;
      case 3:
        text = head + text.slice(at, end).repeat(1 + random.below(6)) + text.slice(end);
        break;
      default:
        text =
          head + String.fromCharCode(random.below(random.next() < 0.7 ? 128 : 65_536)) + text.slice(at + 1);
    }
  }
  return text;
}
