/** Stands for a key that an object does not have. */
const absent = Symbol('absent');

/** One place where two values differ; `path` are the keys that lead there. */
export interface Patch {
  path: readonly string[];
  before: unknown;
  after: unknown;
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What changed between two values: plain objects are compared key by key, everything else as a whole. */
export function difference(before: unknown, after: unknown, path: readonly string[] = []): Patch[] {
  if (Object.is(before, after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [{ path, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    difference(
      Object.hasOwn(before, key) ? before[key] : absent,
      Object.hasOwn(after, key) ? after[key] : absent,
      [...path, key],
    ),
  );
}

/** The value with every patch taken to one of its sides; parts that no patch names stay the same objects. */
export function applyPatches<T>(value: T, patches: readonly Patch[], side: 'before' | 'after'): T {
  return patches.reduce<unknown>((changed, patch) => put(changed, patch.path, patch[side]), value) as T;
}

function put(value: unknown, [key, ...rest]: readonly string[], content: unknown): unknown {
  if (key === undefined) return content;
  const object = isPlain(value) ? value : {};
  const inner = put(object[key], rest, content);
  if (inner !== absent) return { ...object, [key]: inner };
  const { [key]: _gone, ...others } = object;
  return others;
}

/** About how much memory patches hold, bytes. */
export function patchBytes(patches: readonly Patch[]): number {
  return patches.reduce(
    (sum, { path, before, after }) => sum + sizeOf(before) + sizeOf(after) + sizeOf(path),
    0,
  );
}

function sizeOf(value: unknown): number {
  return typeof value === 'symbol' || value === undefined ? 8 : 2 * JSON.stringify(value).length;
}
