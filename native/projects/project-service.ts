import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  projectEnding,
  projectRefSchema,
  type OpenedProject,
  type projectChannels,
  type ProjectContent,
  type ProjectList,
  type ProjectRef,
} from '../../electron/contract/project.ts';
import { LavidaError } from '../errors.ts';
import { JsonFile } from '../library/json-file.ts';
import { makeFolder, removeLeftovers, writeFileSafely } from '../library/safe-file.ts';
import type { Handlers } from '../studio/dispatch.ts';
import { packProject, unpackProject, type ProjectLibrary } from './project-file.ts';

const mostRecent = 20;
const recentSchema = z.array(projectRefSchema.extend({ usedAt: z.string() }));
type Recent = z.infer<typeof recentSchema>;

/** The system's dialogs, where a desktop shell has them. */
export interface ProjectDialogs {
  /** Where to save a file of this name; null when the user changed his mind. */
  save(name: string): Promise<string | null>;
  open(): Promise<string | null>;
}

export interface ProjectOptions {
  /** Project files of a studio without system dialogs. */
  projectFolder: string;
  recentFile: string;
  library: ProjectLibrary;
  createdBy: string;
  dialogs: ProjectDialogs | null;
}

/** Saves and opens projects. A window may only name files of its own lists: those used lately, and the studio's folder. */
export class ProjectService {
  readonly handlers: Pick<Handlers, keyof typeof projectChannels>;
  readonly #options: ProjectOptions;
  readonly #recentFile: JsonFile<Recent>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: ProjectOptions) {
    this.#options = options;
    this.#recentFile = new JsonFile(options.recentFile, recentSchema, 1);
    this.handlers = {
      'project.save': (input) => this.#queued(() => this.#save(input)),
      'project.open': async ({ path }) => ({ opened: await this.#open(path) }),
      'project.list': () => this.#list(),
      'project.pack': async ({ content }) => ({ file: await this.#pack(content) }),
      'project.unpack': async ({ name, file }) => ({
        opened: { project: null, ...(await unpackProject(file, name, options.library)) },
      }),
    };
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #save(input: {
    path: string | null;
    name: string;
    replace: boolean;
    content: ProjectContent;
  }): Promise<{ project: ProjectRef | null }> {
    const { path: wanted, name, replace, content } = input;
    const { dialogs, library, createdBy, projectFolder } = this.#options;
    let path = wanted === null ? null : await this.#allowed(wanted);
    if (path === null && dialogs) {
      const chosen = await dialogs.save(fileName(name));
      if (chosen === null) return { project: null };
      path = chosen.endsWith(projectEnding) ? chosen : chosen + projectEnding;
    } else if (path === null) {
      await makeFolder(projectFolder);
      path = join(projectFolder, fileName(name));
      if (!replace && (await stat(path).catch(() => null))) {
        throw new LavidaError('project.exists', `There is a project “${nameOf(path)}” already.`);
      }
    }
    // The folder is the user's: a save that was cut off there is tidied up by the next one.
    await removeLeftovers(dirname(path));
    await writeFileSafely(path, await packProject(content, library, createdBy));
    const project = { path, name: nameOf(path) };
    await this.#remember(project);
    return { project };
  }

  async #open(wanted: string | null): Promise<OpenedProject | null> {
    const { dialogs, library } = this.#options;
    const path = wanted === null ? ((await dialogs?.open()) ?? null) : await this.#allowed(wanted);
    if (path === null) return null;
    const project = { path, name: nameOf(path) };
    const opened = await unpackProject(path, basename(path), library);
    await this.#queued(() => this.#remember(project));
    return { project, ...opened };
  }

  async #pack(content: ProjectContent): Promise<Uint8Array> {
    const { library, createdBy } = this.#options;
    return new Uint8Array(await buffer(Readable.from(await packProject(content, library, createdBy))));
  }

  async #list(): Promise<ProjectList> {
    const { projectFolder, dialogs } = this.#options;
    const names = await readdir(projectFolder).catch(() => [] as string[]);
    const own = names.filter((name) => name.endsWith(projectEnding) && !name.startsWith('.'));
    const folder = await listed(own.map((name) => join(projectFolder, name)));
    folder.sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1));
    const recent = await listed((await this.#recent()).map(({ path }) => path));
    return { recent, folder, folderPath: projectFolder, hasDialogs: dialogs !== null };
  }

  /** The path itself if a window may name it. @throws LavidaError request.invalid */
  async #allowed(wanted: string): Promise<string> {
    const path = resolve(wanted);
    const isOwn = dirname(path) === resolve(this.#options.projectFolder) && path.endsWith(projectEnding);
    if (isOwn || (await this.#recent()).some((known) => known.path === path)) return path;
    throw new LavidaError('request.invalid', 'This file is not among the projects of the studio.', wanted);
  }

  async #recent(): Promise<Recent> {
    return (await this.#recentFile.load()) ?? [];
  }

  async #remember(project: ProjectRef): Promise<void> {
    const others = (await this.#recent()).filter(({ path }) => path !== project.path);
    const recent = [{ ...project, usedAt: new Date().toISOString() }, ...others].slice(0, mostRecent);
    // The project is saved: that the list of projects could not be is no failure of that.
    await this.#recentFile.save(recent).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
    });
  }
}

/** A name that every file system takes. */
function fileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[\u0000-\u001f\u007f/\\:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/gu, '')
    .slice(0, 80)
    .trim();
  const safe = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu.test(plain) ? `${plain} project` : plain;
  return `${safe || 'Untitled'}${projectEnding}`;
}

function nameOf(path: string): string {
  return basename(path).replace(/\.(?:lavida|json)$/u, '');
}

async function listed(paths: readonly string[]): Promise<ProjectList['recent']> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const file = await stat(path).catch(() => null);
      if (!file?.isFile()) return [];
      return [{ path, name: nameOf(path), changedAt: file.mtime.toISOString(), bytes: file.size }];
    }),
  );
  return found.flat();
}
