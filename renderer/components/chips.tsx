interface ChipsProps {
  words: readonly string[];
  /** Names the group for screen readers; absent = a heading stands beside it. */
  label?: string;
  className?: string;
  onPick: (words: string) => void;
}

/** Words to take by a click. */
export function Chips({ words, label, className = '', onPick }: ChipsProps) {
  return (
    <div className={`chips ${className}`} role={label === undefined ? undefined : 'group'} aria-label={label}>
      {words.map((each) => (
        <button
          type="button"
          className="chip"
          key={each}
          onClick={() => {
            onPick(each);
          }}
        >
          {each}
        </button>
      ))}
    </div>
  );
}
