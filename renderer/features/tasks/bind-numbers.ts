/** Settings that are numbers. */
type NumberName<S> = { [K in keyof S]-?: S[K] extends number ? K : never }[keyof S];

interface BoundNumber {
  value: number;
  changed: boolean;
  error: string | undefined;
  onChange: (value: number | undefined) => void;
}

/** What a number field needs to show and change one setting, by the setting's name. */
export function bindNumbers<S extends object>(
  settings: S,
  overrides: Partial<S>,
  problems: Partial<Record<keyof S, string>>,
  set: (name: NumberName<S>, value: number | undefined) => void,
): (name: NumberName<S>) => BoundNumber {
  return (name) => ({
    value: settings[name] as number,
    changed: name in overrides,
    error: problems[name],
    onChange: (value) => {
      set(name, value);
    },
  });
}
