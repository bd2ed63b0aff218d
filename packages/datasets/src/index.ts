export { loadBreastCancer, loadDiabetes, loadDigits, loadIris, loadWine } from './loaders.js';
export type { Bunch } from './read-table.js';
