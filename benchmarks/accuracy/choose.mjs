// Chooses a net for a task on training rows alone: by five folds where fits take a fraction of a second and rows are few,
// else by one part that is set aside.

import { KFold, StratifiedKFold, takeRows, trainTestSplit } from '../../packages/learn/dist/index.js';
import { fitNet } from './train.mjs';

/** Rows from which on one validation part judges as well as five folds. */
const manyRows = 1000;

/** @returns the candidate with the best mean score on rows that it was not fitted on; the first of equals. */
export async function chooseCandidate(task, X, y, seed) {
  if (task.candidates.length === 1) return task.candidates[0];
  const parts = X.length >= manyRows ? [validationPart(task, X, y, seed)] : folds(task, X, y, seed);
  let best = { score: Number.NEGATIVE_INFINITY, candidate: null };
  for (const candidate of task.candidates) {
    let score = 0;
    for (const { XTrain, XTest, yTrain, yTest } of parts) {
      const net = await fitNet(task, candidate, XTrain, yTrain, seed);
      score += (await net.score(XTest, yTest)) / parts.length;
    }
    if (score > best.score) best = { score, candidate };
  }
  return best.candidate;
}

function validationPart({ isRegression }, X, y, seed) {
  return trainTestSplit(X, y, { testSize: 0.2, stratify: isRegression ? null : y, seed });
}

function folds({ isRegression }, X, y, seed) {
  const Splitter = isRegression ? KFold : StratifiedKFold;
  const splitter = new Splitter({ nSplits: 5, shuffle: true, randomState: seed });
  return [...splitter.split(X, y)].map(([train, test]) => ({
    XTrain: takeRows(X, train),
    XTest: takeRows(X, test),
    yTrain: takeRows(y, train),
    yTest: takeRows(y, test),
  }));
}
