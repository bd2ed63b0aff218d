// Made data
export {
  type Blobs,
  type BlobsOptions,
  type CirclesOptions,
  type Classification,
  type ClassificationOptions,
  type GeneratorOptions,
  type MoonsOptions,
  makeBlobs,
  makeCircles,
  makeClassification,
  makeMoons,
  makeRegression,
  type Regression,
  type RegressionOptions,
  type RegressionTargets,
} from './generators/index.js';
// Small real data sets

// Errors
export {
  DatasetError,
  type DatasetErrorCode,
  type DatasetErrorDetails,
  datasetErrorCodes,
  type FilePlace,
} from './errors.js';
export { loadBreastCancer, loadDiabetes, loadDigits, loadIris, loadWine } from './loaders.js';
export { type LoadMnistOptions, loadMnist } from './mnist.js';
export type { Bunch } from './read-bunch.js';
