// Types of the constructor's argument: `component__name` parameters are read off the options of the component given,
// by template-literal types, so that an unknown name, a value of the wrong type and a parameter of another component
// are compile errors. The run-time twin, for names that come as text, is parameter-names.ts.

import type { Tensor } from '@tacit/tensor';
import type { Callback } from './callbacks/callback.js';
import type {
  AnyInputModule,
  Criterion,
  DataLoaderLike,
  DatasetLike,
  Inputs,
  ModuleOutput,
  Optimizer,
  TrainSplit,
} from './components.js';
import type { ParamGroupRule } from './param-groups.js';
import type { ComponentOf, Recipe } from './recipe.js';

export type ModuleRecipe = Recipe<AnyInputModule>;
export type CriterionRecipe = Recipe<Criterion>;
/** A class or factory: an optimizer needs the parameters that it works on, so a ready instance is of no use. */
export type OptimizerRecipe = Exclude<Recipe<Optimizer>, Optimizer>;
/** A class or factory: a loader needs the data set. */
export type IteratorRecipe = Exclude<Recipe<DataLoaderLike>, DataLoaderLike>;
/** A class or factory of `(X, y, options)`. */
export type DatasetRecipe = Exclude<Recipe<DatasetLike>, DatasetLike>;
export type TrainSplitRecipe = Recipe<TrainSplit>;
/** Callbacks by name, in the order they are called; null switches a default callback off. */
export type CallbackRecord = { readonly [name: string]: Callback<object> | null };

type NoOptions = Record<never, never>;

type LastOptions<A extends readonly unknown[]> =
  Required<A> extends readonly [...unknown[], infer L]
    ? IsOptions<L> extends true
      ? L
      : NoOptions
    : NoOptions;

// A last parameter that is a list or a function, as the parameters of an optimizer without options, holds no options.
type IsOptions<L> = L extends readonly unknown[] | ((...args: never[]) => unknown)
  ? false
  : L extends object
    ? true
    : false;

/** The options of a recipe: the last parameter of the class or factory. None for an instance. */
export type OptionsOf<R> = R extends abstract new (
  ...args: infer A
) => object
  ? LastOptions<A>
  : R extends (...args: infer A) => object
    ? LastOptions<A>
    : NoOptions;

/** What the module of a recipe takes: a tensor, or a record of inputs. */
export type InputsOf<M> = ModuleRecipe extends M
  ? Tensor
  : ComponentOf<M> extends { forward(...inputs: infer I): unknown }
    ? I extends readonly [infer X extends Inputs, ...unknown[]]
      ? X
      : Tensor
    : Tensor;

/** What the module of a recipe gives: a tensor, or several. */
export type OutputOf<M> = ModuleRecipe extends M
  ? Tensor
  : ComponentOf<M> extends { forward(...inputs: never): infer O extends ModuleOutput }
    ? O
    : Tensor;

/** The names of `O` with a prefix: `{ module__nLayers?: number }`. */
export type Prefixed<P extends string, O> = { [K in keyof O & string as `${P}__${K}`]?: O[K] };

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never;

type OptionsOfCallback<T> = T extends { readonly options: infer O } ? O : NoOptions;

/** `callbacks__NAME` (another callback, or null) and `callbacks__NAME__option` for each callback of the record. */
export type CallbackParams<CB> = [keyof CB] extends [never]
  ? unknown
  : UnionToIntersection<
      {
        [N in keyof CB & string]: Prefixed<`callbacks__${N}`, OptionsOfCallback<NonNullable<CB[N]>>> & {
          [K in `callbacks__${N}`]?: Callback<object> | null;
        };
      }[keyof CB & string]
    >;

/** The callbacks that a net has: the user's under their names, the default ones under the names left. */
export type MergedCallbacks<Default, CB> = CB extends 'disable'
  ? NoOptions
  : CB extends CallbackRecord
    ? string extends keyof CB
      ? NoOptions
      : Omit<Default, keyof CB> & CB
    : Default;

