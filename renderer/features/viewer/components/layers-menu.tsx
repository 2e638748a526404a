import { Eye, EyeOff, Layers } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { Slider } from '../../../components/slider.tsx';
import { Switch } from '../../../components/switch.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { layerNames, setLayer, setSession, useSession } from '../../../state/session.ts';

/** What lies on the canvas, from the top down: seen or not, and how strongly. */
export function LayersMenu() {
  const layers = useSession((state) => state.layers);
  const maskCells = useSession((state) => state.maskCells);
  return (
    <Popover
      label={t('layers.label')}
      side="top"
      trigger={<IconButton icon={Layers} size="s" side="top" label={t('layers.label')} />}
    >
      <div className="layers">
        <b>{t('layers.label')}</b>
        {[...layerNames].reverse().map((name) => {
          const { visible, opacity } = layers[name];
          return (
            <div className="layer-row" key={name}>
              <IconButton
                icon={visible ? Eye : EyeOff}
                size="s"
                side="left"
                label={t('layers.show', { layer: t(`layers.${name}`) })}
                pressed={visible}
                onClick={() => {
                  setLayer(name, { visible: !visible });
                }}
              />
              <span>{t(`layers.${name}`)}</span>
              <Slider
                labels={[t('layers.opacity', { layer: t(`layers.${name}`) })]}
                values={[opacity]}
                min={0}
                max={1}
                step={0.05}
                disabled={!visible}
                format={(value) => t('unit.percent', { n: formatNumber(value * 100) })}
                onChange={([value = 1]) => {
                  setLayer(name, { opacity: value });
                }}
              />
            </div>
          );
        })}
        <Switch
          label={t('layers.cells')}
          checked={maskCells}
          onChange={(checked) => {
            setSession({ maskCells: checked });
          }}
        />
      </div>
    </Popover>
  );
}
