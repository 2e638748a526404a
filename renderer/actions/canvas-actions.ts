import {
  Blend,
  Compass,
  Grid3x3,
  Hand,
  Grid2x2Check,
  Maximize,
  ListOrdered,
  ScanSearch,
  Scaling,
  SquareDashed,
  Waves,
  X,
  ZoomIn,
  ZoomOut,
  Gauge,
} from 'lucide-react';
import { currentCanvas } from '../canvas/current.ts';
import { currentPicture } from '../canvas/selection-api.ts';
import { usePlayback } from '../features/playback/store.ts';
import { setSession, useSession, type OverlayName } from '../state/session.ts';
import type { PlainKey } from '../i18n/index.ts';
import type { Action } from './action.ts';
import type { LucideIcon } from 'lucide-react';

const hasPicture = (): boolean => usePlayback.getState().runId !== null || currentPicture() !== null;

/** How the picture is seen and what the pointer does. */
export const canvasActions: readonly Action[] = [
  {
    id: 'canvas.move',
    group: 'canvas',
    label: 'tool.move',
    icon: Hand,
    keys: ['v'],
    checked: () => useSession.getState().tool === 'move',
    perform: () => {
      setSession({ tool: 'move' });
    },
  },
  {
    id: 'canvas.inspect',
    group: 'canvas',
    label: 'tool.inspect',
    icon: ScanSearch,
    keys: ['i'],
    checked: () => useSession.getState().tool === 'inspect',
    perform: () => {
      setSession({ tool: 'inspect' });
    },
  },
  {
    id: 'canvas.fit',
    group: 'canvas',
    label: 'canvas.fit',
    icon: Maximize,
    keys: ['f'],
    enabled: hasPicture,
    perform: () => currentCanvas()?.viewport.fit(),
  },
  {
    id: 'canvas.actual',
    group: 'canvas',
    label: 'canvas.actual',
    icon: Scaling,
    keys: ['z', 'mod+1'],
    enabled: hasPicture,
    perform: () => currentCanvas()?.viewport.zoomTo(1),
  },
  {
    id: 'canvas.double',
    group: 'canvas',
    label: 'canvas.double',
    icon: ZoomIn,
    keys: ['mod+2'],
    enabled: hasPicture,
    perform: () => currentCanvas()?.viewport.zoomTo(2),
  },
  {
    id: 'canvas.fourfold',
    group: 'canvas',
    label: 'canvas.fourfold',
    icon: ZoomIn,
    keys: ['mod+4'],
    enabled: hasPicture,
    perform: () => currentCanvas()?.viewport.zoomTo(4),
  },
  {
    id: 'canvas.zoomIn',
    group: 'canvas',
    label: 'canvas.zoomIn',
    icon: ZoomIn,
    keys: ['+', '='],
    enabled: hasPicture,
    perform: () => currentCanvas()?.viewport.zoomStep(1),
  },
  {
    id: 'canvas.zoomOut',
    group: 'canvas',
    label: 'canvas.zoomOut',
    icon: ZoomOut,
    keys: ['-'],
    enabled: hasPicture,
    perform: () => currentCanvas()?.viewport.zoomStep(-1),
  },
  {
    id: 'canvas.smooth',
    group: 'canvas',
    label: 'canvas.smooth',
    icon: Blend,
    keys: ['p'],
    checked: () => useSession.getState().smooth,
    perform: () => {
      setSession({ smooth: !useSession.getState().smooth });
    },
  },
  {
    id: 'canvas.unpick',
    group: 'canvas',
    label: 'cell.close',
    icon: X,
    keys: ['escape'],
    after: ['polygon.abandon', 'pointer.leave'],
    enabled: () => usePlayback.getState().picked !== null,
    perform: () => {
      usePlayback.setState({ picked: null });
    },
  },
];

function overlay(name: OverlayName, label: PlainKey, icon: LucideIcon, key: string): Action {
  return {
    id: `overlay.${name}`,
    group: 'overlay',
    label,
    icon,
    keys: [key],
    checked: () => useSession.getState().overlay === name,
    perform: () => {
      setSession({ overlay: useSession.getState().overlay === name ? 'none' : name });
    },
  };
}

/** What lies over the picture; each key also takes its overlay away again. */
export const overlayActions: readonly Action[] = [
  overlay('states', 'overlay.states', Grid2x2Check, '1'),
  overlay('confidence', 'overlay.confidence', Gauge, '2'),
  overlay('entropy', 'overlay.entropy', Waves, '3'),
  overlay('order', 'overlay.order', ListOrdered, '4'),
  overlay('guidance', 'overlay.guidance', Compass, '5'),
  {
    id: 'overlay.off',
    group: 'overlay',
    label: 'overlay.off',
    icon: SquareDashed,
    keys: ['0'],
    enabled: () => useSession.getState().overlay !== 'none',
    perform: () => {
      setSession({ overlay: 'none' });
    },
  },
  {
    id: 'overlay.grid',
    group: 'overlay',
    label: 'overlay.grid',
    icon: Grid3x3,
    keys: ['g'],
    checked: () => useSession.getState().gridLines,
    perform: () => {
      setSession({ gridLines: !useSession.getState().gridLines });
    },
  },
];
