// One task, measured: the chosen net, its float twin, a float perceptron and the linear model on every split or seed;
// encrypted as the noise-true simulator has it, and some rows of the first run on real ciphertexts.

import { accuracyScore, r2Score, trainTestSplit } from '../../packages/learn/dist/index.js';
import { compile } from '../../packages/tacit/dist/index.js';
import { chooseCandidate } from './choose.mjs';
import { fitNet } from './train.mjs';

/** @returns per quantity the scores of all runs, and what the confirmation on ciphertexts gave. */
export async function measureTask(task, progress) {
  const { data, target } = await task.load();
  const runs = [];
  let confirmation = null;
  for (const [index, { split, seed }] of task.runs.entries()) {
    progress(`${task.id}: run ${index + 1} of ${task.runs.length}`);
    const parts = standardized(task, splitRows(task, data, target, split));
    const { XTrain, XTest, yTrain, yTest } = parts;
    const candidate = await chooseCandidate(task, XTrain, yTrain, seed);
    const net = await fitNet(task, candidate, XTrain, yTrain, seed);
    const circuit = await compile(net, XTrain);
    const score = await scorer(task, circuit, XTest, yTest);
    runs.push({
      name: candidate.name,
      pbs: circuit.report().pbs,
      clear: await score('clear'),
      encrypted: await score('simulate'),
      float: await floatScore(task, { options: { hiddenSizes: [task.floatWidth] } }, parts, seed),
      twin: await floatScore(task, candidate, parts, seed),
      linear: await linearScore(task, parts, seed),
    });
    confirmation ??= await confirm(task, circuit, XTest);
  }
  return { runs, confirmation };
}

function splitRows({ isRegression, testSize }, data, target, seed) {
  return trainTestSplit(data, target, { testSize, stratify: isRegression ? null : target, seed });
}

/** Regression targets in deviations of the training targets; R² does not notice. */
function standardized({ isRegression }, parts) {
  if (!isRegression) return parts;
  const { yTrain, yTest } = parts;
  const mean = yTrain.reduce((sum, value) => sum + value, 0) / yTrain.length;
  const deviation = Math.sqrt(yTrain.reduce((sum, value) => sum + (value - mean) ** 2, 0) / yTrain.length);
  const scaled = (values) => Array.from(values, (value) => (value - mean) / deviation);
  return { ...parts, yTrain: scaled(yTrain), yTest: scaled(yTest) };
}

async function floatScore(task, candidate, { XTrain, XTest, yTrain, yTest }, seed) {
  const float = { ...candidate, options: { ...candidate.options, quantize: false } };
  return (await fitNet(task, float, XTrain, yTrain, seed)).score(XTest, yTest);
}

async function linearScore(task, { XTrain, XTest, yTrain, yTest }, seed) {
  return (await fitNet(task, task.linear, XTrain, yTrain, seed)).score(XTest, yTest);
}

function scorer({ isRegression }, circuit, X, y) {
  return async (mode) => {
    const predictions = await circuit.predict(X, { mode, seed: 0 });
    return isRegression ? r2Score(y, predictions) : accuracyScore(y, predictions);
  };
}

/** Real keys and ciphertexts: how many predictions differ from the clear circuit's; for numbers, the R² between them. */
async function confirm({ isRegression, confirmedRows }, circuit, XTest) {
  const rows = XTest.slice(0, confirmedRows);
  const clear = await circuit.predict(rows);
  const encrypted = await circuit.predict(rows, { mode: 'execute' });
  const agreement = isRegression ? r2Score(clear, encrypted) : accuracyScore(clear, encrypted);
  return { rows: rows.length, agreement };
}
