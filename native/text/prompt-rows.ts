/** Stands in a list of ids for the rows of one picture; never embedded itself (PIPELINE §0). */
export const imagePlaceholder = -200;

/** A prompt as rows of the und branch. */
export interface PromptRows {
  /** One id a row; `imagePlaceholder` on the rows of pictures. */
  ids: Int32Array;
  /** [rows, d_model] */
  states: Float32Array;
}

/**
 * Puts the tokens of pictures in the places of their placeholders, and the embeddings of the other ids around them.
 *
 * @param ids with one placeholder a picture
 * @param pictures tokens [n, d_model] of each, in order
 * @param embedText rows of the text embedding
 * @throws RangeError when placeholders and pictures do not match
 */
export async function embedPrompt(
  ids: readonly number[],
  pictures: readonly Float32Array[],
  embedText: (ids: number[]) => Promise<Float32Array>,
  width: number,
): Promise<PromptRows> {
  const places = ids.filter((id) => id === imagePlaceholder).length;
  if (places !== pictures.length) throw new RangeError(`${pictures.length} pictures for ${places} places`);
  const text = await embedText(ids.filter((id) => id !== imagePlaceholder));
  const rows = ids.length - places + pictures.reduce((sum, { length }) => sum + length / width, 0);
  const result = { ids: new Int32Array(rows), states: new Float32Array(rows * width) };
  let row = 0;
  let textRow = 0;
  let picture = 0;
  for (const id of ids) {
    if (id === imagePlaceholder) {
      const tokens = pictures[picture++] ?? new Float32Array(0);
      const count = tokens.length / width;
      result.states.set(tokens, row * width);
      result.ids.fill(imagePlaceholder, row, row + count);
      row += count;
    } else {
      result.states.set(text.subarray(textRow * width, (textRow + 1) * width), row * width);
      result.ids[row++] = id;
      textRow++;
    }
  }
  return result;
}