/** Parameters of every net that belong to no component. */
export type CommonParams = {
  /** Learning rate. 0.01, as in skorch; `optimizer__lr` wins if both are given. */
  lr?: number;
  /** Epochs of one call of `fit` or `partialFit`, at least 0. 10. */
  maxEpochs?: number;
  /** Rows of a batch; −1 takes all rows as one batch. 128. `iteratorTrain__batchSize` and `iteratorValid__batchSize` win. */
  batchSize?: number;
  /** Batches whose mean gradient makes one step of the optimizer. 1. The last step of an epoch may have fewer. */
  accumulateBatches?: number;
  /** Where tensors lie. 'cpu', the only place there is; null is the same. */
  device?: 'cpu' | null;
  /** 0 prints nothing; the history is filled all the same. 1. */
  verbose?: number;
  /** Whether `fit` goes on from the weights of the last fit. false. */
  warmStart?: boolean;
  /**
   * All random choices (initial weights, order of rows, split) follow from it: equal seeds give equal weights. null draws a
   * seed at each fit; `net.seed_` tells which.
   */
  seed?: number | null;
  /**
   * What turns the module's output into what `predictProba` gives. 'auto' goes by the criterion (softmax for logits),
   * null changes nothing.
   */
  predictNonlinearity?: 'auto' | null | ((output: Tensor) => Tensor);
  /** Whether scoring callbacks reuse the predictions of the epoch: 'auto' leaves it to each of them. */
  useCaching?: 'auto' | boolean;
};

/** The parameters that are components themselves. */
export type ComponentParams<M, C, O, IT, IV, TS, CB, DS> = {
  /** What is trained. A class taking its options as the only parameter, a factory of options, or an instance. */
  module: M;
  /** The loss: `forward(output, target)`. */
  criterion?: C;
  /** A class or factory of `(parameters, options)`. */
  optimizer?: O;
  /** A class or factory of `(dataset, options)`. */
  iteratorTrain?: IT;
  /** As `iteratorTrain`; also used for all predictions. */
  iteratorValid?: IV;
  /** What holds the rows; a class or factory of `(X, y, options)`. */
  dataset?: DS;
  /** How validation rows are chosen; false or null trains on all rows. */
  // TrainSplit by name too: only so is an object written in place typed by it.
  trainSplit?: TS | TrainSplit | false | null;
  /** Callbacks by name, added to the default ones; 'disable' removes those too. */
  callbacks?: CB;
};

/** `optimizer__paramGroups__0__lr`: an option of one group, for a live optimizer as well. */
export type GroupParams<O> = {
  [K in keyof O & string as `optimizer__paramGroups__${number}__${K}`]?: O[K];
};

/** All `component__name` parameters that go with the components given. */
export type NestedParams<M, C, O, IT, IV, TS, CB, DS> = Prefixed<'module', OptionsOf<M>> &
  Prefixed<'criterion', OptionsOf<C>> &
  Prefixed<'optimizer', OptionsOf<O>> & {
    /** Other options for parameters by name: `[['*.bias', { weightDecay: 0 }]]`. */
    optimizer__paramGroups?: readonly ParamGroupRule<Partial<OptionsOf<O>>>[];
  } & Prefixed<'iteratorTrain', OptionsOf<IT>> &
  Prefixed<'iteratorValid', OptionsOf<IV>> &
  Prefixed<'trainSplit', OptionsOf<TS>> &
  GroupParams<OptionsOf<O>> &
  Prefixed<'dataset', Omit<OptionsOf<DS>, 'sampleWeight' | 'groups'>> &
  CallbackParams<CB>;

/**
 * The argument of a net's constructor. `Default` holds the default callbacks, `Extra` what the net class adds to
 * {@link CommonParams}. Only the components are inferred from; everything else is checked against them.
 */
export type NetArgs<
  M,
  C,
  O,
  IT,
  IV,
  TS,
  CB,
  Default,
  Extra = NoOptions,
  DS = DatasetRecipe,
> = ComponentParams<M, C, O, IT, IV, TS, CB, DS> &
  NoInfer<NestedParams<M, C, O, IT, IV, TS, MergedCallbacks<Default, CB>, DS> & CommonParams & Extra>;

/** What `setParams` takes and `getParams` gives: the same names, all optional. */
export type NetParams<M, C, O, IT, IV, TS, CB, Default, Extra = NoOptions, DS = DatasetRecipe> = Partial<
  ComponentParams<
    ModuleRecipe,
    CriterionRecipe,
    OptimizerRecipe,
    IteratorRecipe,
    IteratorRecipe,
    TrainSplitRecipe,
    CallbackRecord | 'disable' | null,
    DatasetRecipe
  >
> &
  NestedParams<M, C, O, IT, IV, TS, MergedCallbacks<Default, CB>, DS> &
  CommonParams &
  Extra;
