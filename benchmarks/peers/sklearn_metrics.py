"""Goldens of metrics: what scikit-learn gives on five data sets and on ties and degenerate cases.

    pip install -r benchmarks/peers/requirements-goldens.txt
    python benchmarks/peers/sklearn_metrics.py > packages/learn/test/golden/metrics.json

A case names a function, its data and its options; "raises" in place of a value stands for an exception. Probabilities are kept as
256ths, so that they tie and add up to exactly 1.
"""

import json
import platform
import re
import warnings

import numpy as np
import sklearn
from sklearn import datasets, metrics
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
NAN = float("nan")
data, cases = {}, []


def plain(value):
    """As JSON: NaN and infinities as text, arrays as lists."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [plain(entry) for entry in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else str(float(value))
    return value


def add(function, true, other, **options):
    """Records what the function gives for two entries of `data`."""
    given = dict(options)
    if isinstance(given.get("sample_weight"), str):
        given["sample_weight"] = values(given["sample_weight"])
    try:
        expected = plain(getattr(metrics, function)(values(true), values(other), **given))
    except (ValueError, ZeroDivisionError):
        expected = "raises"
    if function == "classification_report" and isinstance(expected, str):
        expected = re.sub(r"(\d+)\.0$", r"  \1", expected, flags=re.MULTILINE)  # "2.0" rows, printed so when none is right.
    options = {name: plain(option) for name, option in options.items() if option is not None or name == "average"}
    cases.append({"function": function, "data": [true, other], "options": options, "expected": expected})


def values(name):
    kept = np.array(data[name])
    return kept / 256 if name.endswith("proba") or name.endswith("score") else kept


def in_256ths(rows):
    """Whole 256ths that add up to 256 in each row: the largest remainders are rounded up."""
    exact = rows * 256
    whole = np.floor(exact).astype(int)
    for row, remainders in zip(whole, exact - whole):
        row[np.argsort(-remainders, kind="stable")[: 256 - row.sum()]] += 1
    return whole


def weights(rows):
    return [(7 * row) % 5 / 2 for row in range(rows)]


def classification(name, bunch, keep):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.02))
    proba = cross_val_predict(model, bunch.data, bunch.target, method="predict_proba", cv=3)
    rows = np.arange(0, len(bunch.target), keep)
    data[f"{name}_true"] = bunch.target[rows].tolist()
    data[f"{name}_proba"] = in_256ths(proba[rows]).tolist()
    data[f"{name}_pred"] = np.argmax(data[f"{name}_proba"], axis=1).tolist()
    data[f"{name}_weight"] = weights(len(rows))
    labels(name, divisions=["warn"], betas=[0.5])
    several(name)


def labels(name, divisions=("warn", 1, NAN), betas=(0, 0.5, float("inf"))):
    """Every metric of predicted labels."""
    true, pred, weight = f"{name}_true", f"{name}_pred", f"{name}_weight"
    is_binary = len(set(data[true])) <= 2 and not isinstance(data[true][0], str)
    names = {"target_names": ["false", "true"]} if isinstance(data[true][0], bool) else {}
    for sample_weight in [None, weight] if weight in data else [None]:
        for normalize in [True, False]:
            add("accuracy_score", true, pred, normalize=normalize, sample_weight=sample_weight)
        for adjusted in [False, True]:
            add("balanced_accuracy_score", true, pred, adjusted=adjusted, sample_weight=sample_weight)
        for normalize in [None, "true", "pred", "all"]:
            add("confusion_matrix", true, pred, normalize=normalize, sample_weight=sample_weight)
        add("matthews_corrcoef", true, pred, sample_weight=sample_weight)
        for average in [None, "micro", "macro", "weighted"] + (["binary"] if is_binary else []):
            for zero_division in divisions:
                options = {"average": average, "zero_division": zero_division, "sample_weight": sample_weight}
                for function in ["precision_score", "recall_score", "f1_score", "precision_recall_fscore_support"]:
                    add(function, true, pred, **options)
                for beta in betas:
                    add("fbeta_score", true, pred, beta=beta, **options)
        add("classification_report", true, pred, output_dict=True, sample_weight=sample_weight, **names)
    add("classification_report", true, pred, **names)
    add("classification_report", true, pred, digits=4, **names)


def several(name):
    """Every metric of a score for each class; of two classes, of the second."""
    true, proba, weight = f"{name}_true", f"{name}_proba", f"{name}_weight"
    if len(data[proba][0]) == 2:
        data[f"{name}_score"] = [row[1] for row in data[proba]]
        scores(name)
    for sample_weight in [None, weight]:
        for normalize in [True, False]:
            add("log_loss", true, proba, normalize=normalize, sample_weight=sample_weight)
        for scale_by_half in ["auto", True, False]:
            add("brier_score_loss", true, proba, scale_by_half=scale_by_half, sample_weight=sample_weight)
        if len(data[proba][0]) == 2:
            continue
        for average in ["macro", "weighted", "micro"]:
            add("roc_auc_score", true, proba, multi_class="ovr", average=average, sample_weight=sample_weight)
            add("average_precision_score", true, proba, average=average, sample_weight=sample_weight)
        for k in [1, 2, 3]:
            for normalize in [True, False]:
                add("top_k_accuracy_score", true, proba, k=k, normalize=normalize, sample_weight=sample_weight)
    if len(data[proba][0]) > 2:
        add("roc_auc_score", true, proba, multi_class="ovo")
        add("roc_auc_score", true, proba, multi_class="ovo", average="weighted")
        add("roc_auc_score", true, proba)


def scores(name):
    """Every metric of one score a row."""
    true, score, weight = f"{name}_true", f"{name}_score", f"{name}_weight"
    for sample_weight in [None, weight] if weight in data else [None]:
        for drop_intermediate in [True, False]:
            options = {"drop_intermediate": drop_intermediate, "sample_weight": sample_weight}
            add("roc_curve", true, score, **options)
            add("precision_recall_curve", true, score, **options)
        for max_fpr in [None, 0.1, 0.5, 1]:
            add("roc_auc_score", true, score, max_fpr=max_fpr, sample_weight=sample_weight)
        add("average_precision_score", true, score, sample_weight=sample_weight)
        add("brier_score_loss", true, score, sample_weight=sample_weight)
        add("log_loss", true, score, sample_weight=sample_weight)
        add("log_loss", true, score, labels=[0, 1], sample_weight=sample_weight)
        add("top_k_accuracy_score", true, score, k=1, sample_weight=sample_weight)


def regression(name, outputs):
    """Every metric of numbers."""
    true, pred, weight = f"{name}_true", f"{name}_pred", f"{name}_weight"
    means = ["raw_values", "uniform_average"] + ([[0.3, 0.7]] if outputs == 2 else [])
    errors = [
        *["mean_squared_error", "root_mean_squared_error", "mean_absolute_error"],
        *["median_absolute_error", "mean_absolute_percentage_error"],
    ]
    for sample_weight in [None, weight] if weight in data else [None]:
        for multioutput in means:
            for function in errors:
                add(function, true, pred, multioutput=multioutput, sample_weight=sample_weight)
        for multioutput in [*means, "variance_weighted"]:
            for force_finite in [True, False]:
                options = {"multioutput": multioutput, "force_finite": force_finite, "sample_weight": sample_weight}
                add("r2_score", true, pred, **options)
                add("explained_variance_score", true, pred, **options)
    add("max_error", true, pred)


def small(name, true, pred=None, score=None, proba=None, weight=None):
    """A case by hand."""
    data[f"{name}_true"] = true
    if weight is not None:
        data[f"{name}_weight"] = weight
    if pred is not None:
        data[f"{name}_pred"] = pred
        labels(name)
    if score is not None:
        data[f"{name}_score"] = score
        scores(name)
    if proba is not None:
        data[f"{name}_proba"] = proba
        data.setdefault(f"{name}_weight", weights(len(true)))
        several(name)


def numbers(name, true, pred, weight=None):
    data[f"{name}_true"], data[f"{name}_pred"] = true, pred
    if weight is not None:
        data[f"{name}_weight"] = weight
    regression(name, len(true[0]) if isinstance(true[0], list) else 1)


classification("iris", datasets.load_iris(), 1)
classification("wine", datasets.load_wine(), 1)
classification("breast_cancer", datasets.load_breast_cancer(), 3)
classification("digits", datasets.load_digits(), 6)

diabetes = datasets.load_diabetes(scaled=False)
predicted = cross_val_predict(LinearRegression(), diabetes.data, diabetes.target, cv=3).round(3)
numbers("diabetes", diabetes.target.tolist(), predicted.tolist(), weights(len(predicted)))
both = np.column_stack([diabetes.target, diabetes.data[:, 2]])
predicted = cross_val_predict(LinearRegression(), diabetes.data[:, [0, 1, 3, 4]], both, cv=3).round(3)
numbers("diabetes_two", both[::3].tolist(), predicted[::3].tolist(), weights(len(both[::3])))

# Labels: all right, all wrong, one class, a class that is never or only predicted, text, truth values, negative numbers.
small("right", [0, 1, 1, 0], [0, 1, 1, 0])
small("wrong", [0, 1, 1, 0], [1, 0, 0, 1])
small("only_zero", [0, 0, 0], [0, 0, 0])
small("only_one", [1, 1, 1], [1, 1, 1])
small("never_predicted", [0, 1, 2, 1], [0, 1, 0, 0])
small("only_predicted", [0, 1, 0, 1], [0, 2, 0, 2])
small("none_positive", [0, 0, 0, 0], [0, 1, 1, 0])
small("signs", [-1, 1, 1, -1, 1], [-1, -1, 1, 1, 1], weight=[1, 0, 2, 0.5, 1])
small("truth", [True, False, True, True], [True, True, False, True])
small("single_row", [1], [1])
small("text", ["ant", "bee", "cat", "bee", "ant"], ["ant", "cat", "cat", "bee", "bee"])
for average in [None, "micro", "macro", "weighted"]:
    for chosen in [["cat", "ant"], ["bee"], ["ant", "bee", "cat", "dog"]]:
        options = {"average": average, "labels": chosen, "zero_division": 0}
        add("precision_recall_fscore_support", "text_true", "text_pred", **options)
for chosen in [["cat", "ant"], ["ant", "bee", "cat", "dog"], ["dog"]]:
    add("confusion_matrix", "text_true", "text_pred", labels=chosen)
    add("classification_report", "text_true", "text_pred", labels=chosen, zero_division=0)
add("classification_report", "text_true", "text_pred", target_names=["Formica rufa", "B", "C"])
small("two_words", ["no", "yes", "yes", "no"], ["no", "yes", "no", "no"])
for positive in ["yes", "no"]:
    add("f1_score", "two_words_true", "two_words_pred", pos_label=positive)
    add("precision_score", "two_words_true", "two_words_pred", pos_label=positive)

# Scores: ties, constants, one class only, in the wrong order, a single row, rows of weight 0.
small("ties", [0, 1, 0, 1, 1, 0], score=[128, 128, 64, 192, 64, 64], weight=[1, 2, 0, 1, 0.5, 1])
small("constant", [0, 1, 1, 0], score=[77, 77, 77, 77], weight=[1, 2, 3, 4])
small("no_positive", [0, 0, 0], score=[10, 20, 30])
small("no_negative", [1, 1, 1], score=[10, 20, 30])
small("reversed", [1, 1, 0, 0], score=[10, 20, 30, 40])
small("perfect", [0, 0, 1, 1], score=[0, 0, 256, 256])
small("unweighted_ends", [0, 1, 0, 1], score=[250, 200, 100, 3], weight=[0, 1, 1, 0])
small("any_score", [0, 1, 0, 1, 1], score=[-512, 300, 20, 700, -3])
data["words_true"] = ["no", "yes", "yes", "no", "no"]
data["words_score"] = [10, 200, 100, 90, 150]
for function in ["roc_curve", "precision_recall_curve", "average_precision_score", "brier_score_loss"]:
    for positive in ["yes", "no"]:
        add(function, "words_true", "words_score", pos_label=positive)
add("roc_auc_score", "words_true", "words_score")

# Probabilities: certain and wrong, ties, a class without rows with and without the labels that name it.
small("certain", [0, 1, 2, 2], proba=[[256, 0, 0], [0, 0, 256], [0, 0, 256], [128, 128, 0]])
small("tied", [0, 1, 2, 1], proba=[[86, 85, 85], [64, 128, 64], [64, 96, 96], [128, 64, 64]])
data["missing_true"] = [0, 1, 1, 0]
data["missing_proba"] = [[128, 64, 64], [64, 128, 64], [32, 96, 128], [200, 28, 28]]
for chosen in [None, [0, 1, 2], [1, 0, 2], [0, 1]]:
    if chosen != [1, 0, 2]:  # Taken for [0, 1, 2] by scikit-learn, with a warning.
        add("log_loss", "missing_true", "missing_proba", labels=chosen)
        add("brier_score_loss", "missing_true", "missing_proba", labels=chosen)
    for k in [1, 2]:
        add("top_k_accuracy_score", "missing_true", "missing_proba", labels=chosen, k=k)
    for average in ["macro", "weighted", "micro"]:
        add("roc_auc_score", "missing_true", "missing_proba", labels=chosen, multi_class="ovr", average=average)
    for average in ["macro", "weighted"]:
        add("roc_auc_score", "missing_true", "missing_proba", labels=chosen, multi_class="ovo", average=average)

# Numbers: constant targets, exact predictions, zeros among the targets, one row, even and odd medians, large offsets.
numbers("constant_target", [2.0, 2.0, 2.0], [2.0, 3.0, 2.5])
numbers("exact_constant", [2.0, 2.0], [2.0, 2.0])
numbers("exact", [1.0, 2.0, 4.0], [1.0, 2.0, 4.0], [1, 0, 2])
numbers("zero_target", [0.0, 1.0, -2.0], [0.5, 1.0, -1.0])
numbers("one_row", [1.0], [3.0])
numbers("offset", [1e6 + 1, 1e6 + 2, 1e6 + 4, 1e6 + 3], [1e6 + 1.5, 1e6 + 2, 1e6 + 3, 1e6 + 3.5], [1, 2, 1, 1])
numbers("two", [[0.5, 1.0], [-1.0, 1.0], [7.0, 1.0]], [[0.0, 1.0], [-1.0, 2.0], [8.0, 0.0]], [1, 2, 3])

versions = {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__}
lines = [f'"source": {json.dumps({"script": "benchmarks/peers/sklearn_metrics.py", **versions})}']
entries = ",\n".join(f"  {json.dumps(name)}: {json.dumps(plain(entry), separators=(',', ':'))}" for name, entry in data.items())
lines.append(f'"data": {{\n{entries}\n}}')
lines.append(f'"scorers": {json.dumps(metrics.get_scorer_names())}')
lines.append('"cases": [\n' + ",\n".join(f"  {json.dumps(case, separators=(',', ':'))}" for case in cases) + "\n]")
print("{\n" + ",\n".join(lines) + "\n}")
