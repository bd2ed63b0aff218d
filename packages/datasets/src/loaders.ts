// The five small real data sets: values and row order as distributed with scikit-learn, from the UCI Machine Learning
// Repository (iris, wine, breast cancer, digits) and from Efron et al. 2004 (diabetes).

import { type Bunch, readBunch } from './read-bunch.js';

const uci = (title: string, doi: string) =>
  `${title} UCI Machine Learning Repository, doi:${doi}, CC BY 4.0; values as distributed with scikit-learn (BSD-3-Clause).`;

const text = (cell: string): string => cell;

/** 150 irises, 4 measures in cm, 3 species of 50 each (Fisher 1936). */
export function loadIris(): Promise<Bunch<string>> {
  return readBunch({
    name: 'iris',
    target: text,
    labelled: true,
    description: uci(
      'Iris: 150 flowers, 4 lengths and widths in cm, 3 species (Fisher 1936).',
      '10.24432/C56C76',
    ),
  });
}

/** 178 wines, 13 chemical analyses, 3 cultivars of 59, 71 and 48. */
export function loadWine(): Promise<Bunch<string>> {
  return readBunch({
    name: 'wine',
    target: text,
    labelled: true,
    description: uci(
      'Wine: 178 wines, 13 chemical analyses, 3 cultivars (Aeberhard and Forina 1992).',
      '10.24432/C5PC7J',
    ),
  });
}

/** 569 fine-needle aspirates, 30 features of the cell nuclei; 212 malignant, 357 benign (Wisconsin, diagnostic). */
export function loadBreastCancer(): Promise<Bunch<string>> {
  return readBunch({
    name: 'breast-cancer',
    target: text,
    labelled: true,
    description: uci(
      'Breast cancer Wisconsin (diagnostic): 569 aspirates, 30 features of cell nuclei, malignant or benign (Wolberg et al. 1993).',
      '10.24432/C5DW2B',
    ),
  });
}

/** 1,797 handwritten digits, 8×8 pixels of 0–16, row by row. */
export function loadDigits(): Promise<Bunch<number>> {
  return readBunch({
    name: 'digits',
    target: Number,
    labelled: true,
    description: uci(
      'Optical recognition of handwritten digits, test part: 1,797 images of 8×8 pixels, 0 to 16 (Alpaydin and Kaynak 1998).',
      '10.24432/C50P49',
    ),
  });
}

/** 442 diabetes patients, 10 raw baseline measures; the target is disease progression after one year (regression). */
export function loadDiabetes(): Promise<Bunch<number>> {
  return readBunch({
    name: 'diabetes',
    target: Number,
    labelled: false,
    description:
      'Diabetes: 442 patients, 10 baseline measures, disease progression after one year (Efron, Hastie, Johnstone and Tibshirani 2004); values as distributed with scikit-learn (BSD-3-Clause), features not scaled.',
  });
}
