import { canvasTexts } from './en/canvas.ts';
import { composeTexts } from './en/compose.ts';
import { createTexts } from './en/create.ts';
import { easeTexts } from './en/ease.ts';
import { galleryTexts } from './en/gallery.ts';
import { hardwareTexts } from './en/hardware.ts';
import { inspectTexts } from './en/inspect.ts';
import { modelsTexts } from './en/models.ts';
import { playbackTexts } from './en/playback.ts';
import { projectTexts } from './en/project.ts';
import { runsTexts } from './en/runs.ts';
import { settingsTexts } from './en/settings.ts';
import { snapshotTexts } from './en/snapshots.ts';
import { tasksTexts } from './en/tasks.ts';
import { viewerTexts } from './en/viewer.ts';
import { windowTexts } from './en/window.ts';

/** English. Names in braces are filled in; a key says where a text stands, not what it says. */
export const en = {
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
} as const;
