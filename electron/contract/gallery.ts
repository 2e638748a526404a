import { z } from 'zod';
import { pictureRequestSchema } from './request.ts';
import { runIdSchema } from './runs.ts';
import type { ChannelTable, EventTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);

/** Where small and full pictures of the gallery are served, over HTTP and in the app alike. */
export const mediaPath = { thumbnail: '/media/thumbnail/', picture: '/media/picture/' } as const;
/** Longest side of a thumbnail, in pixels. */
export const thumbnailSize = 256;

/** Most pictures one call may name. */
const idsSchema = z.array(runIdSchema).max(100_000);
export const tagSchema = z.string().trim().min(1).max(60);
export const boardIdSchema = z.string().regex(/^[0-9a-f]{12}$/);
export const boardNameSchema = z.string().trim().min(1).max(80);
export const noteSchema = z.string().max(20_000);

/** What the user said of a picture. */
export const marksSchema = z.object({
  starred: z.boolean(),
  tags: z.array(tagSchema).max(64),
  note: noteSchema,
});
export type Marks = z.infer<typeof marksSchema>;

/** A board: pictures put together by hand, in an order of their own. */
export const boardSchema = z.object({ id: boardIdSchema, name: boardNameSchema, count: z.int() });
export type Board = z.infer<typeof boardSchema>;

/** Which pictures are looked at. */
export const galleryViewSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('starred') }),
  z.object({ kind: z.literal('edits') }),
  z.object({ kind: z.literal('imported') }),
  z.object({ kind: z.literal('board'), board: boardIdSchema }),
  z.object({ kind: z.literal('tag'), tag: tagSchema }),
  /** Made on one day of the user's clock: `from` included, `to` not. */
  z.object({ kind: z.literal('day'), from: z.iso.datetime(), to: z.iso.datetime() }),
]);
export type GalleryView = z.infer<typeof galleryViewSchema>;

export const gallerySorts = ['newest', 'oldest', 'best'] as const;
export const galleryQuerySchema = z.object({
  view: galleryViewSchema,
  /** Words that prompt, answers, tags, note or name hold, each from its beginning; all of them must be there. */
  text: z.string().max(500),
  /** `best` puts the closest match first; without words it is `newest`. A board keeps its own order without words. */
  sort: z.enum(gallerySorts),
});
export type GalleryQuery = z.infer<typeof galleryQuerySchema>;

export const pictureKinds = ['text-to-image', 'edit', 'import'] as const;

/** One picture of the gallery. */
export const galleryItemSchema = z.object({
  id: runIdSchema,
  kind: z.enum(pictureKinds),
  /** Changes whenever the file does. */
  version: z.string(),
  createdAt: z.string(),
  /** Name in the output folder. */
  file: z.string(),
  bytes: z.int(),
  width: z.int(),
  height: z.int(),
  hasTrace: z.boolean(),
  /** The prompt, or the name of an imported file. */
  title: z.string(),
  /** Null for pictures of other programs. */
  request: pictureRequestSchema.nullable(),
  model: z.string(),
  backend: z.string(),
  sha256: z.string(),
  ...marksSchema.shape,
  boards: z.array(boardIdSchema),
});
export type GalleryItem = z.infer<typeof galleryItemSchema>;

/** A picture in the gallery's bin. */
export const binnedSchema = z.object({
  id: runIdSchema,
  title: z.string(),
  deletedAt: z.string(),
  width: z.int(),
  height: z.int(),
});
export type BinnedPicture = z.infer<typeof binnedSchema>;

export const galleryStateSchema = z.object({
  boards: z.array(boardSchema),
  tags: z.array(z.object({ tag: tagSchema, count: z.int() })),
  counts: z.object({
    all: z.int(),
    starred: z.int(),
    edits: z.int(),
    imported: z.int(),
    bin: z.int(),
  }),
  /** UTC times of all pictures by hour, so that the window can put them into days of its own clock. */
  hours: z.array(z.object({ hour: z.string(), count: z.int() })),
  /** Reading the folder: so many files of so many; null when it is read. */
  indexing: z.object({ done: z.int(), total: z.int() }).nullable(),
  /** Whether files can be shown in the system's file manager from here. */
  canReveal: z.boolean(),
  /** Whether there is a system bin that the gallery's own bin can be emptied into. */
  hasSystemBin: z.boolean(),
});
export type GalleryState = z.infer<typeof galleryStateSchema>;

