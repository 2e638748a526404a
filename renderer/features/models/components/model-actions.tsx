import { EllipsisVertical, Play } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { StoredModel } from '../../../../electron/contract/models.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { useEngine } from '../../engine/store.ts';
import { ask } from '../store.ts';

/** What can be done with a model that is here. */
export function ModelActions({ model, isCurrent }: { model: StoredModel; isCurrent: boolean }) {
  const { id, name, state, installed, job, origin } = model;
  const isBusy = job !== null && job.state !== 'failed';
  // Another model ends what the engine is doing.
  const isRunning = useEngine((engine) => engine.status?.state === 'busy');
  const isHere = installed !== null && state !== 'missing';
  if (!installed && state !== 'missing') return null;
  return (
    <>
      {isHere && !isCurrent ? (
        <Button
          size="s"
          icon={Play}
          disabled={isBusy || isRunning}
          title={isRunning ? t('models.runUnderWay') : undefined}
          onClick={() => void ask('models.use', { id })}>
          {t('models.use')}
        </Button>
      ) : null}
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <IconButton icon={EllipsisVertical} size="s" label={t('models.more', { name })} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            {origin === 'built-in' || !isHere ? null : (
              <>
                <Item disabled={isBusy} onSelect={() => void ask('models.verify', { id })}>
                  {t('models.verify')}
                </Item>
                <Item
                  disabled={isBusy || installed.repairable === false}
                  onSelect={() => void ask('models.repair', { id })}
                >
                  {t('models.repair')}
                </Item>
              </>
            )}
            {isHere && installed.precision === 'original'
              ? (['int8', 'int4', 'fp32'] as const).map((to) => (
                  <Item key={to} disabled={isBusy} onSelect={() => void ask('models.convert', { id, to })}>
                    {t('models.convertTo', { precision: t(`models.precision.${to}`) })}
                  </Item>
                ))
              : null}
            {origin === 'built-in' ? null : (
              <Item disabled={isBusy || isCurrent} onSelect={() => void ask('models.remove', { id })}>
                {t(origin === 'linked' ? 'models.unlink' : 'models.remove')}
              </Item>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  );
}

function Item({ children, disabled, onSelect }: { children: string; disabled: boolean; onSelect: () => void }) {
  return (
    <DropdownMenu.Item className="menu-item" disabled={disabled} onSelect={onSelect}>
      <span className="menu-text">{children}</span>
    </DropdownMenu.Item>
  );
}
