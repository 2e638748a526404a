import { GitBranch } from 'lucide-react';
import { Button, IconButton } from '../../components/button.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Popover } from '../../components/popover.tsx';
import { Switch } from '../../components/switch.tsx';
import { useMask } from '../../canvas/selection-api.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { useFilm } from '../playback/records.ts';
import { timelineRun, usePlayback } from '../playback/store.ts';
import { branchPoint, branchRegion, openTokens, startBranch, useBranch } from './branch.ts';
import './branch.css';

/** Go on from the playhead with a region painted again. */
export function BranchButton() {
  const { open, newSeed, steps, busy } = useBranch();
  // Both decide what a branch would do; the panel reads them anew when they change.
  usePlayback();
  useMask();
  useFilm(usePlayback(timelineRun));
  const point = branchPoint();
  return (
    <Popover
      label={t('branch.title')}
      side="top"
      align="start"
      open={open && point !== null}
      onOpenChange={(next) => {
        useBranch.setState({ open: next });
      }}
      trigger={
        <IconButton
          icon={GitBranch}
          label={t('branch.title')}
          keyOf="timeline.branch"
          side="top"
          disabled={!point}
        />
      }
    >
      {point ? <Panel {...point} newSeed={newSeed} steps={steps} busy={busy} /> : null}
    </Popover>
  );
}

type Point = NonNullable<ReturnType<typeof branchPoint>>;

function Panel({
  record,
  step,
  newSeed,
  steps,
  busy,
}: Point & Omit<ReturnType<typeof useBranch.getState>, 'open'>) {
  const { source, cells } = branchRegion(record);
  const open = openTokens(record, step, cells);
  return (
    <div className="branch-panel">
      <h3>{t('branch.title')}</h3>
      <p>{t('branch.about')}</p>
      <dl>
        <dt>{t('branch.from')}</dt>
        <dd className="num">{t('timeline.position', { step, steps: record.steps })}</dd>
        <dt>{t('branch.region')}</dt>
        <dd>{t(`branch.region.${source}`, { n: formatNumber(cells.length) })}</dd>
        <dt>{t('branch.open')}</dt>
        <dd className="num">
          {t('branch.tokens', { n: formatNumber(open), all: formatNumber(record.codes) })}
        </dd>
      </dl>
      <Switch
        label={t('branch.newSeed')}
        checked={newSeed}
        onChange={(checked) => {
          useBranch.setState({ newSeed: checked });
        }}
      />
      <Switch
        label={t('branch.ownSteps')}
        checked={steps !== null}
        onChange={(checked) => {
          useBranch.setState({ steps: checked ? Math.max(1, Math.min(open, 8)) : null });
        }}
      />
      {steps === null ? null : (
        <NumberField
          label={t('branch.steps')}
          value={steps}
          min={1}
          max={Math.max(1, open)}
          step={1}
          onChange={(value) => {
            if (value !== undefined && Number.isInteger(value)) useBranch.setState({ steps: value });
          }}
        />
      )}
      {open === 0 ? (
        <p className="branch-hint" role="status">
          {t('branch.nothing')}
        </p>
      ) : null}
      <Button
        variant="primary"
        icon={GitBranch}
        disabled={open === 0 || busy}
        onClick={() => void startBranch()}
      >
        {t('branch.start')}
      </Button>
    </div>
  );
}
