export { type Blobs, type BlobsOptions, makeBlobs } from './blobs.js';
export { type Classification, type ClassificationOptions, makeClassification } from './classification.js';
export type { GeneratorOptions } from './options.js';
export {
  makeRegression,
  type Regression,
  type RegressionOptions,
  type RegressionTargets,
} from './regression.js';
export { type CirclesOptions, type MoonsOptions, makeCircles, makeMoons } from './shapes.js';