/** How a picture came from another one; `variation`: the same request but for the seed. */
export const lineageKinds = ['edit', 'branch', 'variation'] as const;
export const lineageSchema = z.object({
  /** Generations from the picture asked about: negative = earlier. */
  nodes: z.array(z.object({ item: galleryItemSchema, generation: z.int() })),
  edges: z.array(z.object({ from: runIdSchema, to: runIdSchema, kind: z.enum(lineageKinds) })),
  /** Pictures the request names that are in the gallery no more. */
  missing: z.array(z.object({ to: runIdSchema, name: z.string(), kind: z.enum(lineageKinds) })),
  /** Relatives left out because there are too many. */
  more: z.int(),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** What a file dropped into the window says about how it was made. */
export const pictureFactsSchema = z.object({
  width: z.int(),
  height: z.int(),
  /** Of this studio. */
  request: pictureRequestSchema.nullable(),
  /** Of other programs that write a `parameters` text. */
  foreign: z.object({ prompt: z.string(), seed: z.int().nullable() }).nullable(),
});

const nothing = z.object({});

export const galleryChannels = {
  'gallery.state': { input: nothing, output: galleryStateSchema },
  /** Ids of all pictures that fit, in order. */
  'gallery.query': { input: galleryQuerySchema, output: z.object({ ids: idsSchema }) },
  /** Those of the pictures that are there, in the order asked for. */
  'gallery.items': {
    input: z.object({ ids: z.array(runIdSchema).max(1000) }),
    output: z.array(galleryItemSchema),
  },
  'gallery.star': { input: z.object({ ids: idsSchema, starred: z.boolean() }), output: nothing },
  'gallery.tag': {
    input: z.object({ ids: idsSchema, add: z.array(tagSchema).max(64), remove: z.array(tagSchema).max(64) }),
    output: nothing,
  },
  'gallery.note': { input: z.object({ id: runIdSchema, note: noteSchema }), output: nothing },
  'board.create': {
    input: z.object({ name: boardNameSchema, ids: idsSchema }),
    output: z.object({ id: boardIdSchema }),
  },
  'board.rename': { input: z.object({ id: boardIdSchema, name: boardNameSchema }), output: nothing },
  /** Takes the board away; its pictures stay. */
  'board.delete': { input: z.object({ id: boardIdSchema }), output: nothing },
  'board.add': { input: z.object({ id: boardIdSchema, ids: idsSchema }), output: nothing },
  'board.remove': { input: z.object({ id: boardIdSchema, ids: idsSchema }), output: nothing },
  /** Moves pictures of a board before another one, or to its end. */
  'board.move': {
    input: z.object({ id: boardIdSchema, ids: idsSchema, before: runIdSchema.nullable() }),
    output: nothing,
  },
  /** Moves a board to a place among the boards, from 0. */
  'board.place': { input: z.object({ id: boardIdSchema, place: z.int().nonnegative() }), output: nothing },
  /** Puts pictures with their traces and marks into the gallery's bin. */
  'gallery.delete': { input: z.object({ ids: idsSchema }), output: z.object({ ids: idsSchema }) },
  'gallery.restore': { input: z.object({ ids: idsSchema }), output: z.object({ ids: idsSchema }) },
  'gallery.bin': { input: nothing, output: z.array(binnedSchema) },
  /** Hands pictures of the bin over to the system's bin. */
  'gallery.empty': { input: z.object({ ids: idsSchema }), output: z.object({ ids: idsSchema }) },
  'gallery.lineage': { input: z.object({ id: runIdSchema }), output: lineageSchema },
  /** Shows the file in the system's file manager where that is possible. */
  'gallery.reveal': {
    input: z.object({ id: runIdSchema }),
    output: z.object({ path: z.string(), revealed: z.boolean() }),
  },
  /** Copies a picture of any origin into the gallery; one that is there already stays single. */
  'gallery.import': {
    input: z.object({
      name: z.string().min(1).max(500),
      /** When the file was last changed, which becomes its time in the gallery. */
      modifiedAt: z.iso.datetime(),
      bytes: u8,
      /** Recorded steps that lay beside it. */
      trace: u8.optional(),
    }),
    output: z.object({ id: runIdSchema, isNew: z.boolean() }),
  },
  /** A zip file of the pictures as they lie on the disk. */
  'gallery.export': { input: z.object({ ids: idsSchema }), output: z.object({ zip: u8 }) },
  /** Reads how a picture was made from the beginning of its file. */
  'picture.facts': {
    input: z.object({ name: z.string().max(500), head: u8 }),
    output: pictureFactsSchema,
  },
} satisfies ChannelTable;

export const galleryEvents = {
  /** Pictures came, went or were marked; whoever shows them asks again. */
  'gallery.changed': z.object({ indexing: galleryStateSchema.shape.indexing }),
} satisfies EventTable;
