export { type Cv, checkCv } from './check-cv.js';
export { GroupKFold } from './group-k-fold.js';
export { KFold, type KFoldOptions } from './k-fold.js';
export { PredefinedSplit, type PredefinedSplitOptions } from './predefined-split.js';
export { ShuffleSplit, type ShuffleSplitOptions, StratifiedShuffleSplit } from './shuffle-split.js';
export type { Fold, Groups, SplitRows, Splitter } from './splitter.js';
export { StratifiedKFold } from './stratified-k-fold.js';
export { TimeSeriesSplit, type TimeSeriesSplitOptions } from './time-series-split.js';
