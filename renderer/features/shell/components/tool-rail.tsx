import { ActionButton } from '../../../actions/action-button.tsx';
import { t } from '../../../i18n/index.ts';

const groups = [
  ['canvas.move', 'canvas.inspect'],
  [
    'canvas.brush',
    'canvas.eraser',
    'canvas.rectangle',
    'canvas.oval',
    'canvas.lasso',
    'canvas.polygon',
    'canvas.box',
    'canvas.frame',
  ],
  ['picture.open', 'canvas.fit', 'canvas.actual', 'canvas.smooth'],
  [
    'overlay.states',
    'overlay.confidence',
    'overlay.entropy',
    'overlay.order',
    'overlay.guidance',
    'overlay.grid',
  ],
];

/** Tools of the canvas, how it is seen, and what lies over it. */
export function ToolRail() {
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      {groups.map((ids) => (
        <div className="rail-group" key={ids[0]}>
          {ids.map((id) => (
            <ActionButton key={id} id={id} size="l" side="right" />
          ))}
        </div>
      ))}
    </nav>
  );
}
