import { Maximize, Minus, Plus } from 'lucide-react';
import { ActionButton } from '../../../actions/action-button.tsx';
import { currentCanvas, useViewport } from '../../../canvas/current.ts';
import { LayersMenu } from './layers-menu.tsx';
import { IconButton } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';

export function ZoomControl() {
  const { scale, fitted } = useViewport();
  return (
    <div className="hud-chip zoom-control" role="group" aria-label={t('canvas.zoom')}>
      <IconButton
        icon={Minus}
        size="s"
        side="top"
        label={t('canvas.zoomOut')}
        keyOf="canvas.zoomOut"
        onClick={() => currentCanvas()?.viewport.zoomStep(-1)}
      />
      <button
        type="button"
        className="zoom-value num"
        title={t('canvas.actual')}
        onClick={() => currentCanvas()?.viewport.zoomTo(1)}
      >
        {formatNumber(scale * 100)} %
      </button>
      <IconButton
        icon={Plus}
        size="s"
        side="top"
        label={t('canvas.zoomIn')}
        keyOf="canvas.zoomIn"
        onClick={() => currentCanvas()?.viewport.zoomStep(1)}
      />
      <IconButton
        icon={Maximize}
        size="s"
        side="top"
        label={t('canvas.fit')}
        keyOf="canvas.fit"
        pressed={fitted}
        onClick={() => currentCanvas()?.viewport.fit()}
      />
      <LayersMenu />
      <ActionButton id="snapshot.list" size="s" side="top" />
    </div>
  );
}
