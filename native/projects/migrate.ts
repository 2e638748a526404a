import { z } from 'zod';
import {
  mostSnapshots,
  projectBoxSchema,
  projectCanvasSchema,
  projectContentSchema,
  projectSnapshotSchema,
} from '../../electron/contract/project.ts';
import { LavidaError } from '../errors.ts';

/** Of the project file as a whole; the document inside has a version of its own, which the window migrates. */
export const projectVersion = 3;
export const projectFormat = 'lavida-project';

/** `canvas.json`: masks are files of their own. */
export const canvasFileSchema = z.object({
  current: projectCanvasSchema.shape.current,
  pictures: z
    .array(
      z.object({
        id: projectContentSchema.shape.canvas.shape.pictures.element.shape.id,
        /** The picture's own file, or null where a result of the project is meant. */
        file: z.string().max(200).nullable(),
        name: z.string().max(500),
        boxes: z.array(projectBoxSchema).max(1000),
        mask: z.string().max(200).nullable(),
      }),
    )
    .max(200),
  snapshots: z
    .array(projectSnapshotSchema.extend({ mask: z.string().max(200).nullable() }))
    .max(mostSnapshots),
});
export type CanvasFile = z.infer<typeof canvasFileSchema>;

/** The JSON parts of a project file of the present version. */
export interface ProjectParts {
  document: z.infer<typeof projectContentSchema>['document'];
  canvas: CanvasFile;
}

/** The JSON parts of a file of any version, as they stand in it. */
export interface RawParts {
  version: number;
  document: unknown;
  canvas: unknown;
}

/** What turns the parts of one version into those of the next. */
const steps: Record<number, (parts: RawParts) => RawParts> = {
  // Version 1 was the document alone, as one JSON file; what lay over pictures was not kept.
  1: ({ document }) => ({ version: 2, document, canvas: { current: null, pictures: [] } }),
  // Version 2 knew no snapshots of the canvas.
  2: ({ document, canvas }) => ({
    version: 3,
    document,
    canvas: typeof canvas === 'object' && canvas !== null ? { ...canvas, snapshots: [] } : canvas,
  }),
};

const emptyCanvas: CanvasFile = { current: null, pictures: [], snapshots: [] };

/**
 * Brings parts of any known version up to the present one, step by step.
 * @throws LavidaError file.invalid for a version from the future or parts that do not fit
 */
export function migrate(parts: RawParts, name: string): ProjectParts {
  let now = parts;
  if (!Number.isInteger(now.version) || now.version < 1) throw invalid(name, 'does not say its version');
  if (now.version > projectVersion) {
    throw invalid(
      name,
      'was made by a newer studio',
      `version ${String(now.version)}, known up to ${String(projectVersion)}`,
    );
  }
  while (now.version < projectVersion) {
    const step = steps[now.version];
    if (!step) throw invalid(name, 'is of an unknown version');
    now = step(now);
  }
  const document = projectContentSchema.shape.document.safeParse(now.document);
  const canvas = canvasFileSchema.safeParse(now.canvas);
  if (!document.success) throw invalid(name, 'has a damaged document', document.error.message);
  // The document is what counts: a canvas that cannot be read costs masks and boxes only.
  return {
    document: document.data,
    canvas: canvas.success ? canvas.data : emptyCanvas,
  };
}

function invalid(name: string, why: string, detail = ''): LavidaError {
  return new LavidaError('file.invalid', `${name} ${why}.`, detail);
}
