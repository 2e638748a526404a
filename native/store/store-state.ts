import { resolve } from 'node:path';
import type { ModelJob, StoredModel } from '../../electron/contract/models.ts';
import type { AcceptedLicences } from './licences.ts';
import { licenceHash, type CatalogueEntry } from './catalogue.ts';
import type { InstalledModel } from './manifest.ts';

function installedOf(model: InstalledModel, entries: readonly CatalogueEntry[]): StoredModel['installed'] {
  const { manifest } = model;
  return {
    directory: model.directory,
    bytes: model.bytes,
    files: manifest?.files.length ?? 0,
    precision: manifest?.precision ?? 'original',
    installedAt: manifest?.installedAt ?? null,
    verifiedAt: manifest?.verifiedAt ?? null,
    repairable: manifest?.origin === 'catalogue' && entries.some(({ id }) => id === manifest.source?.entry),
    problems: [
      ...model.problems,
      ...(manifest?.problems ?? []).map((text) => ({ kind: 'words', text }) as const),
    ],
  };
}

function licenceOf(entry: CatalogueEntry, licences: AcceptedLicences): StoredModel['licence'] {
  return { ...entry.licence, sha256: licenceHash(entry.licence), acceptedAt: licences.acceptedAt(entry) };
}

function fromEntry(
  entry: CatalogueEntry,
  model: InstalledModel | null,
  licences: AcceptedLicences,
  entries: readonly CatalogueEntry[],
): StoredModel {
  const { source } = entry;
  const sizes = source.kind === 'files' ? source.files.map(({ bytes }) => bytes) : [null];
  return {
    id: entry.id,
    name: entry.name,
    summary: entry.summary,
    origin: source.kind === 'built-in' ? 'built-in' : 'catalogue',
    page: entry.page,
    licence: licenceOf(entry, licences),
    parameters: entry.parameters ?? model?.parameters ?? null,
    downloadBytes: sizes.includes(null) ? null : sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
    precisions: entry.precisions,
    state: stateOf(model),
    installed: model && !model.missing ? installedOf(model, entries) : null,
    job: null,
  };
}

function fromDisk(
  model: InstalledModel,
  licences: AcceptedLicences,
  entries: readonly CatalogueEntry[],
): StoredModel {
  const { manifest } = model;
  const entry = entries.find(({ id }) => id === manifest?.source?.entry);
  return {
    id: model.id,
    name: manifest?.name ?? model.id,
    summary: entry?.summary ?? null,
    origin: manifest?.origin ?? 'imported',
    page: entry?.page ?? null,
    licence: entry ? licenceOf(entry, licences) : null,
    parameters: entry?.parameters ?? model.parameters,
    downloadBytes: null,
    precisions: ['original', 'int8', 'int4', 'fp32'],
    state: stateOf(model),
    installed: installedOf(model, entries),
    job: null,
  };
}

function stateOf(model: InstalledModel | null): StoredModel['state'] {
  if (!model) return 'available';
  if (model.missing) return 'missing';
  return model.problems.length > 0 ? 'damaged' : 'installed';
}

/** Every model a user can have or has: the catalogue's in its order, then the others. */
export function describeModels(
  entries: readonly CatalogueEntry[],
  installed: readonly InstalledModel[],
  licences: AcceptedLicences,
  jobs: ReadonlyMap<string, ModelJob>,
): StoredModel[] {
  const byId = new Map(installed.map((model) => [model.id, model]));
  const listed = entries.map((entry) => fromEntry(entry, byId.get(entry.id) ?? null, licences, entries));
  const others = installed
    .filter(({ id }) => !entries.some((entry) => entry.id === id))
    .map((model) => fromDisk(model, licences, entries));
  return [...listed, ...others].map((model) => ({ ...model, job: jobs.get(model.id) ?? null }));
}

/** The model whose folder this is. */
export function modelAt(models: readonly StoredModel[], directory: string): string | null {
  const wanted = resolve(directory);
  return models.find(({ installed }) => installed && resolve(installed.directory) === wanted)?.id ?? null;
}

/** What stands in the list for a model that is not there yet. */
export function comingModel(id: string, job: ModelJob): StoredModel {
  return {
    id,
    name: id,
    summary: null,
    origin: job.kind === 'convert' ? 'converted' : 'imported',
    page: null,
    licence: null,
    parameters: null,
    downloadBytes: null,
    precisions: ['original'],
    state: 'available',
    installed: null,
    job,
  };
}
