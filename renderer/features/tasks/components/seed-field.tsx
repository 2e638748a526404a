import { Copy, Dices, Lock, LockOpen, Plus } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { t } from '../../../i18n/index.ts';
import { randomSeed } from '../../create/generate.ts';
import { ranges } from '../../create/settings.ts';
import { copyText } from '../../playback/clipboard.ts';

interface SeedFieldProps {
  seed: number;
  locked: boolean;
  error: string | undefined;
  /** Shows the keys of Create's own seed. */
  withKeys?: boolean;
  onChange: (change: { seed?: number; seedLocked?: boolean }, kind: string) => void;
}

/** The seed, and whether the next run draws a new one. */
export function SeedField({ seed, locked, error, withKeys = false, onChange }: SeedFieldProps) {
  return (
    <NumberField
      label={t('create.seed')}
      about={t('create.seed.about')}
      value={seed}
      {...ranges.seed}
      step={1}
      error={error}
      onChange={(value) => {
        onChange({ seed: value ?? NaN, seedLocked: true }, 'seed');
      }}
      tools={
        <>
          <IconButton
            icon={Dices}
            size="s"
            label={t('create.seed.random')}
            {...(withKeys ? { keyOf: 'run.randomSeed' } : {})}
            onClick={() => {
              onChange({ seed: randomSeed() }, 'random seed');
            }}
          />
          <IconButton
            icon={Plus}
            size="s"
            label={t('create.seed.next')}
            onClick={() => {
              onChange({ seed: (seed + 1) % (ranges.seed.max + 1) }, 'next seed');
            }}
          />
          <IconButton
            icon={Copy}
            size="s"
            label={t('create.seed.copy')}
            onClick={() => void copyText(String(seed))}
          />
          <IconButton
            icon={locked ? Lock : LockOpen}
            size="s"
            label={locked ? t('create.seed.locked') : t('create.seed.unlocked')}
            {...(withKeys ? { keyOf: 'run.lockSeed' } : {})}
            pressed={locked}
            onClick={() => {
              onChange({ seedLocked: !locked }, 'lock seed');
            }}
          />
        </>
      }
    />
  );
}
