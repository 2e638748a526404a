import { Segmented } from '../../../components/segmented.tsx';
import { t } from '../../../i18n/index.ts';
import { useCompare, type CompareMode } from '../compare.ts';

const modes: readonly CompareMode[] = ['off', 'slider', 'side'];

/** How before and after are seen. */
export function CompareControl() {
  const mode = useCompare((state) => state.mode);
  return (
    <div className="hud-chip compare-control">
      <Segmented
        label={t('compare.label')}
        value={mode}
        options={modes.map((value) => ({
          value,
          label: t(`compare.${value}`),
          about: t(`compare.${value}.about`),
        }))}
        onChange={(next) => {
          useCompare.setState({ mode: next });
        }}
      />
    </div>
  );
}
