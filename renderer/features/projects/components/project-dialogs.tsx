import { FileInput, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import type { ProjectList } from '../../../../electron/contract/project.ts';
import { Button } from '../../../components/button.tsx';
import { chooseFile } from '../../../components/choose-file.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { formatDate } from '../../../i18n/dates.ts';
import { formatBytes, t } from '../../../i18n/index.ts';
import { useDocument } from '../../../state/document.ts';
import { useSession } from '../../../state/session.ts';
import { leaveWithoutSaving, openProject, openProjectFile, saveAndLeave, saveUnder } from '../service.ts';
import { closeDialog, useProject } from '../store.ts';
import '../projects.css';

const titles = { open: 'project.open', saveAs: 'project.saveAs', leave: 'project.leave' } as const;

/** Open, save as, and the question before work would be left behind. */
export function ProjectDialogs() {
  const dialog = useProject((state) => state.dialog);
  return (
    <Dialog
      title={dialog === null ? '' : t(titles[dialog]).replace(/…$/u, '')}
      size="s"
      open={dialog !== null}
      onClose={closeDialog}
    >
      {dialog === 'open' ? <Open /> : null}
      {dialog === 'saveAs' ? <SaveAs /> : null}
      {dialog === 'leave' ? <Leave /> : null}
    </Dialog>
  );
}

function Open() {
  const list = useProject((state) => state.list);
  if (!list) return null;
  const recentPaths = new Set(list.recent.map(({ path }) => path));
  const others = list.folder.filter(({ path }) => !recentPaths.has(path));
  return (
    <>
      <div className="project-list">
        {list.recent.length + others.length === 0 ? <p>{t('project.noneYet')}</p> : null}
        <Files title={t('project.recent')} files={list.recent} />
        <Files title={t('project.folder')} files={others} />
      </div>
      <footer className="project-foot">
        {list.hasDialogs ? (
          <Button
            icon={FolderOpen}
            onClick={() => {
              openProject(null);
            }}
          >
            {t('project.choose')}
          </Button>
        ) : (
          <Button
            icon={FileInput}
            onClick={() => {
              chooseFile('.lavida,.json', openProjectFile);
            }}
          >
            {t('project.fromComputer')}
          </Button>
        )}
      </footer>
    </>
  );
}

function Files({ title, files }: { title: string; files: ProjectList['recent'] }) {
  if (files.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      {files.map(({ path, name, changedAt, bytes }) => (
        <button
          key={path}
          type="button"
          className="project-file"
          title={path}
          onClick={() => {
            openProject(path);
          }}
        >
          <b>{name}</b>
          <small className="num">
            {formatDate(changedAt)} · {formatBytes(bytes)}
          </small>
        </button>
      ))}
    </section>
  );
}

function SaveAs() {
  const taken = useProject((state) => state.taken);
  const busy = useProject((state) => state.busy);
  const folder = useProject((state) => state.list?.folderPath ?? '');
  const title = useDocument((state) => state.document.title);
  const project = useSession((state) => state.project);
  const [name, setName] = useState(title.trim() || project?.name || t('document.untitled'));
  const isTaken = taken === name;
  return (
    <form
      className="project-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') void saveUnder(name, isTaken);
      }}
    >
      <label>
        <small>{t('project.name')}</small>
        <span className="input-box">
          <input
            className="input"
            data-autofocus
            value={name}
            maxLength={80}
            spellCheck={false}
            onFocus={(event) => {
              event.target.select();
            }}
            onChange={(event) => {
              setName(event.target.value);
            }}
          />
        </span>
      </label>
      <p role={isTaken ? 'alert' : undefined} data-bad={isTaken || undefined}>
        {isTaken ? t('project.taken', { name }) : t('project.where', { folder })}
      </p>
      <footer className="project-foot">
        <Button onClick={closeDialog}>{t('run.cancel')}</Button>
        <Button type="submit" variant={isTaken ? 'danger' : 'primary'} disabled={busy || name.trim() === ''}>
          {isTaken ? t('project.replace') : t('project.save')}
        </Button>
      </footer>
    </form>
  );
}

function Leave() {
  const name = useSession((state) => state.project?.name ?? '');
  return (
    <div className="project-form">
      <p>{name ? t('project.leave.named', { name }) : t('project.leave.text')}</p>
      <footer className="project-foot">
        <Button onClick={closeDialog}>{t('run.cancel')}</Button>
        <Button onClick={leaveWithoutSaving}>{t('project.leave.without')}</Button>
        <Button variant="primary" onClick={() => void saveAndLeave()}>
          {t('project.save')}
        </Button>
      </footer>
    </div>
  );
}
