/** By how much a picture is made smaller for the search: everything at the coarse scale, the best again at the fine one. */
export interface Scales {
  coarse: number;
  fine: number;
}

/** Side of the picture at the fine scale, or a little more: sprites are told apart at that size. */
const fineSide = 64;

/** The scales for pictures of a side: the largest power of two that leaves `fineSide` pixels, and twice as much. */
export function scalesOf(imageSize: number): Scales {
  const fine = 2 ** Math.max(0, Math.floor(Math.log2(imageSize / fineSide)));
  return { coarse: 2 * fine, fine };
}
