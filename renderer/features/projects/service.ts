import type { OpenedProject, ProjectContent, ProjectRef } from '../../../electron/contract/project.ts';
import { studio } from '../../api/index.ts';
import { onCanvasDraft } from '../../canvas/selection/draft.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { useDocument } from '../../state/document.ts';
import { setSession, useSession } from '../../state/session.ts';
import { saveFile } from '../../components/save-file.ts';
import { showError, showToast } from '../shell/toasts.ts';
import { contentMark, currentContent, showContent, showNothing } from './content.ts';
import { closeDialog, useProject } from './store.ts';

/** Changes in quick succession are looked at once, milliseconds. */
const settle = 400;
const mostResults = 5000;

let timer = 0;

/** Watches what belongs to the project: the draft, what lies over pictures, and the runs made meanwhile. */
export function watchProject(): void {
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void look(), settle);
  };
  useDocument.subscribe((now, before) => {
    if (now.document !== before.document) soon();
  });
  onCanvasDraft(soon);
  useSession.subscribe((now, before) => {
    if (now.projectResults !== before.projectResults || now.projectMark !== before.projectMark) soon();
  });
  studio.on('run.event', ({ id, event }) => {
    if (event.type !== 'run.done' || event.result.imageFile === null) return;
    const { projectResults } = useSession.getState();
    if (!projectResults.includes(id))
      setSession({ projectResults: [...projectResults, id].slice(-mostResults) });
  });
  soon();
}

async function look(): Promise<void> {
  const dirty = (await contentMark()) !== useSession.getState().projectMark;
  if (useProject.getState().dirty !== dirty) useProject.setState({ dirty });
}

/** Whether leaving the present content without saving would lose work that no file holds. */
function hasUnsaved(): boolean {
  const { project, projectResults } = useSession.getState();
  const { create, title } = useDocument.getState().document;
  const hasContent = create.prompt.trim() !== '' || title !== '' || projectResults.length > 0;
  return useProject.getState().dirty && (project !== null || hasContent);
}

/** Asks first where work would be lost. */
function afterSaving(then: () => void): void {
  if (hasUnsaved()) useProject.setState({ dialog: 'leave', then });
  else then();
}

export async function saveProject(): Promise<boolean> {
  const { project } = useSession.getState();
  if (project) return write(project.path, project.name, true);
  await saveProjectAs();
  return false;
}

/** Asks for a new place: by the system's dialog, or by the window's where there is none. */
export async function saveProjectAs(): Promise<void> {
  await readList();
  const { title } = useDocument.getState().document;
  const name = title.trim() || useSession.getState().project?.name || t('document.untitled');
  if (useProject.getState().list?.hasDialogs) await write(null, name, false);
  else useProject.setState({ dialog: 'saveAs', taken: null });
}

/** Saves under a name in the studio's folder. */
export async function saveUnder(name: string, replace: boolean): Promise<void> {
  const { then } = useProject.getState();
  if (!(await write(null, name, replace))) return;
  closeDialog();
  then?.();
}

async function write(path: string | null, name: string, replace: boolean): Promise<boolean> {
  useProject.setState({ busy: true, taken: null });
  try {
    const mark = await contentMark();
    const content = await currentContent();
    const reply = await studio.invoke('project.save', { path, name, replace, content });
    if (!reply.ok) {
      if (reply.error.code === 'project.exists') useProject.setState({ taken: name });
      else showError(reply.error);
      return false;
    }
    const { project } = reply.value;
    if (!project) return false;
    setSession({ project, projectMark: mark });
    await look();
    showToast(t('project.saved', { name: project.name }), project.path);
    return true;
  } finally {
    useProject.setState({ busy: false });
  }
}

export function newProject(): void {
  afterSaving(() => {
    void replaceContent(
      () => {
        showNothing();
        return Promise.resolve();
      },
      null,
      [],
    ).then(undoable(t('project.new.done')));
  });
}

/** Offers the projects there are. */
export async function chooseProject(): Promise<void> {
  await readList();
  useProject.setState({ dialog: 'open' });
}

/** Opens a project of the list; null asks the system's dialog. */
export function openProject(path: string | null): void {
  closeDialog();
  afterSaving(() => {
    void read(() =>
      studio
        .invoke('project.open', { path })
        .then((reply) => (reply.ok ? { ok: true, value: reply.value.opened } : reply)),
    );
  });
}

/** Opens a project file from this computer. */
export function openProjectFile(file: File): void {
  closeDialog();
  afterSaving(() => {
    void read(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const reply = await studio.invoke('project.unpack', { name: file.name, file: bytes });
      return reply.ok ? { ok: true, value: reply.value.opened } : reply;
    });
  });
}

type Answer =
  { ok: true; value: OpenedProject | null } | { ok: false; error: Parameters<typeof showError>[0] };

async function read(ask: () => Promise<Answer>): Promise<void> {
  useProject.setState({ busy: true });
  try {
    const answer = await ask();
    if (!answer.ok) {
      showError(answer.error);
      return;
    }
    if (!answer.value) return;
    const { project, content, added, damaged } = answer.value;
    const undo = await replaceContent(() => showContent(content), project, content.results);
    const details = [
      ...(added > 0 ? [t('project.added', { n: formatNumber(added) })] : []),
      ...(damaged.length > 0 ? [t('project.damaged', { n: formatNumber(damaged.length) })] : []),
    ];
    undoable(t('project.opened', { name: project?.name ?? t('document.untitled') }), details.join(' '))(undo);
  } finally {
    useProject.setState({ busy: false });
  }
}

/** Puts other content in place and returns what brings the former one back. */
async function replaceContent(
  show: () => Promise<void>,
  project: ProjectRef | null,
  results: string[],
): Promise<() => void> {
  const former: ProjectContent = await currentContent();
  const { project: formerProject, projectMark } = useSession.getState();
  await show();
  setSession({ project, projectResults: results });
  setSession({ projectMark: await contentMark() });
  return () => {
    void showContent(former).then(() => {
      setSession({ project: formerProject, projectMark, projectResults: former.results });
    });
  };
}

function undoable(title: string, detail = ''): (undo: () => void) => void {
  return (undo) => {
    showToast(title, detail, { label: t('gallery.undo'), perform: undo });
  };
}

/** Saves a copy of the project where the browser saves files. */
export async function downloadProject(): Promise<void> {
  const reply = await studio.invoke('project.pack', { content: await currentContent() });
  if (!reply.ok) {
    showError(reply.error);
    return;
  }
  const name = useSession.getState().project?.name ?? useDocument.getState().document.title;
  saveFile(
    `${name.trim() || t('document.untitled')}.lavida`,
    new Blob([reply.value.file.slice()], { type: 'application/octet-stream' }),
  );
}

/** Leaves without saving, after the user said so. */
export function leaveWithoutSaving(): void {
  const { then } = useProject.getState();
  closeDialog();
  then?.();
}

/** Saves, then does what the user wanted. */
export async function saveAndLeave(): Promise<void> {
  const { then } = useProject.getState();
  useProject.setState({ dialog: null });
  if (await saveProject()) {
    closeDialog();
    then?.();
  } else if (useProject.getState().dialog === 'saveAs') useProject.setState({ then });
  else if (!useProject.getState().dirty) then?.();
}

async function readList(): Promise<void> {
  const reply = await studio.invoke('project.list', {});
  if (reply.ok) useProject.setState({ list: reply.value });
  else showError(reply.error);
}
