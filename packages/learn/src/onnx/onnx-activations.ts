// Activations as ONNX operators, by class.

import * as nn from '@tacit/nn';
import { ComponentError } from '../errors.js';
import type { OnnxGraph } from './onnx-graph.js';

type Add = (graph: OnnxGraph, values: string, activation: never) => string;

const scalar = (graph: OnnxGraph, value: number) => graph.constant('float', [], [value]);
const clip = (graph: OnnxGraph, values: string, low: number, high: number) =>
  graph.apply('Clip', [values, scalar(graph, low), scalar(graph, high)]);

const operators: readonly (readonly [abstract new (...options: never[]) => nn.Module, Add])[] = [
  [nn.Identity, (_, values) => values],
  [nn.ReLU, (graph, values) => graph.apply('Relu', [values])],
  [nn.ReLU6, (graph, values) => clip(graph, values, 0, 6)],
  [
    nn.Hardtanh,
    (graph, values, { minValue, maxValue }: nn.Hardtanh) => clip(graph, values, minValue, maxValue),
  ],
  [nn.Tanh, (graph, values) => graph.apply('Tanh', [values])],
  [nn.Sigmoid, (graph, values) => graph.apply('Sigmoid', [values])],
  [nn.Softplus, (graph, values) => graph.apply('Softplus', [values])],
  [nn.Sine, (graph, values) => graph.apply('Sin', [values])],
  [nn.SiLU, (graph, values) => graph.apply('Mul', [values, graph.apply('Sigmoid', [values])])],
  [nn.SELU, (graph, values) => graph.apply('Selu', [values])],
];

/** @throws ComponentError `ONNX_UNSUPPORTED` for an activation that is not in the list. */
export function addActivation(graph: OnnxGraph, activation: nn.AnyModule, values: string): string {
  // By exact class: a subclass may compute something else.
  const found = operators.find(([Class]) => activation.constructor === Class);
  if (found !== undefined) return found[1](graph, values, activation as never);
  const got = activation.constructor.name;
  throw new ComponentError(`The activation ${got} has no ONNX operator here.`, {
    code: 'ONNX_UNSUPPORTED',
    got,
    expected: `one of ${operators.map(([{ name }]) => name).join(', ')}`,
    hint: 'Train with one of these activations.',
  });
}
