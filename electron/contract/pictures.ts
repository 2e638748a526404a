import { z } from 'zod';
import { pictureSourceSchema } from './request.ts';
import type { ChannelTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);

/** Names a picture of the library: a finished run's id, or that of one brought in. */
export const pictureIdSchema = z.string().regex(/^[0-9a-z][0-9a-z-]{5,63}$/);

/** What reading a picture changed or left out, for whoever shows it. */
export const pictureNoteSchema = z.enum([
  'profile-ignored',
  'alpha-composited',
  'depth-reduced',
  'first-frame',
  'cmyk-converted',
  'damaged',
]);

/** A picture of the library. Width and height are of the upright picture, in pixels. */
export const libraryPictureSchema = z.object({
  id: pictureIdSchema,
  /** What the user calls it: the name of its file. */
  name: z.string().max(500),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  width: z.int().positive(),
  height: z.int().positive(),
  /** Of the file's bytes, lower-case hex. */
  sha256: pictureSourceSchema.shape.sha256,
  notes: z.array(pictureNoteSchema),
});
export type LibraryPicture = z.infer<typeof libraryPictureSchema>;

/** Largest file a window may bring in, in bytes. */
export const maxImportBytes = 45_000_000;

export const pictureChannels = {
  /**
   * Brings a PNG, JPEG or WebP file into the library: it is decoded once to see that it can be, and lies on the disk
   * before the answer comes. The same file brought in twice is one picture.
   */
  'picture.import': {
    input: z.object({ name: z.string().max(500), bytes: u8 }),
    output: libraryPictureSchema,
  },
  /** Pictures brought in, newest first. */
  'picture.imports': { input: z.object({}), output: z.array(libraryPictureSchema) },
  /** A finished run's picture or one brought in, with the bytes of its file. */
  'picture.read': {
    input: z.object({ id: pictureIdSchema }),
    output: libraryPictureSchema.extend({ bytes: u8 }),
  },
} satisfies ChannelTable;
