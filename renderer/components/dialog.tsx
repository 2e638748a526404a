import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { IconButton } from './button.tsx';
import { useDialogFocus } from './dialog-focus.ts';

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** How much room it takes: a question, a form, or a work surface. */
  size?: 's' | 'm' | 'l' | 'xl';
  /** Beside the title. */
  tools?: ReactNode;
  children: ReactNode;
}

/** A dialog with a title and a way out. Closed, it gives the focus back to where it was: opened by a key, it has no trigger. */
export function Dialog({ title, open, onClose, size = 'm', tools, children }: DialogProps) {
  const focus = useDialogFocus();
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          className={`dialog sheet sheet-${size}`}
          aria-describedby={undefined}
          {...focus}
          onKeyDown={(event) => {
            // A tooltip under a resting pointer would take the first Escape for itself; lists and menus have the focus in them.
            const isOwn = event.target instanceof Node && event.currentTarget.contains(event.target);
            if (event.key === 'Escape' && isOwn) onClose();
          }}
        >
          <header className="dialog-head">
            <Radix.Title>{title}</Radix.Title>
            <div className="dialog-tools">
              {tools}
              <Radix.Close asChild>
                <IconButton icon={X} label={t('dialog.close')} />
              </Radix.Close>
            </div>
          </header>
          <div className="dialog-body">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
