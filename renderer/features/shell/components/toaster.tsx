import { X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { Button, IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { toasterRight } from '../sizes.ts';
import { dropToast, useToasts } from '../toasts.ts';

export function Toaster() {
  const toasts = useToasts((state) => state.toasts);
  const panelWidth = useSession((state) => state.panelWidth);
  return (
    <Toast.Provider label={t('toast.label')} duration={6000}>
      {toasts.map(({ id, tone, title, detail, action }) => (
        <Toast.Root
          key={id}
          className="toast"
          data-tone={tone}
          type={tone === 'bad' ? 'foreground' : 'background'}
          onOpenChange={(open) => {
            if (!open) dropToast(id);
          }}
        >
          <div>
            <Toast.Title className="toast-title">{title}</Toast.Title>
            {detail ? <Toast.Description className="toast-detail">{detail}</Toast.Description> : null}
            {action ? (
              <Toast.Action asChild altText={action.label}>
                <Button size="s" className="toast-action" onClick={action.perform}>
                  {action.label}
                </Button>
              </Toast.Action>
            ) : null}
          </div>
          <Toast.Close asChild>
            <IconButton icon={X} size="s" label={t('notice.dismiss')} />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport
        className="toaster"
        style={{ right: toasterRight(panelWidth) }}
        label={t('toast.region', { hotkey: '{hotkey}' })}
      />
    </Toast.Provider>
  );
}
