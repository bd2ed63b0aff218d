"""Goldens of preprocessing: what scikit-learn's scalers, encoders, imputer and PCA learn and make of five data sets, and of
tables with ties, constant and empty columns, missing values and one row.

    pip install -r benchmarks/peers/requirements-goldens.txt
    python benchmarks/peers/sklearn_preprocessing.py > packages/learn/test/golden/preprocessing.json

A case names a class, its parameters and a table. Tables that are not data sets are kept whole; of those, "holes" leaves out the value
of row i, column j where 7i + 3j is a multiple of 11. Attributes are kept whole, transformed rows for some rows only.
"""

import json
import platform
import warnings

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    LabelEncoder,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

warnings.simplefilter("ignore")
NAN = float("nan")
classes = [MinMaxScaler, OneHotEncoder, OrdinalEncoder, PCA, RobustScaler, SimpleImputer, StandardScaler]
by_name = {one.__name__: one for one in classes}
cases = []

loaded = {
    "iris": datasets.load_iris(),
    "wine": datasets.load_wine(),
    "breast-cancer": datasets.load_breast_cancer(),
    "digits": datasets.load_digits(),
    "diabetes": datasets.load_diabetes(scaled=False),
}
real = {name: bunch.data for name, bunch in loaded.items()}

# Tables that are kept: None is a missing value.
kept = {
    "constant": [[1.0, 0.0, 1e8 + 0.1, 0.1, -3.0], [2.0, 0.0, 1e8 + 0.1, 0.1, -3.0], [4.0, 0.0, 1e8 + 0.1, 0.1, -3.0]] * 7,
    "ties": [[1, 5, 2], [1, 5, 2], [2, 7, 2], [2, 7, 3], [3, 7, 3], [3, 9, 3]],
    "missing": [[1, None, 7], [None, 2, 7], [3, None, None], [8, 4, 7], [3, None, 1], [1, 2, 1]],
    "empty-column": [[1, None], [3, None], [5, None]],
    "one-row": [[3.0, -2.0, 0.0]],
    "sentinel": [[-1, 4], [2, -1], [2, 6], [5, 6]],
    "text": [["b", "x", "m"], ["a", "x", "f"], ["c", "x", "m"], ["a", "x", "f"], ["b", "x", "m"]],
    "text-new": [["a", "y", "m"], ["d", "x", "f"], ["c", "x", "z"]],
    "text-missing": [["b", None], ["a", "x"], [None, "y"], ["a", "y"], ["b", "x"], [None, None]],
    "numbers-as-categories": [[3, 10], [1, 10], [2, 20], [10, 10], [3, 20]],
}


def table(name):
    rows = real[name] if name in real else kept[name]
    is_text = any(isinstance(cell, str) for row in rows for cell in row)
    if is_text:
        return np.array(rows, dtype=object)
    return np.array([[NAN if cell is None else cell for cell in row] for row in rows], dtype=float)


def with_holes(rows):
    rows = rows.copy()
    i, j = np.indices(rows.shape)
    rows[(7 * i + 3 * j) % 11 == 0] = NAN
    return rows


