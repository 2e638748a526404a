import { ClipboardCopy, Download, FileSearch, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { studio } from '../../../api/index.ts';
import { Button } from '../../../components/button.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { saveFile } from '../../../components/save-file.ts';
import { UpdatesSection } from '../../updates/updates-section.tsx';
import { showError, showToast } from '../../shell/toasts.ts';

interface Report {
  report: string;
  fileName: string;
}

/** What the studio does not do, and the report a user may make, read and save. */
export function PrivacyPage() {
  const [prompts, setPrompts] = useState(false);
  const [report, setReport] = useState<Report | null>(null);
  const collect = async (include: boolean): Promise<void> => {
    const reply = await studio.invoke('diagnostics.collect', { prompts: include });
    if (reply.ok) setReport(reply.value);
    else showError(reply.error);
  };
  return (
    <>
      <section className="privacy">
        <ShieldCheck size={20} aria-hidden="true" />
        <div>
          <h3 className="setting-name">{t('privacy.title')}</h3>
          <p className="setting-about">{t('privacy.text')}</p>
        </div>
      </section>
      <UpdatesSection />
      <section className="diagnostics">
        <h3 className="setting-name">{t('diagnostics.title')}</h3>
        <p className="setting-about">{t('diagnostics.text')}</p>
        <div className="diagnostics-tools">
          <Switch
            label={t('diagnostics.prompts')}
            checked={prompts}
            onChange={(include) => {
              setPrompts(include);
              if (report) void collect(include);
            }}
          />
          <span className="grow" />
          {report ? (
            <>
              <Button
                size="s"
                icon={ClipboardCopy}
                onClick={() => {
                  void navigator.clipboard.writeText(report.report).then(
                    () => {
                      showToast(t('diagnostics.copied'));
                    },
                    () => {
                      showToast(t('copy.refused'), t('copy.refused.detail'));
                    },
                  );
                }}
              >
                {t('diagnostics.copy')}
              </Button>
              <Button
                size="s"
                icon={Download}
                onClick={() => {
                  saveFile(report.fileName, new Blob([report.report], { type: 'application/json' }));
                }}
              >
                {t('diagnostics.save')}
              </Button>
            </>
          ) : (
            <Button size="s" icon={FileSearch} onClick={() => void collect(prompts)}>
              {t('diagnostics.collect')}
            </Button>
          )}
        </div>
        {report ? (
          <pre
            className="diagnostics-report mono"
            tabIndex={0}
            role="region"
            aria-label={t('diagnostics.report')}
          >
            {report.report}
          </pre>
        ) : null}
      </section>
    </>
  );
}
