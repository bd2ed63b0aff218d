// A quantized net as an ONNX model in QDQ form: integers with DequantizeLinear in front of what computes with them, and
// QuantizeLinear behind activations, which every ONNX runtime evaluates to the same labels.

import { type InputQuantizer, QuantConv2d, type QuantLayer, type QuantLinear, QuantNet } from '@tacit/nn';
import { ComponentError } from '../errors.js';
import { addActivation } from './onnx-activations.js';
import { OnnxGraph } from './onnx-graph.js';

/** What exporting takes: any fitted net around a `SparseQuantNeuralNet` or `SparseQuantConvNet`. */
export interface OnnxExportable {
  readonly module_: object;
  readonly classes_?: readonly (string | number | boolean)[];
}

/**
 * The model file of a fitted net. Its input `X` is [rows, features] raw float32 features: the map to integers is part of the
 * model. Its output `logits` is [rows, outputs]; for a classifier, column k belongs to entry k of the JSON list under
 * `classes` in the model's metadata.
 *
 * IR version 8, operator set 17. Real-valued activations (`nABits: null`) stay real.
 *
 * @throws NotFittedError before `fit`; ComponentError `ONNX_UNSUPPORTED` for another module, or for an activation that has no
 * ONNX operator, which it names.
 * @example await writeFile('iris.onnx', exportOnnx(net));
 */
export function exportOnnx(net: OnnxExportable): Uint8Array {
  const module: unknown = net.module_;
  if (!(module instanceof QuantNet)) throw unsupported((module as object).constructor.name);
  const graph = new OnnxGraph();
  const scaled = addInputs(graph, module.inputQuantizer);
  let values = scaled;
  const { inputShape } = module.layers[0]!;
  if (inputShape.length > 1) values = reshape(graph, values, inputShape);
  for (const layer of module.layers) values = addLayer(graph, layer, values);
  if (module.skip !== null) values = graph.apply('Add', [values, addLinear(graph, module.skip, scaled)]);
  const { features } = module.inputQuantizer;
  const outputs = module.layers.at(-1)!.linear.neurons;
  const classes = 'classes_' in net ? net.classes_ : undefined;
  return graph.encode(
    { name: 'X', shape: [features] },
    { name: 'logits', shape: [outputs], value: values },
    classes === undefined ? {} : { classes: JSON.stringify(classes) },
  );
}

/** In double precision, half-way cases up, as the client of a circuit rounds; then [−1, 1]. */
function addInputs(graph: OnnxGraph, quantizer: InputQuantizer): string {
  const { features, levels } = quantizer;
  const each = (name: string) => quantizer.buffer(name).data;
  const double = graph.apply('Cast', ['X'], { to: 11 });
  const low = graph.constant('double', [features], each('low'));
  // A feature without a step was constant in training: any value becomes its level 0.
  const steps = Array.from(each('step'), (step) => (step === 0 ? Number.POSITIVE_INFINITY : step));
  const step = graph.constant('double', [features], steps);
  const scalar = (value: number) => graph.constant('double', [], [value]);
  const position = graph.apply('Div', [graph.apply('Sub', [double, low]), step]);
  const clipped = quantizer.quantize ? graph.apply('Clip', [position, scalar(0), scalar(levels)]) : position;
  const level = quantizer.quantize
    ? graph.apply('Floor', [graph.apply('Add', [clipped, scalar(0.5)])])
    : clipped;
  const real = quantizer.quantize
    ? dequantize(graph, graph.apply('Cast', [level], { to: 2 }), 2 / levels)
    : graph.apply('Mul', [graph.apply('Cast', [level], { to: 1 }), float(graph, 2 / levels)]);
  return graph.apply('Sub', [real, float(graph, 1)]);
}

function dequantize(graph: OnnxGraph, integers: string, scale: number): string {
  return graph.apply('DequantizeLinear', [integers, float(graph, scale), graph.constant('uint8', [], [0])]);
}

function float(graph: OnnxGraph, value: number): string {
  return graph.constant('float', [], [value]);
}

function reshape(graph: OnnxGraph, values: string, shape: readonly number[]): string {
  return graph.apply('Reshape', [values, graph.constant('int64', [shape.length + 1], [-1, ...shape])]);
}

