import { stat } from 'node:fs/promises';
import { LavidaError } from '../errors.ts';
import { isInside } from '../policy/app-files.ts';
import type { StudioPaths } from './paths.ts';
import { makeFolder } from './safe-file.ts';

/**
 * The folder of finished pictures. The studio makes its own; one that the user chose must be there: if its disk is
 * gone, a folder made in its place would hide from view as soon as the disk is back, with all that was saved meanwhile.
 */
export class OutputFolder {
  readonly path: string;
  readonly #isOwn: boolean;

  /** @param isOwn whether the studio may make it */
  constructor(path: string, isOwn = true) {
    this.path = path;
    this.#isOwn = isOwn;
  }

  static of({ outputs, data }: StudioPaths): OutputFolder {
    return new OutputFolder(outputs, isInside(outputs, data));
  }

  /** @throws LavidaError output.gone, output.unwritable, output.full */
  async prepare(): Promise<void> {
    if (this.#isOwn) await makeFolder(this.path);
    else if (!(await this.isThere())) throw this.gone();
  }

  async isThere(): Promise<boolean> {
    return stat(this.path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }

  gone(): LavidaError {
    return new LavidaError('output.gone', `The output folder ${this.path} is not there.`);
  }
}
