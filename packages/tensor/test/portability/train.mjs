// A short training that goes through every kernel and every elementary function, and the hash of the weights it ends
// with. Plain JavaScript that imports nothing: it runs in Node and on a web page, with the package handed to it.

/**
 * @param t - what @tacit/tensor exports.
 * @returns eight hexadecimal digits.
 */
export function trainedHash(t) {
  const generator = new t.Generator(2024);
  const parameter = (shape) => {
    const p = t.zeros(shape, { requiresGrad: true });
    generator.fillUniform(p.data, { low: -0.4, high: 0.4 });
    return p;
  };
  const images = t.zeros([16, 2, 9, 9]);
  generator.fillNormal(images.data);
  const labels = t.tensor(
    Int32Array.from({ length: 16 }, () => generator.integer(5)),
    { dtype: 'int32' },
  );
  const conv = [parameter([6, 2, 3, 3]), parameter([6])];
  const norm = [parameter([6]), parameter([6])];
  const dense = [parameter([40, 96]), parameter([40]), parameter([5, 40]), parameter([5])];
  const scale = t.tensor([0.1], { requiresGrad: true });
  const parameters = [...conv, ...norm, ...dense, scale];
  const state = parameters.map((p) => [new Float32Array(p.size), new Float32Array(p.size)]);
  for (let step = 1; step <= 12; step++) {
    const filtered = t.conv2d(images, conv[0], conv[1], { padding: 1 });
    const { output } = t.batchNorm(filtered, { weight: norm[0], bias: norm[1] });
    const pooled = t.maxPool2d(t.relu(output), 2);
    const hidden = t.linear(pooled.reshape([16, 96]), dense[0], dense[1]);
    const rounded = t.fakeQuantize(t.relu(hidden), scale, { low: 0, high: 15 });
    const loss = t.softmaxCrossEntropy(t.linear(rounded, dense[2], dense[3]), labels, {
      labelSmoothing: 0.1,
    });
    t.add(loss, smallTerms(t, dense[0])).backward();
    parameters.forEach((p, i) => {
      const [mean, square] = state[i];
      t.adamStep(p.data, p.grad.data, mean, square, { lr: 0.02, betas: [0.9, 0.999], eps: 1e-8, step });
      p.grad = null;
    });
  }
  if (!parameters.every((p) => p.data.every(Number.isFinite))) throw new Error('The weights are not finite.');
  return hashOf(parameters.map((p) => p.data));
}

/** A small regularization through all the functions that engines may compute differently. */
function smallTerms(t, x) {
  const functions = [
    t.exp,
    t.tanh,
    t.sigmoid,
    t.softplus,
    t.gelu,
    t.silu,
    t.elu,
    t.sin,
    t.cos,
    t.erf,
    t.logSigmoid,
  ];
  const terms = functions.map((f) => f(x).mean());
  terms.push(t.log(x.mul(x).add(0.1)).mean(), t.pow(x.mul(x).add(0.1), 0.7).mean(), t.logSoftmax(x).mean());
  terms.push(t.sqrt(x.mul(x).add(0.1)).mean(), t.matmul(x.transpose(), x).mean());
  return t.stack(terms).mean().mul(0.01);
}

/** FNV-1a over the bits of all numbers. */
function hashOf(arrays) {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, length } of arrays) {
    for (const word of new Uint32Array(buffer, byteOffset, length)) {
      for (let shift = 0; shift < 32; shift += 8) {
        hash = Math.imul(hash ^ ((word >>> shift) & 255), 0x01000193);
      }
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
