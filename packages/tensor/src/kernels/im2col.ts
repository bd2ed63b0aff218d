// Convolution as a matrix product: the patches that a filter sees, side by side as columns, and the transpose of that,
// which adds columns back to the image.

/** Sizes of a convolution of one group of channels. */
export interface PatchGeometry {
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padY: number;
  readonly padX: number;
  readonly dilationY: number;
  readonly dilationX: number;
}

/**
 * Patches of several samples: row (c, ky, kx), column (sample, oy, ox) of `columns` is the input at
 * oy·stride − pad + ky·dilation and so on, or 0 outside of the image.
 *
 * @param first - where the first channel of the first sample begins; channels follow each other, samples are `sampleSize`
 * apart.
 */
export function imageToColumns(
  image: Float32Array,
  first: number,
  sampleSize: number,
  samples: number,
  channels: number,
  geometry: PatchGeometry,
  columns: Float32Array,
): void {
  const { outHeight, outWidth, strideY, strideX, width } = geometry;
  const positions = outHeight * outWidth;
  let to = 0;
  eachTap(geometry, channels, ({ offset, top, bottom, left, right }) => {
    const isPartial = top > 0 || left > 0 || bottom < outHeight || right < outWidth;
    if (isPartial) columns.fill(0, to, to + samples * positions);
    for (let sample = 0; sample < samples; sample++, to += positions) {
      const origin = first + sample * sampleSize + offset;
      for (let oy = top; oy < bottom; oy++) {
        const end = to + oy * outWidth + right;
        let from = origin + oy * strideY * width + left * strideX;
        for (let at = to + oy * outWidth + left; at < end; at++, from += strideX) columns[at] = image[from];
      }
    }
  });
}

/** Adds columns to the image, the transpose of {@link imageToColumns}. */
export function addColumnsToImage(
  image: Float32Array,
  first: number,
  sampleSize: number,
  samples: number,
  channels: number,
  geometry: PatchGeometry,
  columns: Float32Array,
): void {
  const { outHeight, outWidth, strideY, strideX, width } = geometry;
  const positions = outHeight * outWidth;
  let from = 0;
  eachTap(geometry, channels, ({ offset, top, bottom, left, right }) => {
    for (let sample = 0; sample < samples; sample++, from += positions) {
      const origin = first + sample * sampleSize + offset;
      for (let oy = top; oy < bottom; oy++) {
        const end = from + oy * outWidth + right;
        let to = origin + oy * strideY * width + left * strideX;
        for (let at = from + oy * outWidth + left; at < end; at++, to += strideX) image[to] += columns[at];
      }
    }
  });
}

/** One element of the filter: where it lies on the image, and the output positions at which it is inside of it. */
interface Tap {
  /** Of the image's element under it at output position (0, 0), from the sample's beginning; may lie outside. */
  readonly offset: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function eachTap(g: PatchGeometry, channels: number, visit: (tap: Tap) => void): void {
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const y = ky * g.dilationY - g.padY;
        const x = kx * g.dilationX - g.padX;
        visit({
          offset: (c * g.height + y) * g.width + x,
          top: firstInside(y, g.strideY, g.outHeight),
          bottom: endInside(y, g.strideY, g.outHeight, g.height),
          left: firstInside(x, g.strideX, g.outWidth),
          right: endInside(x, g.strideX, g.outWidth, g.width),
        });
      }
    }
  }
}

/** First output position whose input, `shift` further, is not before the image. */
function firstInside(shift: number, stride: number, count: number): number {
  return shift >= 0 ? 0 : Math.min(count, Math.ceil(-shift / stride));
}

/** End of the output positions whose inputs are not behind the image. */
function endInside(shift: number, stride: number, count: number, length: number): number {
  return Math.max(0, Math.min(count, Math.ceil((length - shift) / stride)));
}
