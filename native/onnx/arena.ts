/**
 * Weights up to which a session keeps its working memory between runs, which saves about 7 % of a run. A large network
 * is one session a layer: thirty of them would each keep hundreds of megabytes. Apart from the sessions, because whoever
 * only estimates memory must not load ONNX Runtime.
 */
export const arenaElements = 16 * 2 ** 20;
