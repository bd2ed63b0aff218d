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
export type { Bunch } from './read-table.js';
