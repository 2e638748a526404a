import { LavidaError } from '../errors.ts';

export function unknownModel(id: string): LavidaError {
  return new LavidaError('store.unknown', `There is no model named ${id}.`);
}

export function busyModel(id: string): LavidaError {
  return new LavidaError('store.busy', `${id} is being worked on.`);
}
