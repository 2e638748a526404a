import { z } from 'zod';
import { runIdSchema } from './runs.ts';
import type { ChannelTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);

/** Ending of a project file. */
export const projectEnding = '.lavida';

const coordinate = z.number().min(-100_000).max(100_000);

/** A labelled box on a picture of a project, in its pixels, right and bottom exclusive. */
export const projectBoxSchema = z.object({
  id: z.string().min(1).max(100),
  label: z.string().max(400),
  x0: coordinate,
  y0: coordinate,
  x1: coordinate,
  y1: coordinate,
  source: z.enum(['drawn', 'plan', 'ground', 'answer']),
  visible: z.boolean(),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
});

/** What lies over one picture. */
export const projectPictureSchema = z.object({
  /** Id in the library of the studio: a run's, that of a picture brought in, or of an empty page. */
  id: z.string().regex(/^[0-9a-z][0-9a-z-]{5,63}$/),
  boxes: z.array(projectBoxSchema).max(1000),
  /** A PNG, white where change is allowed; null when nothing is masked. */
  mask: u8.nullable(),
});

const layerLook = z.object({ visible: z.boolean(), opacity: z.number().min(0).max(1) });

/** How each layer of the canvas is seen. */
export const layerLooksSchema = z.object({
  image: layerLook,
  mask: layerLook,
  boxes: layerLook,
  result: layerLook,
});

/** Snapshots of the canvas that are kept at once. */
export const mostSnapshots = 40;

/** The canvas as it was once: its picture by reference, and what lay over it. */
export const projectSnapshotSchema = z.object({
  id: z.string().regex(/^snapshot-[0-9a-z-]{1,60}$/),
  name: z.string().max(200),
  createdAt: z.iso.datetime(),
  picture: projectPictureSchema.shape.id,
  /** Of the picture, pixels. */
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  boxes: projectPictureSchema.shape.boxes,
  mask: projectPictureSchema.shape.mask,
  layers: layerLooksSchema,
  /** Results that waited over the picture, and the one of them that was on show. */
  staged: z.array(runIdSchema).max(400),
  shown: runIdSchema.nullable(),
});

export const projectCanvasSchema = z.object({
  /** The picture on the canvas. */
  current: projectPictureSchema.shape.id.nullable(),
  pictures: z.array(projectPictureSchema).max(200),
  snapshots: z.array(projectSnapshotSchema).max(mostSnapshots),
});

/** Everything a project holds. */
export const projectContentSchema = z.object({
  /** The window's document; it is read and migrated by the window. */
  document: z.record(z.string().max(64), z.json()),
  canvas: projectCanvasSchema,
  /** Runs whose pictures belong to the project. */
  results: z.array(runIdSchema).max(5000),
});
export type ProjectContent = z.infer<typeof projectContentSchema>;

/** A project file the studio may write and read. */
export const projectRefSchema = z.object({ path: z.string().max(4096), name: z.string().max(300) });
export type ProjectRef = z.infer<typeof projectRefSchema>;

const listedSchema = projectRefSchema.extend({ changedAt: z.string(), bytes: z.int() });
export const projectListSchema = z.object({
  /** Opened or saved lately, newest first; those that are still there. */
  recent: z.array(listedSchema),
  /** All files of the studio's own folder, newest first. */
  folder: z.array(listedSchema),
  folderPath: z.string(),
  /** Whether the system's own dialogs choose files; otherwise the window offers the studio's folder. */
  hasDialogs: z.boolean(),
});
export type ProjectList = z.infer<typeof projectListSchema>;

export const openedProjectSchema = z.object({
  /** Null for a project that came as bytes and lies nowhere yet. */
  project: projectRefSchema.nullable(),
  content: projectContentSchema,
  /** Pictures the library did not have. */
  added: z.int(),
  /** Names of parts that could not be read. */
  damaged: z.array(z.string()),
});
export type OpenedProject = z.infer<typeof openedProjectSchema>;

export const projectChannels = {
  /**
   * Writes a project. Without a path the system's dialog asks for one; where there is none, the file goes into the
   * studio's folder under `name`, and `replace` allows it to take the place of another. Null = the user changed his mind.
   */
  'project.save': {
    input: z.object({
      path: projectRefSchema.shape.path.nullable(),
      name: z.string().max(200),
      replace: z.boolean(),
      content: projectContentSchema,
    }),
    output: z.object({ project: projectRefSchema.nullable() }),
  },
  /** Opens a file of the list; without a path the system's dialog asks. Null = the user changed his mind. */
  'project.open': {
    input: z.object({ path: projectRefSchema.shape.path.nullable() }),
    output: z.object({ opened: openedProjectSchema.nullable() }),
  },
  'project.list': { input: z.object({}), output: projectListSchema },
  /** A project as the bytes of its file, to be saved where the browser saves. */
  'project.pack': { input: z.object({ content: projectContentSchema }), output: z.object({ file: u8 }) },
  /** Opens the bytes of a project file. */
  'project.unpack': {
    input: z.object({ name: z.string().max(300), file: u8 }),
    output: z.object({ opened: openedProjectSchema }),
  },
} satisfies ChannelTable;