def plain(value):
    """As JSON: missing values as null; numbers to 12 digits."""
    if isinstance(value, (tuple, list, np.ndarray)):
        return [plain(entry) for entry in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    return None if np.isnan(value) else float(f"{value:.12g}")


attributes = {
    "StandardScaler": ["mean_", "var_", "scale_", "n_samples_seen_"],
    "MinMaxScaler": ["data_min_", "data_max_", "data_range_", "scale_", "min_"],
    "RobustScaler": ["center_", "scale_"],
    "OneHotEncoder": ["categories_", "drop_idx_"],
    "OrdinalEncoder": ["categories_"],
    "SimpleImputer": ["statistics_"],
    "PCA": [
        "components_", "explained_variance_", "explained_variance_ratio_",
        "singular_values_", "mean_", "noise_variance_",
    ],
}  # fmt: skip


def learned(estimator):
    values = {name: getattr(estimator, name) for name in attributes[type(estimator).__name__]}
    if "n_samples_seen_" in values:
        values["n_samples_seen_"] = np.broadcast_to(values["n_samples_seen_"], estimator.n_features_in_)
    if values.get("drop_idx_", 0) is None:
        values["drop_idx_"] = [None] * estimator.n_features_in_
    return {name: plain(value) for name, value in values.items()}


def add(name, data, params=None, holes=False, first=None, new=None, inverse=True):
    """Fits to (the first rows of) a table, and transforms it or another one."""
    params = params or {}
    estimator = by_name[name](**params, **({"sparse_output": False} if name == "OneHotEncoder" else {}))
    if name == "SimpleImputer" and table(data).dtype == object:
        estimator.set_params(missing_values=None)
    X = with_holes(table(data)) if holes else table(data)
    if name == "OrdinalEncoder" and X.dtype == object:
        X[X == None] = NAN  # noqa: E711 — to it None is a category like others, and NaN is a missing one.
    estimator.fit(X[:first])
    rows = table(new) if new else X
    chosen = sorted({int(row) for row in np.linspace(0, len(rows) - 1, min(len(rows), 7))})
    transformed = estimator.transform(rows[chosen])
    case = {
        "estimator": name,
        "params": {key: plain(value) for key, value in params.items()},
        "data": data,
        "holes": holes,
        "first": first,
        "new": new,
        "rows": chosen,
        # The categories of measures are nearly all the numbers of the table: their codes are enough.
        "attributes": {} if name == "OrdinalEncoder" and data in ("breast-cancer", "wine") else learned(estimator),
        "transformed": plain(transformed),
    }
    if inverse and transformed.shape[1] and hasattr(estimator, "inverse_transform") and name != "SimpleImputer":
        case["inverse"] = plain(estimator.inverse_transform(transformed))
    cases.append(case)


for name in real:
    for holes in (False, True):
        add("StandardScaler", name, holes=holes)
        add("MinMaxScaler", name, holes=holes)
        add("RobustScaler", name, holes=holes)
    add("StandardScaler", name, {"with_mean": False})
    add("StandardScaler", name, {"with_std": False})
    add("MinMaxScaler", name, {"feature_range": (-2, 3), "clip": True}, first=30)
    add("RobustScaler", name, {"quantile_range": (10, 85.5), "unit_variance": True})
    add("RobustScaler", name, {"with_centering": False})
    add("RobustScaler", name, {"with_scaling": False})
    for strategy in ("mean", "median", "most_frequent", "constant"):
        add("SimpleImputer", name, {"strategy": strategy}, holes=True)
    add("SimpleImputer", name, {"strategy": "constant", "fill_value": -7.5, "add_indicator": True}, holes=True)
    for solver in ("auto", "full", "covariance_eigh"):
        add("PCA", name, {"n_components": 3, "svd_solver": solver})
    add("PCA", name, {"n_components": 2, "whiten": True})
    add("PCA", name, {"n_components": 0.95, "svd_solver": "full"})
    add("PCA", name, {"n_components": 3}, first=6)
    add("OrdinalEncoder", name)
    add("OrdinalEncoder", name, holes=True)
    if name in ("iris", "digits"):
        add("OneHotEncoder", name)
        add("OneHotEncoder", name, {"drop": "first", "handle_unknown": "ignore"}, first=20, inverse=False)
for name in ("iris", "wine", "diabetes"):
    add("PCA", name)

for name in ("constant", "ties", "missing", "one-row", "empty-column"):
    add("StandardScaler", name)
    add("MinMaxScaler", name)
    add("MinMaxScaler", name, {"feature_range": (-1, 1)})
    add("RobustScaler", name)
add("PCA", "constant", {"n_components": 1})
add("PCA", "ties", {"n_components": 2, "whiten": True})

for name in ("text", "ties", "missing", "text-missing", "one-row", "numbers-as-categories", "constant"):
    add("OneHotEncoder", name)
    add("OneHotEncoder", name, {"drop": "first"})
    add("OneHotEncoder", name, {"drop": "if_binary"})
    add("OrdinalEncoder", name)
    add("OrdinalEncoder", name, {"encoded_missing_value": -2})
add("OneHotEncoder", "text", {"drop": ["b", "x", "m"]})
add("OneHotEncoder", "text", {"handle_unknown": "ignore"}, new="text-new")
add("OneHotEncoder", "text", {"handle_unknown": "ignore", "drop": "if_binary"}, new="text-new", inverse=False)
listed = [["c", "b", "a", "d"], ["x", "y"], ["m", "f", "z"]]
add("OneHotEncoder", "text", {"categories": listed}, new="text-new")
add("OrdinalEncoder", "text", {"categories": listed}, new="text-new")
add("OrdinalEncoder", "text", {"handle_unknown": "use_encoded_value", "unknown_value": -1}, new="text-new")
add("OrdinalEncoder", "text", {"handle_unknown": "use_encoded_value", "unknown_value": 99}, new="text-new")

for strategy in ("mean", "median", "most_frequent", "constant"):
    for indicator in (False, True):
        add("SimpleImputer", "missing", {"strategy": strategy, "add_indicator": indicator})
        add("SimpleImputer", "ties", {"strategy": strategy, "add_indicator": indicator})
    add("SimpleImputer", "empty-column", {"strategy": strategy, "keep_empty_features": True})
    add("SimpleImputer", "sentinel", {"strategy": strategy, "missing_values": -1})
add("SimpleImputer", "text-missing", {"strategy": "most_frequent"})
add("SimpleImputer", "text-missing", {"strategy": "constant", "fill_value": "?"})
add("SimpleImputer", "text-missing", {"strategy": "constant"})

# Steps together, on a table of mixed columns.
mixed = {
    "age": [31, None, 45, 22, 45, 60],
    "height": [1.62, 1.8, None, 1.7, 1.75, 1.75],
    "city": ["Bern", "Genf", None, "Bern", "Chur", "Bern"],
    "note": ["a", "b", "c", "d", "e", "f"],
}
numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
text = make_pipeline(SimpleImputer(strategy="most_frequent", missing_values=None), OneHotEncoder(sparse_output=False))
rows = np.array([[NAN if c is None and i < 2 else c for i, c in enumerate(row)] for row in zip(*mixed.values())], dtype=object)
columns = ColumnTransformer([("numbers", numbers, [0, 1]), ("text", text, [2])])
named = {name: bunch.target_names[bunch.target] if name != "diabetes" else bunch.target for name, bunch in loaded.items()}
labels = {name: plain(LabelEncoder().fit_transform(target)) for name, target in named.items()}
labels["digits-as-text"] = plain(LabelEncoder().fit_transform([str(11 * label) for label in loaded["digits"].target]))
logs = FunctionTransformer(np.log1p, np.expm1)

source = {
    "script": "benchmarks/peers/sklearn_preprocessing.py",
    "python": platform.python_version(),
    "scikit-learn": sklearn.__version__,
    "numpy": np.__version__,
}
print("{")
print(f'"source": {json.dumps(source)},')
print(f'"tables": {json.dumps(kept, separators=(",", ":"))},')
print(f'"mixed": {json.dumps({"columns": mixed, "transformed": plain(columns.fit_transform(rows))}, separators=(",", ":"))},')
print(f'"labels": {json.dumps(labels, separators=(",", ":"))},')
print(f'"logs": {json.dumps(plain(logs.fit_transform(real["wine"][::30])), separators=(",", ":"))},')
print('"cases": [')
print(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
print("]}")
