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

/** One sprite of a scene: object name, tint (null = its own colours), square size and top left corner in pixels. */
export const itemSchema = z.object({
  name: z.string(),
  color: z.enum(colorNames).nullable(),
  size: z.int().min(8).max(1024),
  x: z.int(),
  y: z.int(),
});
export type Item = z.infer<typeof itemSchema>;

/** A background and the sprites on it; later ones are drawn over earlier ones. */
export const sceneSchema = z.object({ background: z.string(), items: z.array(itemSchema) });
export type Scene = z.infer<typeof sceneSchema>;
