import { imageTokenConfig } from '../../../native/network/config.ts';
import { ImageTokenInput, ImageTokenOutput, type Grid } from '../../../native/network/image-tokens.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, compareValues, type Row } from '../report.ts';

/** The grid of a case: from its JSON entry (`H`, `W`), else a square. */
function gridOf(fixture: Fixture, name: string, codes: number): Grid {
  const entry = fixture.json.cases?.[name];
  if (typeof entry === 'object' && entry !== null && 'H' in entry && 'W' in entry) {
    return { width: Number(entry.W), height: Number(entry.H) };
  }
  const side = Math.sqrt(codes);
  if (!Number.isInteger(side))
    throw new Error(`${name}: ${codes} codes, and the JSON does not tell the grid`);
  return { width: side, height: side };
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const config = imageTokenConfig(fixture.json.config ?? {}, weights);
  if (config === null) throw new Error('the fixture holds no image-token modules');
  const input = new ImageTokenInput(weights, config, context);
  const output = new ImageTokenOutput(weights, config, context);
  const { tensors } = fixture;
  try {
    const maskId = fixture.json.img_mask_id;
    if (typeof maskId === 'number') yield compareIds('config', 'image mask id', [config.maskId], [maskId]);
    for (const name of casesWith(fixture, 'input', 'ids')) {
      const [rows = 1, codes = 0] = shapeOf(fixture, `input.${name}.ids`);
      const grid = gridOf(fixture, name, codes);
      const slots = await input.embed(await tensors.readInt32(`input.${name}.ids`), grid);
      if (has(fixture, `expected.${name}.embeds`)) {
        const expected = await tensors.readFloat32(`expected.${name}.embeds`);
        yield compareValues(name, 'embeds', slots, expected, context.tolerance);
      }
      if (!has(fixture, `input.${name}.hidden`) || !has(fixture, `expected.${name}.logits`)) continue;
      const logits = await output.logits(await tensors.readFloat32(`input.${name}.hidden`), rows, grid);
      const expected = await tensors.readFloat32(`expected.${name}.logits`);
      yield compareValues(name, 'logits', logits, expected, context.tolerance);
    }
  } finally {
    await input.release();
    await output.release();
    await weights.close();
  }
}

/** Image-token input and output by themselves (MODEL §3). */
export const genHeadCase: ParityCase = {
  name: 'gen_head',
  matches: (fixture) =>
    has(fixture, 'model.gen_embedding.0.weight') &&
    casesWith(fixture, 'input', 'ids').some((name) => has(fixture, `expected.${name}.embeds`)),
  run,
};
