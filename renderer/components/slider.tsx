import { Slider as Radix } from 'radix-ui';

interface SliderProps {
  /** One name a thumb. */
  labels: readonly string[];
  values: readonly number[];
  min: number;
  max: number;
  step: number;
  disabled?: boolean;
  onChange: (values: number[]) => void;
  format?: (value: number) => string;
}

export function Slider({ labels, values, min, max, step, disabled = false, onChange, format }: SliderProps) {
  return (
    <Radix.Root
      className="slider"
      value={[...values]}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      onValueChange={onChange}
    >
      <Radix.Track className="slider-track">
        <Radix.Range className="slider-range" />
      </Radix.Track>
      {labels.map((label, i) => (
        <Radix.Thumb
          key={label}
          className="slider-thumb"
          aria-label={label}
          aria-valuetext={format?.(values[i] ?? min)}
        />
      ))}
    </Radix.Root>
  );
}
