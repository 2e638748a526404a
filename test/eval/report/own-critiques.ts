import { z } from 'zod';
import type { CaseRecord } from '../run/case.ts';

const detailSchema = z.object({
  rounds: z.array(z.object({ accepted: z.boolean(), reasons: z.array(z.string()) })),
});

/** From runs of reflection: whether each picture is wrong for the checker, and whether the model said so. */
export function ownCritiques(cases: readonly CaseRecord[]): { wrong: boolean; caught: boolean }[] {
  return cases.flatMap(({ task, detail }) => {
    if (task !== 'reflect') return [];
    const parsed = detailSchema.safeParse(detail);
    if (!parsed.success) return [];
    return parsed.data.rounds.map(({ accepted, reasons }) => ({
      wrong: reasons.length > 0,
      caught: !accepted,
    }));
  });
}
