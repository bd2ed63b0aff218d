// The model that is trained on a table: each kind of column its own steps, then the net. Missing numbers become the median and
// missing categories the most frequent one; numbers are scaled, categories become inputs of 0 and 1.

import {
  type Callback,
  ColumnTransformer,
  EarlyStopping,
  NeuralNetClassifier,
  NeuralNetRegressor,
  OneHotEncoder,
  Pipeline,
  SimpleImputer,
  StandardScaler,
  TransformedTargetRegressor,
} from '@tacit/learn';
import { AdamW, SparseQuantNeuralNet } from '@tacit/nn';
import type { Parameters } from './parameters.js';
import type { FeatureColumn, Task } from './training-data.js';

/** What the model is for. */
export interface ModelPlan {
  readonly task: Task;
  readonly columns: readonly FeatureColumn[];
  /** Rows of the table; small ones are trained in small batches. */
  readonly rows: number;
  readonly seed: number;
  /** Parameters of the net, over the defaults; those that begin with `columns__` are those of the steps before it. */
  readonly parameters: Parameters;
  /** Callbacks besides the early stopping. */
  readonly callbacks?: Readonly<Record<string, Callback>>;
}

/** The step of the pipeline that the net's parameters belong to. */
export function netPrefix(task: Task): string {
  return task === 'classification' ? 'net__' : 'net__regressor__';
}

/**
 * The unfitted model.
 *
 * @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown parameters with the nearest valid ones.
 */
export function buildModel(plan: ModelPlan): Pipeline {
  const { task, columns, parameters } = plan;
  const isOfColumns = ([name]: readonly [string, unknown]) => name.startsWith('columns__');
  const entries = Object.entries(parameters);
  const net = makeNet(task, {
    ...netDefaults(plan),
    ...Object.fromEntries(entries.filter((entry) => !isOfColumns(entry))),
  });
  const model = new Pipeline({
    steps: {
      columns: columnSteps(columns),
      net:
        task === 'classification'
          ? net
          : new TransformedTargetRegressor({ regressor: net, transformer: new StandardScaler() }),
    },
  });
  return model.setParams(Object.fromEntries(entries.filter(isOfColumns)));
}

function makeNet(task: Task, parameters: Parameters): NeuralNetClassifier | NeuralNetRegressor {
  const given = { module: SparseQuantNeuralNet, ...parameters } as never;
  return task === 'classification' ? new NeuralNetClassifier(given) : new NeuralNetRegressor(given);
}

function netDefaults({ rows, seed, parameters, callbacks }: ModelPlan): Parameters {
  // It watches the rows for validation, so there have to be some.
  const isValidated = parameters.trainSplit !== false && parameters.trainSplit !== null;
  const early = isValidated ? { early: new EarlyStopping({ patience: 15, loadBest: true }) } : null;
  return {
    module__nABits: 6,
    optimizer: AdamW,
    optimizer__weightDecay: 0.01,
    lr: 0.01,
    maxEpochs: 100,
    batchSize: batchSizeFor(rows),
    callbacks: { ...early, ...callbacks },
    seed,
    verbose: 0,
  };
}

/** About 20 batches an epoch, of 16 to 256 rows: a power of two. */
export function batchSizeFor(rows: number): number {
  return 2 ** Math.min(8, Math.max(4, Math.round(Math.log2(rows / 20))));
}

function columnSteps(columns: readonly FeatureColumn[]): ColumnTransformer {
  const names = (isNumeric: boolean) =>
    columns.filter(({ type }) => (type === 'numeric') === isNumeric).map(({ name }) => name);
  const [numbers, categories] = [names(true), names(false)];
  return new ColumnTransformer({
    transformers: {
      ...(numbers.length > 0 ? { numbers: [numberSteps(), numbers] as const } : null),
      ...(categories.length > 0 ? { categories: [categorySteps(), categories] as const } : null),
    },
  });
}

function numberSteps() {
  return new Pipeline({
    steps: { impute: new SimpleImputer({ strategy: 'median' }), scale: new StandardScaler() },
  });
}

function categorySteps() {
  return new Pipeline({
    steps: {
      impute: new SimpleImputer({ strategy: 'mostFrequent' }),
      encode: new OneHotEncoder({ drop: 'ifBinary', handleUnknown: 'ignore' }),
    },
  });
}
