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
