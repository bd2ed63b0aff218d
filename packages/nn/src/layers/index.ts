export { BatchNorm1d, BatchNorm2d, type BatchNormOptions } from './batch-norm.js';
export { Conv2d, type Conv2dOptions } from './conv2d.js';
export { Dropout, type DropoutOptions } from './dropout.js';
export { Embedding, type EmbeddingOptions } from './embedding.js';
export { Flatten } from './flatten.js';
export { Linear, type LinearOptions } from './linear.js';
export {
  AdaptiveAvgPool2d,
  AvgPool2d,
  type AvgPool2dOptions,
  MaxPool2d,
  type MaxPool2dOptions,
} from './pooling.js';
