import {
  Brush,
  Check,
  CircleMinus,
  CirclePlus,
  Contrast,
  Crosshair,
  Ellipse,
  Eraser,
  EyeOff,
  FileInput,
  FileOutput,
  Frame,
  Grid2x2,
  Lasso,
  MousePointerClick,
  PenTool,
  Pentagon,
  RectangleHorizontal,
  Scan,
  SquareDashedMousePointer,
  SquarePlus,
  Trash2,
  Undo2,
  VectorSquare,
  X,
  XCircle,
  ZoomIn,
  ZoomOut,
  type LucideIcon,
} from 'lucide-react';
import {
  addBox,
  boxes,
  clearBoxes,
  clearMask,
  currentPicture,
  growMask,
  hasMask,
  hideBoxes,
  invertMask,
  removeBox,
  selectBox,
  selectedBox,
  setMaskFromBoxes,
  shrinkMask,
  useBoxes,
} from '../canvas/selection-api.ts';
import { currentCanvas } from '../canvas/current.ts';
import { canFitFrame, fitFrame, takeFrameTool } from '../features/edit/frame.ts';
import { resizeBrush } from '../features/viewer/brush-size.ts';
import { openMask, saveMask } from '../features/viewer/mask-file.ts';
import type { PlainKey } from '../i18n/index.ts';
import { setLayer, setSession, useSession, type ToolName } from '../state/session.ts';
import type { Action } from './action.ts';

/** One press grows or shrinks the mask by this much, pixels of the picture at 1024 a side. */
const rim = 8;
/** One press makes the brush this much larger or smaller. */
const sizeFactor = 1.25;

const hasPicture = (): boolean => currentPicture() !== null;

function rimPixels(): number {
  const { width, height } = currentPicture() ?? { width: 1024, height: 1024 };
  return Math.max(1, Math.round((rim * Math.max(width, height)) / 1024));
}

function tool(name: ToolName, label: PlainKey, icon: LucideIcon, key: string): Action {
  return {
    id: `canvas.${name}`,
    group: 'mask',
    label,
    icon,
    keys: [key],
    checked: () => useSession.getState().tool === name,
    perform: () => {
      setSession({ tool: name });
    },
  };
}

function resizesBrush(): boolean {
  const { tool: held } = useSession.getState();
  return held === 'brush' || held === 'eraser';
}

/** Whether a polygon waits for its next corner. */
function isPolygonOpen(): boolean {
  return (currentCanvas()?.pointer.openShape ?? null) !== null;
}

/** Whether the keyboard's pointer is on the canvas. */
function hasKeyPointer(): boolean {
  return currentCanvas()?.pointer.keys.active ?? false;
}

/** A box in the middle, to be moved and resized with the arrows. */
function addMiddleBox(): void {
  const { width, height } = currentPicture() ?? { width: 0, height: 0 };
  setSession({ tool: 'box' });
  selectBox(addBox({ x0: width * 0.3, y0: height * 0.3, x1: width * 0.7, y1: height * 0.7 }));
  currentCanvas()?.container.focus();
}

