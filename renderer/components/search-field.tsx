import { Search } from 'lucide-react';

interface SearchFieldProps {
  /** Read aloud, and shown while nothing is typed. */
  label: string;
  value: string;
  className?: string;
  onChange: (words: string) => void;
}

/** Words to look for. */
export function SearchField({ label, value, className, onChange }: SearchFieldProps) {
  return (
    <label className={['input-box', 'search-field', className].filter(Boolean).join(' ')}>
      <Search size={14} aria-hidden="true" />
      <input
        className="input"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
    </label>
  );
}
