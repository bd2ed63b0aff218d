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
 * @param image - where the first channel of the first sample begins; channels follow each other, samples are `sampleSize` apart.
 */
export function imageToColumns(
  image: Float32Array,
  first: number,
  sampleSize: number,
  samples: number,
  channels: number,
  g: PatchGeometry,
  columns: Float32Array,
): void {
  let to = 0;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const shift = kx * g.dilationX - g.padX;
        const low = firstInside(shift, g.strideX, g.outWidth);
        const high = endInside(shift, g.strideX, g.outWidth, g.width);
        for (let sample = 0; sample < samples; sample++) {
          const channel = first + sample * sampleSize + c * g.height * g.width;
          for (let oy = 0; oy < g.outHeight; oy++, to += g.outWidth) {
            const y = oy * g.strideY - g.padY + ky * g.dilationY;
            if (y < 0 || y >= g.height) columns.fill(0, to, to + g.outWidth);
            else copyRow(image, channel + y * g.width + shift, g.strideX, columns, to, low, high, g.outWidth);
          }
        }
      }
    }
  }
}

/** Adds columns to the image, the transpose of {@link imageToColumns}. */
export function addColumnsToImage(
  image: Float32Array,
  first: number,
  sampleSize: number,
  samples: number,
  channels: number,
  g: PatchGeometry,
  columns: Float32Array,
): void {
  let from = 0;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const shift = kx * g.dilationX - g.padX;
        const low = firstInside(shift, g.strideX, g.outWidth);
        const high = endInside(shift, g.strideX, g.outWidth, g.width);
        for (let sample = 0; sample < samples; sample++) {
          const channel = first + sample * sampleSize + c * g.height * g.width;
          for (let oy = 0; oy < g.outHeight; oy++, from += g.outWidth) {
            const y = oy * g.strideY - g.padY + ky * g.dilationY;
            if (y >= 0 && y < g.height) {
              addRow(columns, from, image, channel + y * g.width + shift, g.strideX, low, high);
            }
          }
        }
      }
    }
  }
}

/** First output position whose input is not left of the image. */
function firstInside(shift: number, stride: number, count: number): number {
  return shift >= 0 ? 0 : Math.min(count, Math.ceil(-shift / stride));
}

/** End of the output positions whose inputs are not right of the image. */
function endInside(shift: number, stride: number, count: number, width: number): number {
  return Math.max(0, Math.min(count, Math.ceil((width - shift) / stride)));
}

function copyRow(
  image: Float32Array,
  origin: number,
  stride: number,
  columns: Float32Array,
  to: number,
  low: number,
  high: number,
  count: number,
): void {
  for (let x = 0; x < low; x++) columns[to + x] = 0;
  for (let x = low, from = origin + low * stride; x < high; x++, from += stride)
    columns[to + x] = image[from];
  for (let x = Math.max(low, high); x < count; x++) columns[to + x] = 0;
}

function addRow(
  columns: Float32Array,
  from: number,
  image: Float32Array,
  origin: number,
  stride: number,
  low: number,
  high: number,
): void {
  for (let x = low, to = origin + low * stride; x < high; x++, to += stride) image[to] += columns[from + x];
}
