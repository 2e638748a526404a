import type { ParityCase } from './case.ts';
import { elasticMotCase } from './cases/elastic-mot.ts';
import { genHeadCase } from './cases/gen-head.ts';
import { siglipCase } from './cases/siglip.ts';
import { samplersCase } from './cases/samplers.ts';
import { endToEndCase } from './cases/t2i-end-to-end.ts';
import { understandingCase } from './cases/understanding-e2e.ts';
import { textDiffusionCase } from './cases/text-diffusion.ts';
import { vqCase } from './cases/vq.ts';
import type { Fixture } from './fixture.ts';

/** All known kinds of fixture; add a module of cases/ here. */
export const parityCases: readonly ParityCase[] = [
  elasticMotCase,
  genHeadCase,
  vqCase,
  samplersCase,
  endToEndCase,
  textDiffusionCase,
  siglipCase,
  understandingCase,
];

/** The kind of a fixture: by its name, else by the tensors it holds, kinds whose name begins the fixture's first. */
export function caseFor(fixture: Fixture): ParityCase | undefined {
  const named = parityCases.find((kind) => kind.name === fixture.name);
  if (named) return named;
  const byPrefix = parityCases
    .filter((kind) => fixture.name.startsWith(kind.name))
    .sort((a, b) => b.name.length - a.name.length);
  return [...byPrefix, ...parityCases].find((kind) => kind.matches(fixture));
}
