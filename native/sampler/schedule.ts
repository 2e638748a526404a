import type { scheduleNames } from '../../electron/contract/request.ts';

type ScheduleName = (typeof scheduleNames)[number];

/** A named transfer schedule σ(t); `shift` is read by the schedule of that name alone. */
export interface TransferSchedule {
  name: ScheduleName;
  shift: number;
}

const f32 = Math.fround;
const pi = f32(Math.PI);

/** Error function by Abramowitz and Stegun 7.1.5 (series) and 7.1.14 (continued fraction), to double precision. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size === Infinity) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
      if (n > 200) break;
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let k = 60; k >= 1; k--) fraction = size + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}

/** σ(t) of PIPELINE §1.4 in float32, rounded at every operation as the published implementation does (Q19). */
export function sigma(schedule: TransferSchedule, t: number): number {
  switch (schedule.name) {
    case 'shift': {
      const s = schedule.shift;
      return f32(f32(f32(s) * t) / f32(1 + f32(f32(s - 1) * t)));
    }
    case 'cosine':
      return f32(1 - f32(0.5 * f32(1 + f32(Math.cos(f32(pi * t))))));
    case 'cosine2':
      return f32(Math.cos(f32(f32(pi * f32(1 - t)) * 0.5)));
    case 'exp': {
      const whole = 1 - Math.exp(-5);
      return Math.min(1, Math.max(f32(1e-4), f32(f32(1 - f32(Math.exp(f32(-5 * t)))) / f32(whole))));
    }
    case 'logit_normal': {
      const logit = f32(Math.log(f32(t / f32(1 - t))));
      return f32(0.5 * f32(1 + f32(erf(f32(logit / f32(Math.SQRT2))))));
    }
    case 'linear':
      return t;
  }
}

/** `count + 1` evenly spaced values from 0 to 1 in float32, computed from both ends towards the middle. */
export function float32Steps(count: number): Float32Array {
  const values = new Float32Array(count + 1);
  const step = f32(1 / count);
  for (let i = 0; i <= count; i++) {
    values[i] = i < Math.floor((count + 1) / 2) ? i * step : 1 - f32((count - i) * step);
  }
  return values;
}

/**
 * Plain transfer counts (PIPELINE §1.4, text default): ⌊m/S⌋ tokens a step, the first m mod S steps one more.
 * @param masked m, the number of masked tokens; @param steps S
 */
export function uniformTransferCounts(masked: number, steps: number): number[] {
  const base = Math.floor(masked / steps);
  const more = masked % steps;
  return Array.from({ length: steps }, (_, i) => base + (i < more ? 1 : 0));
}

/** σ at the S+1 times 0…1, float32. */
export function sigmas(steps: number, schedule: TransferSchedule): Float32Array {
  return float32Steps(steps).map((t) => sigma(schedule, t));
}

/**
 * Transfer counts of a curve given by its values (PIPELINE §1.4): truncated increments, none below 1, surplus taken back
 * in cyclic order, then reversed.
 * @param curve σ_0…σ_S in float32, S ≤ m; @param masked m, the number of masked tokens
 */
export function countsOfCurve(curve: Float32Array, masked: number): number[] {
  const steps = curve.length - 1;
  const revealed = Array.from(curve, (value) => Math.trunc(f32(value * masked)));
  const counts = Array.from({ length: steps }, (_, i) =>
    Math.max(1, (revealed[i + 1] as number) - (revealed[i] as number)),
  );
  let sum = counts.reduce((total, count) => total + count, 0);
  for (let i = 0; sum > masked; i = (i + 1) % steps) {
    const count = counts[i] as number;
    if (count > 1) {
      counts[i] = count - 1;
      sum--;
    }
  }
  counts.reverse();
  // A curve that ends below 1 leaves tokens over; the last step takes them.
  counts[steps - 1] = (counts[steps - 1] as number) + masked - sum;
  return counts;
}

/**
 * Transfer counts k_0…k_{S−1} of a named schedule (PIPELINE §1.4): few tokens first, most last. S is at most m, every
 * count is at least 1, and they sum to m. Exact to the published float32 truncation.
 * @param masked m, the number of masked tokens; @param steps the wanted S, at least 1
 */
export function transferCounts(masked: number, steps: number, schedule: TransferSchedule): number[] {
  return masked === 0 ? [] : countsOfCurve(sigmas(Math.min(steps, masked), schedule), masked);
}
