"""Goldens of searches: means, ranks, ties, failed fits and the rounds of successive halving, with an estimator without any chance.

    pip install -r benchmarks/peers/requirements-goldens.txt
    python benchmarks/peers/sklearn_search.py > packages/learn/test/golden/searches.json

The estimator predicts `value` for every row and cannot be fitted with `fails_on`.
"""

import json
import math
import platform
import warnings

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, KFold

warnings.simplefilter("ignore")
rows = 40
x = np.arange(rows, dtype=float).reshape(-1, 1)
y = np.sin(np.arange(rows)) + np.arange(rows) / 20


class Constant(RegressorMixin, BaseEstimator):
    def __init__(self, value=0.0, effort=1, fails_on=None):
        self.value = value
        self.effort = effort
        self.fails_on = fails_on

    def fit(self, x, y):
        if self.value == self.fails_on:
            raise ValueError("no fit")
        self.n_features_in_ = x.shape[1]
        return self

    def predict(self, x):
        return np.full(len(x), self.value)


def columns(search):
    results = {
        name: [None if isinstance(v, float) and math.isnan(v) else v for v in np.asarray(values).tolist()]
        for name, values in search.cv_results_.items()
        if not name.startswith("param") and "_time" not in name
    }
    return {**results, "params": search.cv_results_["params"]}


grid = {"value": [0.5, 1.0, 1.5, 1.0, -3.0], "effort": [2, 1]}
cases = []
for fails_on in [None, 1.5]:
    for scoring, refit in [("neg_mean_absolute_error", True), (["r2", "neg_mean_squared_error"], "r2")]:
        search = GridSearchCV(
            Constant(fails_on=fails_on), grid, scoring=scoring, refit=refit, cv=KFold(4), return_train_score=True
        ).fit(x, y)
        cases.append(
            {
                "search": "GridSearchCV",
                "fails_on": fails_on,
                "grid": grid,
                "scoring": scoring,
                "refit": refit,
                "best_index": int(search.best_index_),
                "best_score": float(search.best_score_),
                "columns": columns(search),
            }
        )

values = {"value": np.linspace(-2, 3, 11).tolist()}
for options in [
    {"factor": 3, "min_resources": "exhaust", "max_resources": 20, "aggressive_elimination": False},
    {"factor": 2, "min_resources": "smallest", "max_resources": 5, "aggressive_elimination": True},
    {"factor": 2, "min_resources": 3, "max_resources": 17, "aggressive_elimination": False},
]:
    search = HalvingGridSearchCV(
        Constant(), values, resource="effort", cv=KFold(4), scoring="neg_mean_absolute_error", **options
    ).fit(x, y)
    learned = ["n_candidates_", "n_resources_", "n_iterations_", "n_possible_iterations_", "n_required_iterations_"]
    learned += ["n_remaining_candidates_", "min_resources_", "max_resources_"]
    cases.append(
        {
            "search": "HalvingGridSearchCV",
            "grid": values,
            "scoring": "neg_mean_absolute_error",
            "options": options,
            "learned": {name: np.asarray(getattr(search, name)).tolist() for name in learned},
            "best_index": int(search.best_index_),
            "best_score": float(search.best_score_),
            "columns": columns(search),
        }
    )

versions = {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__}
source = json.dumps({"script": "benchmarks/peers/sklearn_search.py", **versions})
lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
print(f'{{\n"source": {source},\n"y": {json.dumps(y.tolist())},\n"cases": [\n{lines}\n]\n}}')
