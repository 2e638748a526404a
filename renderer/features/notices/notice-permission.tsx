import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { t } from '../../i18n/index.ts';
import { askForNotices, noticePermission } from './notices.ts';

/** In a browser notifications need the user's leave once; says how it stands and asks when told to. */
export function NoticePermissionRow() {
  const [permission, setPermission] = useState(noticePermission);
  if (permission === 'granted') return null;
  return (
    <div className="settings-outdated" role="status">
      <span>{t(`notices.permission.${permission}`)}</span>
      {permission === 'default' ? (
        <Button size="s" onClick={() => void askForNotices().then(setPermission)}>
          {t('notices.allow')}
        </Button>
      ) : null}
    </div>
  );
}
