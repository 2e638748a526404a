import { InvalidArgumentError } from 'commander';
import { slugOf, taskNames } from './case.ts';

/** What stands for no limit. */
const all = 'all';

/** How many cases of each task and variant are run at most. */
export class Limits {
  readonly #byName: ReadonlyMap<string, number>;

  /** @param byName number of cases by `task`, `task/variant` or, for all that are not named, the empty name */
  constructor(byName: ReadonlyMap<string, number> = new Map()) {
    this.#byName = byName;
  }

  /** Reads `20`, `t2i/plan=80,reflect=30` or `20,t2i=all`. @throws InvalidArgumentError */
  static parse(text: string): Limits {
    const byName = new Map<string, number>();
    for (const part of text.split(',')) {
      const [first = '', second] = part.split('=').map((word) => word.trim());
      const name = second === undefined ? '' : first;
      const [task = ''] = name.split('/');
      if (name !== '' && !taskNames.some((known) => known === task)) {
        throw new InvalidArgumentError(`There is no task ${task}; there are ${taskNames.join(', ')}.`);
      }
      const count = second ?? first;
      if (count !== all && !/^\d+$/u.test(count)) {
        throw new InvalidArgumentError(`"${part}" has no number of cases.`);
      }
      byName.set(name, count === all ? Infinity : Number(count));
    }
    return new Limits(byName);
  }

  /** The names as `parse` reads them. */
  toString(): string {
    const count = (value: number): string => (value === Infinity ? all : String(value));
    return [...this.#byName]
      .map(([name, value]) => (name === '' ? count(value) : `${name}=${count(value)}`))
      .join(',');
  }

  /** The limit of a variant, else of its task, else of everything. */
  of(task: string, variant: string): number {
    const names = [`${task}/${slugOf(variant)}`, task, ''];
    return names.map((name) => this.#byName.get(name)).find((value) => value !== undefined) ?? Infinity;
  }
}
