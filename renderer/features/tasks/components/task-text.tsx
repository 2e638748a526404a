import { useEffect, useLayoutEffect, useRef } from 'react';
import { useTaskFocus } from '../focus.ts';

interface TaskTextProps {
  id: string;
  label: string;
  value: string;
  rows: number;
  placeholder: string;
  error?: string | undefined;
  /** At the end of the label's line. */
  hint?: React.ReactNode;
  onChange: (text: string) => void;
  /** Enter without Shift; absent = Enter begins a line. */
  onEnter?: () => void;
}

/** A text of some lines that grows with its content. */
export function TaskText(props: TaskTextProps) {
  const { id, label, value, rows, placeholder, error, hint, onChange, onEnter } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const wish = useTaskFocus((state) => state.wish);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = '0';
    element.style.height = `${String(element.scrollHeight + 2)}px`;
  }, [value]);
  useEffect(() => {
    if (wish?.field !== id) return;
    area.current?.focus();
    useTaskFocus.setState({ wish: null });
  }, [wish, id]);
  return (
    <div className="prompt">
      <div className="prompt-head">
        <label htmlFor={id}>{label}</label>
        {hint ? <span className="num prompt-count">{hint}</span> : null}
      </div>
      <textarea
        ref={area}
        id={id}
        className="prompt-area task-area"
        rows={rows}
        placeholder={placeholder}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={error ? `${id}-problem` : undefined}
        spellCheck={false}
        onChange={(event) => {
          onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || !onEnter) return;
          if (event.nativeEvent.isComposing) return;
          event.preventDefault();
          onEnter();
        }}
      />
      {error ? (
        <p className="field-error" id={`${id}-problem`} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}
