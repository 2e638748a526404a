/** Mean [n] and covariance [n, n] of feature vectors. */
interface Gaussian {
  mean: Float64Array;
  covariance: Float64Array[];
}

function fit(vectors: readonly Float64Array[]): Gaussian {
  const size = vectors[0]?.length ?? 0;
  const mean = new Float64Array(size);
  for (const vector of vectors)
    vector.forEach((value, i) => (mean[i] = (mean[i] as number) + value / vectors.length));
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  const share = 1 / Math.max(vectors.length - 1, 1);
  for (const vector of vectors) {
    covariance.forEach((row, i) => {
      const a = ((vector[i] as number) - (mean[i] as number)) * share;
      for (let k = 0; k < size; k++)
        row[k] = (row[k] as number) + a * ((vector[k] as number) - (mean[k] as number));
    });
  }
  return { mean, covariance };
}

function multiply(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((row) => {
    const out = new Float64Array(row.length);
    row.forEach((value, k) =>
      (b[k] as Float64Array).forEach((other, j) => (out[j] = (out[j] as number) + value * other)),
    );
    return out;
  });
}

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix by Jacobi's rotations. */
function eigen(matrix: readonly Float64Array[]): { values: number[]; vectors: Float64Array[] } {
  const a = matrix.map((row) => row.slice());
  const size = a.length;
  const v = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (__, k) => (i === k ? 1 : 0)),
  );
  const at = (rows: readonly Float64Array[], i: number, k: number): number =>
    (rows[i] as Float64Array)[k] as number;
  const rotate = (
    rows: Float64Array[],
    i: number,
    j: number,
    k: number,
    l: number,
    s: number,
    tau: number,
  ): void => {
    const g = at(rows, i, j);
    const h = at(rows, k, l);
    (rows[i] as Float64Array)[j] = g - s * (h + g * tau);
    (rows[k] as Float64Array)[l] = h + s * (g - h * tau);
  };
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let i = 0; i < size; i++) for (let k = i + 1; k < size; k++) off += at(a, i, k) ** 2;
    if (off < 1e-22) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const apq = at(a, p, q);
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        const tau = s / (1 + c);
        (a[p] as Float64Array)[p] = at(a, p, p) - t * apq;
        (a[q] as Float64Array)[q] = at(a, q, q) + t * apq;
        (a[p] as Float64Array)[q] = 0;
        for (let j = 0; j < p; j++) rotate(a, j, p, j, q, s, tau);
        for (let j = p + 1; j < q; j++) rotate(a, p, j, j, q, s, tau);
        for (let j = q + 1; j < size; j++) rotate(a, p, j, q, j, s, tau);
        for (let j = 0; j < size; j++) rotate(v, j, p, j, q, s, tau);
      }
    }
  }
  return { values: a.map((row, i) => row[i] as number), vectors: v };
}

/** Square root of a symmetric positive semi-definite matrix. */
function squareRoot(matrix: readonly Float64Array[]): Float64Array[] {
  const { values, vectors } = eigen(matrix);
  const scaled = vectors.map((row) =>
    row.map((value, k) => value * Math.sqrt(Math.max(values[k] as number, 0))),
  );
  const transposed = vectors.map((_, i) => Float64Array.from(vectors, (row) => row[i] as number));
  return multiply(scaled, transposed);
}

/**
 * Fréchet distance between Gaussians fitted to two sets of feature vectors, as FID (Heusel et al. 2017) has it:
 * |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½).
 * @throws RangeError when either set has fewer than two vectors
 */
export function frechetDistance(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  if (a.length < 2 || b.length < 2)
    throw new RangeError('A distance needs at least two pictures on each side.');
  const one = fit(a);
  const two = fit(b);
  const root = squareRoot(one.covariance);
  const middle = multiply(multiply(root, two.covariance), root);
  // Rounding leaves it a little unsymmetric.
  const symmetric = middle.map((row, i) =>
    row.map((value, k) => (value + ((middle[k] as Float64Array)[i] as number)) / 2),
  );
  const cross = eigen(symmetric).values.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
  const trace = (rows: readonly Float64Array[]): number =>
    rows.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const apart = one.mean.reduce((sum, value, i) => sum + (value - (two.mean[i] as number)) ** 2, 0);
  return apart + trace(one.covariance) + trace(two.covariance) - 2 * cross;
}
