import type { Catalogue } from './translation.ts';
import { canvasTexts } from './zh/canvas.ts';
import { composeTexts } from './zh/compose.ts';
import { createTexts } from './zh/create.ts';
import { easeTexts } from './zh/ease.ts';
import { galleryTexts } from './zh/gallery.ts';
import { hardwareTexts } from './zh/hardware.ts';
import { inspectTexts } from './zh/inspect.ts';
import { modelsTexts } from './zh/models.ts';
import { playbackTexts } from './zh/playback.ts';
import { projectTexts } from './zh/project.ts';
import { runsTexts } from './zh/runs.ts';
import { settingsTexts } from './zh/settings.ts';
import { snapshotTexts } from './zh/snapshots.ts';
import { tasksTexts } from './zh/tasks.ts';
import { viewerTexts } from './zh/viewer.ts';
import { windowTexts } from './zh/window.ts';

/** Simplified Chinese. */
export const zh: Catalogue = {
  ...windowTexts,
  ...createTexts,
  ...composeTexts,
  ...runsTexts,
  ...galleryTexts,
  ...projectTexts,
  ...tasksTexts,
  ...viewerTexts,
  ...canvasTexts,
  ...snapshotTexts,
  ...inspectTexts,
  ...playbackTexts,
  ...settingsTexts,
  ...modelsTexts,
  ...easeTexts,
  ...hardwareTexts,
};