/** Drawing masks and boxes; before the timeline, because brush and playback share two keys. */
export const maskActions: readonly Action[] = [
  tool('brush', 'tool.brush', Brush, 'b'),
  tool('eraser', 'tool.eraser', Eraser, 'e'),
  tool('rectangle', 'tool.rectangle', RectangleHorizontal, 'm'),
  tool('oval', 'tool.oval', Ellipse, 'shift+o'),
  tool('lasso', 'tool.lasso', Lasso, 'o'),
  tool('polygon', 'tool.polygon', Pentagon, 'y'),
  tool('box', 'tool.box', VectorSquare, 'x'),
  { ...tool('frame', 'tool.frame', Frame, 'w'), perform: takeFrameTool },
  {
    id: 'frame.fit',
    group: 'mask',
    label: 'frame.fit',
    icon: Scan,
    keys: ['shift+w'],
    enabled: canFitFrame,
    perform: fitFrame,
  },
  {
    id: 'pointer.keys',
    group: 'mask',
    label: 'action.pointer.keys',
    icon: Crosshair,
    keys: ['j'],
    enabled: () => currentCanvas()?.pointer.draws ?? false,
    perform: () => {
      currentCanvas()?.container.focus();
      currentCanvas()?.pointer.keys.toggle();
    },
  },
  {
    id: 'pointer.press',
    group: 'mask',
    label: 'action.pointer.press',
    icon: MousePointerClick,
    keys: ['enter'],
    enabled: hasKeyPointer,
    perform: () => currentCanvas()?.pointer.keys.press(false),
  },
  {
    id: 'pointer.pressAlt',
    group: 'mask',
    label: 'action.pointer.pressAlt',
    icon: MousePointerClick,
    keys: ['alt+enter'],
    enabled: hasKeyPointer,
    perform: () => currentCanvas()?.pointer.keys.press(true),
  },
  {
    id: 'polygon.close',
    group: 'mask',
    label: 'polygon.close',
    icon: Check,
    keys: ['enter'],
    after: ['pointer.press'],
    enabled: isPolygonOpen,
    perform: () => currentCanvas()?.pointer.openShape?.close(),
  },
  {
    id: 'polygon.back',
    group: 'mask',
    label: 'polygon.back',
    icon: Undo2,
    keys: ['backspace'],
    enabled: isPolygonOpen,
    perform: () => currentCanvas()?.pointer.openShape?.back(),
  },
  {
    id: 'polygon.abandon',
    group: 'mask',
    label: 'polygon.abandon',
    icon: X,
    keys: ['escape'],
    enabled: isPolygonOpen,
    perform: () => currentCanvas()?.pointer.openShape?.abandon(),
  },
  {
    id: 'pointer.leave',
    group: 'mask',
    label: 'action.pointer.leave',
    icon: X,
    keys: ['escape'],
    after: ['polygon.abandon'],
    enabled: hasKeyPointer,
    perform: () => currentCanvas()?.pointer.keys.leave(),
  },
  {
    id: 'mask.smaller',
    group: 'mask',
    label: 'mask.smaller',
    icon: ZoomOut,
    keys: ['['],
    enabled: resizesBrush,
    perform: () => {
      resizeBrush(1 / sizeFactor);
    },
  },
  {
    id: 'mask.larger',
    group: 'mask',
    label: 'mask.larger',
    icon: ZoomIn,
    keys: [']'],
    enabled: resizesBrush,
    perform: () => {
      resizeBrush(sizeFactor);
    },
  },
  {
    id: 'mask.pressure',
    group: 'mask',
    label: 'mask.pressure',
    icon: PenTool,
    keys: [],
    checked: () => useSession.getState().penPressure,
    perform: () => {
      setSession({ penPressure: !useSession.getState().penPressure });
    },
  },
  {
    id: 'mask.snap',
    group: 'mask',
    label: 'mask.snap',
    icon: Grid2x2,
    keys: ['q'],
    checked: () => useSession.getState().snapToCells,
    perform: () => {
      setSession({ snapToCells: !useSession.getState().snapToCells });
    },
  },
  {
    id: 'mask.invert',
    group: 'mask',
    label: 'mask.invert',
    icon: Contrast,
    keys: ['mod+shift+i'],
    enabled: hasPicture,
    perform: invertMask,
  },
  {
    id: 'mask.grow',
    group: 'mask',
    label: 'mask.grow',
    icon: CirclePlus,
    keys: ['>'],
    enabled: hasMask,
    perform: () => {
      growMask(rimPixels());
    },
  },
  {
    id: 'mask.shrink',
    group: 'mask',
    label: 'mask.shrink',
    icon: CircleMinus,
    keys: ['<'],
    enabled: hasMask,
    perform: () => {
      shrinkMask(rimPixels());
    },
  },
  {
    id: 'mask.clear',
    group: 'mask',
    label: 'mask.clear',
    icon: XCircle,
    keys: ['shift+backspace'],
    enabled: hasMask,
    perform: clearMask,
  },
  {
    id: 'mask.open',
    group: 'mask',
    label: 'mask.open',
    icon: FileInput,
    keys: ['alt+shift+o'],
    enabled: hasPicture,
    perform: openMask,
  },
  {
    id: 'mask.save',
    group: 'mask',
    label: 'mask.save',
    icon: FileOutput,
    keys: ['alt+shift+s'],
    enabled: hasMask,
    perform: () => void saveMask(),
  },
  {
    id: 'mask.hide',
    group: 'mask',
    label: 'mask.hide',
    icon: EyeOff,
    keys: ['shift+m'],
    checked: () => !useSession.getState().layers.mask.visible,
    perform: () => {
      setLayer('mask', { visible: !useSession.getState().layers.mask.visible });
    },
  },
  {
    id: 'box.add',
    group: 'mask',
    label: 'box.add',
    icon: SquarePlus,
    keys: ['shift+x'],
    enabled: hasPicture,
    perform: addMiddleBox,
  },
  {
    id: 'box.toMask',
    group: 'mask',
    label: 'box.toMask',
    icon: SquareDashedMousePointer,
    keys: [],
    enabled: () => hasPicture() && selectedBox() !== null,
    perform: () => {
      const box = selectedBox();
      if (box) setMaskFromBoxes([box], 'add');
    },
  },
  {
    id: 'box.remove',
    group: 'mask',
    label: 'box.remove',
    icon: Trash2,
    keys: ['delete', 'backspace'],
    after: ['polygon.back'],
    enabled: () => selectedBox() !== null,
    perform: () => {
      const box = selectedBox();
      if (box) removeBox(box.id);
    },
  },
  {
    id: 'box.clear',
    group: 'mask',
    label: 'box.clear',
    icon: Trash2,
    keys: [],
    enabled: () => boxes().length > 0,
    perform: () => {
      clearBoxes();
    },
  },
  {
    id: 'box.hide',
    group: 'mask',
    label: 'box.hide',
    icon: EyeOff,
    keys: ['h'],
    checked: () => useBoxes.getState().hidden,
    hold: hideBoxes,
    perform: () => {
      hideBoxes(!useBoxes.getState().hidden);
    },
  },
];
