export type { Benchmark } from './fit-benchmark.js';
export {
  type Budget,
  type Budgetable,
  type BudgetFit,
  type FitToBudgetOptions,
  fitToBudget,
} from './fit-to-budget.js';
export { Frontier, type FrontierPoint } from './frontier.js';
export { SparseQuantClassifier } from './sparse-quant-classifier.js';
export { SparseQuantRegressor } from './sparse-quant-regressor.js';
