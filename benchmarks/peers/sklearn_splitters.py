r"""Goldens of unshuffled splitters: the rows that scikit-learn tests on and trains on.

    pip install -r benchmarks/peers/requirements-goldens.txt
    NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR" \
        python benchmarks/peers/sklearn_splitters.py > packages/learn/test/golden/splitters.json

GroupKFold sorts groups by size with NumPy's unstable sort, whose order among equal ones depends on the processor: without its vector
instructions it is that of an insertion sort for up to 16 groups.

"folds" has a digit a row, the fold that tests it (a is fold 10). Training rows are all others. "ranges" has [first training row,
end, first test row, end] of each split in time.
"""

import json
import platform
import warnings

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.model_selection import GroupKFold, KFold, PredefinedSplit, StratifiedKFold, TimeSeriesSplit

warnings.simplefilter("ignore")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
cases = []


def folds_of(splitter, rows, y=None, groups=None):
    fold_of_row = ["-"] * rows
    everything = set(range(rows))
    for fold, (train, test) in enumerate(splitter.split(np.zeros((rows, 1)), y, groups)):
        assert set(train) == everything - set(test) and list(train) == sorted(train) and list(test) == sorted(test)
        for row in test:
            fold_of_row[row] = DIGITS[fold]
    return "".join(fold_of_row)


def k_folds(name, rows, y=None, groups=()):
    """`y` and `groups` are kept only where a test cannot make them of the data set's name."""
    for n_splits in [2, 3, 5, 10]:
        cases.append({"data": name, "splitter": "KFold", "n_splits": n_splits, "folds": folds_of(KFold(n_splits), rows)})
        if y is not None and max(np.unique(y, return_counts=True)[1]) >= n_splits:
            folds = folds_of(StratifiedKFold(n_splits), rows, y)
            cases.append({"data": name, "splitter": "StratifiedKFold", "n_splits": n_splits, "folds": folds})
        if len(groups) and len(set(groups)) >= n_splits:
            folds = folds_of(GroupKFold(n_splits), rows, None, groups)
            cases.append({"data": name, "splitter": "GroupKFold", "n_splits": n_splits, "folds": folds})


def in_time(rows, **options):
    splits = TimeSeriesSplit(**options).split(np.zeros((rows, 1)))
    ranges = [[int(train[0]), int(train[-1]) + 1, int(test[0]), int(test[-1]) + 1] for train, test in splits]
    cases.append({"splitter": "TimeSeriesSplit", "rows": rows, "options": options, "ranges": ranges})


def uneven(rows):
    """Sixteen groups at most, three and more of them equally large."""
    return [(row * row + 3 * row) % 13 for row in range(rows)]


def growing(rows):
    """More groups than that, each of another size: group g has g + 1 rows."""
    return [int((np.sqrt(8 * row + 1) - 1) / 2) for row in range(rows)]


loaders = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "diabetes": datasets.load_diabetes,
}
made = {}
for name, loader in loaders.items():
    y = loader().target
    k_folds(name, len(y), None if name == "diabetes" else y, uneven(len(y)))

random = np.random.default_rng(0)
made["many_groups"] = {"groups": growing(210)}
made["unequal_classes"] = {"y": random.choice(4, size=97, p=[0.6, 0.25, 0.1, 0.05]).tolist()}
made["words"] = {"y": random.choice(["b", "a", "c"], size=31).tolist(), "groups": random.choice(list("wxyz"), size=31).tolist()}
made["fewest"] = {"y": [0, 1] * 5, "groups": list(range(10))}
for name, entry in made.items():
    y, groups = entry.get("y"), entry.get("groups", [])
    k_folds(name, len(y or groups), y, groups)

for rows in [12, 150, 442]:
    in_time(rows)
    in_time(rows, n_splits=3, gap=2)
    in_time(rows, n_splits=4, test_size=2)
    in_time(rows, n_splits=3, max_train_size=5, gap=1)

test_fold = [0, 1, -1, 2, 1, 0, 4, -1]
cases.append({"splitter": "PredefinedSplit", "test_fold": test_fold, "tests": [test.tolist() for _, test in PredefinedSplit(test_fold).split()]})

versions = {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__}
source = json.dumps({"script": "benchmarks/peers/sklearn_splitters.py", **versions})
lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
print(f'{{\n"source": {source},\n"data": {json.dumps(made)},\n"cases": [\n{lines}\n]\n}}')
