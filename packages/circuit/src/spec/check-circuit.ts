// What a server circuit must be beyond its encoding, so that nobody who runs it reads past an edge: the engine checks the
// same on its own.

import { CircuitError } from '../errors.js';
import { checkParameters } from './check-parameters.js';
import type { CircuitTerm, ServerCircuit, ServerLayer } from './server-circuit.js';

/**
 * Checks that the layers of a circuit fit each other and its parameters.
 *
 * @throws CircuitError `SPEC_INVALID` that names the layer, `PARAMETERS_INSECURE`.
 */
export function checkCircuit({ parameters, inputs, layers }: ServerCircuit): void {
  checkParameters(parameters);
  requireThat('inputs', inputs, inputs >= 1, 'at least 1');
  requireThat('layers', layers.length, layers.length >= 1, 'at least 1');
  const widths = [inputs];
  for (const [index, layer] of layers.entries()) {
    const path = `layers[${index}]`;
    requireThat(`${path}.rows`, layer.rows, layer.rows >= 1, 'at least 1');
    checkTables(path, layer, parameters.polynomialSize, index === layers.length - 1);
    for (const [t, term] of layer.terms.entries()) checkTerm(`${path}.terms[${t}]`, term, widths);
    widths.push(layer.rows);
  }
}

function checkTables(path: string, { boxes }: ServerLayer, polynomialSize: number, isLast: boolean): void {
  if (isLast) {
    requireThat(`${path}.boxes`, boxes, boxes === 0, '0 in the last layer');
    return;
  }
  const isRight = boxes >= 1 && boxes <= polynomialSize && Number.isInteger(Math.log2(boxes));
  requireThat(`${path}.boxes`, boxes, isRight, `a power of two up to ${polynomialSize}`);
}

function checkTerm(path: string, { edge, weights }: CircuitTerm, widths: readonly number[]): void {
  const width = widths[edge];
  requireThat(
    `${path}.edge`,
    edge,
    width !== undefined,
    `an edge before the layer, 0 to ${widths.length - 1}`,
  );
  requireThat(
    `${path}.columns`,
    weights.columns,
    weights.columns === width,
    `${width}, the width of edge ${edge}`,
  );
}

function requireThat(path: string, got: number, isRight: boolean, expected: string): void {
  if (isRight) return;
  throw new CircuitError('SPEC_INVALID', `${path} of the server circuit is ${got}, not ${expected}.`, {
    got,
    expected,
    hint: 'Compile again with this release.',
  });
}
