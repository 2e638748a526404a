import { z } from 'zod';
import { contextWeightSchema } from './context-weight.ts';

/**
 * A run that goes on from a step of another one, with some of its codes masked again (ours, not the paper's). Codes that
 * the parent had committed outside the region never change. Nothing here refers to a file: the same request gives the
 * same codes on a machine that never saw the parent.
 */
export const branchSchema = z.object({
  /** Where it came from: the parent's run id or file name, for lineage, and the model whose codes these are. */
  parent: z.object({ run: z.string().max(500).nullable(), fingerprint: z.string().max(200) }),
  /** Finished steps of the parent: 0 is its start, its number of steps its end. */
  step: z.int().min(0).max(65_536),
  /** Step of the noise, the temperatures and the guidance interval that the first step of the branch uses. */
  offset: z.int().min(0).max(1_000_000),
  /** The parent's codes after `step` [N], u16 little endian in base64; the mask id where it had none yet. */
  codes: z.base64().max(200_000),
  /** Positions that are masked again, raster indices. */
  region: z.array(z.int().min(0).max(65_535)).max(65_536),
  /** How many codes each step of the branch commits; sums to the codes that are masked at its start. */
  counts: z.array(z.int().min(0).max(65_536)).min(1).max(65_536),
  /** Seed of the order where it is not the request's: a later round of reflection draws its noise anew, not its order. */
  orderSeed: z.int().min(0).max(0xffff_ffff).optional(),
  /**
   * What a later round of reflection was told of the ones before it, oldest first: the codes [N] of each picture, packed
   * like `codes`, and what was said of it.
   */
  feedback: z
    .array(z.object({ codes: z.base64().max(200_000), reply: z.string().max(4000) }))
    .max(20)
    .optional(),
  /** How far the feedback counts, λ of the run's reflection; absent = 1. */
  weight: contextWeightSchema.optional(),
});
export type Branch = z.infer<typeof branchSchema>;

/** Codes as a request carries them. */
export function packCodes(codes: Uint16Array): string {
  let binary = '';
  for (const code of codes) binary += String.fromCharCode(code & 0xff, code >> 8);
  return btoa(binary);
}

/** The codes of `packCodes`; an odd last byte is dropped. */
export function unpackCodes(packed: string): Uint16Array {
  const binary = atob(packed);
  const codes = new Uint16Array(binary.length >> 1);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = binary.charCodeAt(2 * i) | (binary.charCodeAt(2 * i + 1) << 8);
  }
  return codes;
}