function addLayer(graph: OnnxGraph, layer: QuantLayer, input: string): string {
  const { linear, inputPool, outputPool } = layer;
  let values = inputPool === null ? input : addPool(graph, input, inputPool);
  if (linear instanceof QuantConv2d) values = addConvolution(graph, linear, values);
  else
    values = addLinear(
      graph,
      linear,
      layer.inputShape.length > 1 ? reshape(graph, values, [linear.inFeatures]) : values,
    );
  if (outputPool !== null) values = addPool(graph, values, outputPool);
  if (layer.norm !== null) values = addNorm(graph, layer, values);
  if (layer.activation !== null) values = addActivation(graph, layer.activation, values);
  return layer.quantizer === null ? values : addQuantizer(graph, layer, values);
}

function addPool(graph: OnnxGraph, values: string, size: number | readonly [number, number]): string {
  const pair = typeof size === 'number' ? [size, size] : size;
  return graph.apply('AveragePool', [values], { kernel_shape: pair, strides: pair });
}

/** [neurons, …] as int8 with a scale for each neuron; real weights for a float twin. */
function addWeights(graph: OnnxGraph, linear: QuantLinear | QuantConv2d, shape: readonly number[]): string {
  if (!linear.quantize) {
    const { mask } = linear;
    return graph.constant(
      'float',
      shape,
      linear.weight.data.map((weight, i) => weight * mask[i]!),
    );
  }
  const { integers, scales } = linear.quantizedWeights();
  const rows = shape[0]!;
  return graph.apply(
    'DequantizeLinear',
    [
      graph.constant('int8', shape, integers),
      graph.constant('float', [rows], scales),
      graph.constant('int8', [rows], new Int8Array(rows)),
    ],
    { axis: 0 },
  );
}

function addLinear(graph: OnnxGraph, linear: QuantLinear, values: string): string {
  const weights = addWeights(graph, linear, [linear.outFeatures, linear.inFeatures]);
  const inputs = [values, weights];
  if (linear.bias !== null) inputs.push(graph.constant('float', [linear.outFeatures], linear.bias.data));
  return graph.apply('Gemm', inputs, { transB: 1 });
}

function addConvolution(graph: OnnxGraph, convolution: QuantConv2d, values: string): string {
  const { stride, padding, dilation, groups } = convolution;
  const pair = (size: number | readonly [number, number]) => (typeof size === 'number' ? [size, size] : size);
  const inputs = [values, addWeights(graph, convolution, convolution.weight.shape)];
  if (convolution.bias !== null) {
    inputs.push(graph.constant('float', [convolution.outChannels], convolution.bias.data));
  }
  return graph.apply('Conv', inputs, {
    strides: pair(stride),
    pads: [...pair(padding), ...pair(padding)],
    dilations: pair(dilation),
    group: groups,
  });
}

function addNorm(graph: OnnxGraph, { norm }: QuantLayer, values: string): string {
  const mean = norm!.buffer('running_mean').data;
  const vector = (data: ArrayLike<number>) => graph.constant('float', [mean.length], data);
  const ones = new Float32Array(mean.length).fill(1);
  const inputs = [
    values,
    vector(norm!.weight?.data ?? ones),
    vector(norm!.bias?.data ?? new Float32Array(mean.length)),
    vector(mean),
    vector(norm!.buffer('running_var').data),
  ];
  return graph.apply('BatchNormalization', inputs, { epsilon: norm!.eps });
}

/** Clipped to the levels first: the integers of the model have eight bits, whatever the net's have. */
function addQuantizer(graph: OnnxGraph, { quantizer }: QuantLayer, values: string): string {
  const { scale, levels, quantize } = quantizer!;
  if (!quantize) return values;
  const [low, high] = levels;
  const clipped = graph.apply('Clip', [values, float(graph, low * scale), float(graph, high * scale)]);
  const inputs = [float(graph, scale), graph.constant(low < 0 ? 'int8' : 'uint8', [], [0])];
  return graph.apply('DequantizeLinear', [graph.apply('QuantizeLinear', [clipped, ...inputs]), ...inputs]);
}

function unsupported(got: string): ComponentError {
  return new ComponentError(`${got} cannot be exported to ONNX.`, {
    code: 'ONNX_UNSUPPORTED',
    got,
    expected: 'a net around SparseQuantNeuralNet or SparseQuantConvNet',
    hint: 'For other modules, save the parameters as safetensors, which PyTorch loads by name.',
  });
}
