import { z } from 'zod';
import type { Seeded } from '../support/seeded.ts';

/** What of JSON Schema the contract's schemas turn into. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  multipleOf?: number;
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
}

/** Texts that the contract's patterns ask for. */
const patterned = [
  '20261124-031405-123-abcd',
  'in-20261124-031405-123-abcd',
  'f'.repeat(64),
  'abcdef012345',
  '2026-11-24T03:14:05.123Z',
  '2026-11-24',
];
const words = ['', 'a', 'a red car', 'session', '红色的车', 'x'.repeat(40), 'é\u0301', '<box_p>'];
const maxDepth = 12;

/** Makes values that fit a schema, or nearly; binary data become bytes. */
export function generatorOf(schema: z.ZodType): (random: Seeded) => unknown {
  const root = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Schema;
  return (random) => generate(root, root, random, 0);
}

function generate(schema: Schema, root: Schema, random: Seeded, depth: number): unknown {
  const inner = (part: Schema): unknown => generate(part, root, random, depth + 1);
  if (depth > maxDepth) return null;
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return inner(schema.$ref === '#' ? root : (root.$defs?.[name] ?? {}));
  }
  if ('const' in schema) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return inner(random.pick(choices));
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(inner)) as unknown;
  switch (schema.type) {
    case 'string':
      return text(schema, random);
    case 'integer':
    case 'number':
      return number(schema, random);
    case 'boolean':
      return random.next() < 0.5;
    case 'null':
      return null;
    case 'array': {
      const first = (schema.prefixItems ?? []).map(inner);
      const least = Math.max(0, (schema.minItems ?? 0) - first.length);
      const more = schema.items ? Math.min(schema.maxItems ?? 4, least + random.below(4)) : 0;
      return [...first, ...Array.from({ length: more }, () => inner(schema.items ?? {}))];
    }
    case 'object': {
      const entries = Object.entries(schema.properties ?? {})
        .filter(([name]) => schema.required?.includes(name) === true || random.next() < 0.5)
        .map(([name, part]) => [name, inner(part)] as const);
      const { additionalProperties: extra } = schema;
      if (typeof extra === 'object') entries.push([random.pick(words), inner(extra)]);
      return Object.fromEntries(entries);
    }
    default:
      // What JSON cannot say: a typed array.
      return random.pick([new Uint8Array(5), new Uint16Array(4), new Float32Array(2), {}, 'any']);
  }
}

function text({ pattern, minLength = 0, maxLength = Infinity }: Schema, random: Seeded): string {
  if (pattern !== undefined) {
    const rule = new RegExp(pattern, 'u');
    const fitting = patterned.filter((candidate) => rule.test(candidate));
    return fitting.length > 0 ? random.pick(fitting) : random.pick(patterned);
  }
  return random.pick(words).padEnd(minLength, 'a').slice(0, maxLength);
}

function number(schema: Schema, random: Seeded): number {
  const { minimum = -1000, exclusiveMinimum, maximum = Math.max(minimum, 1000), multipleOf = 0 } = schema;
  const low = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1e-6;
  const span = Math.min(maximum, 1e9) - low;
  const value = random.next() < 0.2 ? random.pick([low, maximum]) : low + random.next() * span;
  if (schema.type !== 'integer') return value;
  const step = Math.max(1, multipleOf);
  return Math.ceil(value / step) * step;
}
