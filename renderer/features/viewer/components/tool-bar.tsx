import type { KeyboardEvent } from 'react';
import { useCanvasPicture, useMask } from '../../../canvas/selection-api.ts';
import { ActionButton } from '../../../actions/action-button.tsx';
import { Slider } from '../../../components/slider.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { resizeBrush } from '../brush-size.ts';

const maskTools = ['brush', 'eraser', 'rectangle', 'oval', 'lasso', 'polygon'] as const;

/** Settings of the mask tool in hand, what can be done to the mask, and how many tokens it covers. */
export function ToolBar() {
  const tool = useSession((state) => state.tool);
  const hasPicture = useCanvasPicture((state) => state.picture !== null);
  const isMaskTool = maskTools.some((name) => name === tool);
  if (!hasPicture || !isMaskTool) return null;
  return (
    <div className="hud-chip tool-bar" role="toolbar" aria-label={t('mask.toolbar')}>
      {tool === 'brush' || tool === 'eraser' ? <BrushSize /> : null}
      <ActionButton id="mask.snap" />
      <span className="tool-rule" aria-hidden="true" />
      <ActionButton id="mask.invert" />
      <ActionButton id="mask.grow" />
      <ActionButton id="mask.shrink" />
      <ActionButton id="mask.clear" />
      <ActionButton id="mask.open" />
      <ActionButton id="mask.save" />
      <span className="tool-rule" aria-hidden="true" />
      <Feather />
      <Cover />
    </div>
  );
}

const sizeStep = 0.05;

/** Steps of the logarithm that a key of the size slider takes. */
const sizeKeys: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** Sizes are felt as ratios: the slider runs over the logarithm. */
function BrushSize() {
  const size = useSession((state) => state.brushSize);
  // A step of the logarithm is less than a pixel for a small brush, which a key alone would never leave.
  const keyDown = (event: KeyboardEvent): void => {
    const steps = sizeKeys[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    resizeBrush(2 ** (steps * sizeStep));
  };
  return (
    <div className="tool-setting" onKeyDownCapture={keyDown}>
      <span>{t('mask.size')}</span>
      <Slider
        labels={[t('mask.size')]}
        values={[Math.log2(size)]}
        min={Math.log2(limits.brushSize.min)}
        max={Math.log2(limits.brushSize.max)}
        step={sizeStep}
        format={(value) => t('unit.pixels', { n: formatNumber(2 ** value) })}
        onChange={([value = 6]) => {
          setSession({ brushSize: Math.round(2 ** value) });
        }}
      />
      <b className="num">{t('unit.pixels', { n: formatNumber(size) })}</b>
    </div>
  );
}

function Feather() {
  const feather = useSession((state) => state.feather);
  return (
    <div className="tool-setting" title={t('mask.feather.about')}>
      <span>{t('mask.feather')}</span>
      <Slider
        labels={[t('mask.feather')]}
        values={[feather]}
        min={limits.feather.min}
        max={limits.feather.max}
        step={1}
        format={(value) => t('unit.pixels', { n: formatNumber(value) })}
        onChange={([value = 0]) => {
          setSession({ feather: value });
        }}
      />
      <b className="num">{t('unit.pixels', { n: formatNumber(feather) })}</b>
    </div>
  );
}

/** How many tokens would be made anew. */
function Cover() {
  const cells = useMask((state) => state.cells);
  const total = useMask((state) => (state.model ? state.model.grid.width * state.model.grid.height : 0));
  return (
    <span className="tool-cover num" role="status" data-testid="mask-cover" title={t('mask.cover.about')}>
      {t('mask.cover', { n: formatNumber(cells), total: formatNumber(total) })}
    </span>
  );
}
