import { z } from 'zod';

/** The tints of the world, which are also the colours GenEval asks for. */
export const colorNames = [
  'red',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'white',
] as const;
export type ColorName = (typeof colorNames)[number];

/** Which way something faces. */
export const ways = ['left', 'right'] as const;
export type Way = (typeof ways)[number];

/** Which way the sprites face on the sheet that face one at all. */
export type Faces = Readonly<Record<string, Way>>;

/** Which way a sprite faces in a scene; null of what faces none, or lies on its side or its head. */
export function wayOf(
  { name, flip = false, angle = 0 }: Pick<Item, 'name' | 'flip' | 'angle'>,
  faces: Faces,
): Way | null {
  const own = Object.hasOwn(faces, name) ? (faces[name] as Way) : null;
  if (own === null || angle !== 0) return null;
  return flip ? (own === 'left' ? 'right' : 'left') : own;
}

/**
 * One sprite of a scene: object name, tint (null = its own colours), square size and top left corner in pixels. Within
 * its square it is mirrored left to right where `flip`, then turned counter-clockwise by `angle` degrees.
 */
export const itemSchema = z.object({
  name: z.string(),
  color: z.enum(colorNames).nullable(),
  size: z.int().min(8).max(1024),
  x: z.int(),
  y: z.int(),
  flip: z.boolean().optional(),
  angle: z.int().optional(),
});
export type Item = z.infer<typeof itemSchema>;

/** A background and the sprites on it; later ones are drawn over earlier ones. */
export const sceneSchema = z.object({ background: z.string(), items: z.array(itemSchema) });
export type Scene = z.infer<typeof sceneSchema>;
