"""Writes metrics.csv: predictions, targets and what scikit-learn 1.9.1 and SciPy 1.17.1 say of them, in float64.
usage: make_metrics.py >metrics.csv, with a Python that has both

Cases are drawn by NumPy's generator with the seeds below. Scores have two digits, so that many are tied in the
cases named so. Of logits scikit-learn is given sigmoid or softmax; where a metric is not defined for a case there is
no row. A row: case;what;i;value. "y" and "t" are the case itself, row-major, "columns" its columns; every other
name is a result, i its place in a list (a class, a point of a curve).
"""
import numpy as np
from scipy import special, stats
from sklearn import calibration, metrics


def show(case, what, values):
    for i, value in enumerate(np.atleast_1d(np.asarray(values, dtype=float)).ravel()):
        print(f"{case};{what};{i};{float(value)!r}")


def predicted_classes(case, t, p, classes):
    """What follows from classes alone."""
    binary = classes == 2
    show(case, "accuracy", metrics.accuracy_score(t, p))
    show(case, "balanced_accuracy", metrics.balanced_accuracy_score(t, p))
    show(case, "kappa", metrics.cohen_kappa_score(t, p))
    show(case, "mcc", metrics.matthews_corrcoef(t, p))
    labels = range(classes)
    show(case, "confusion", metrics.confusion_matrix(t, p, labels=labels))
    scores = {"precision": metrics.precision_score, "recall": metrics.recall_score, "f1": metrics.f1_score}
    for name, score in scores.items():
        for average in ("macro", "micro", "weighted"):
            show(case, f"{name} {average}", score(t, p, average=average, zero_division=0))
        show(case, f"{name} usual", score(t, p, average="binary" if binary else "macro", zero_division=0))
        show(case, f"{name} class", score(t, p, average=None, labels=list(labels), zero_division=0))


def two_classes(case, y, t):
    """y are logits."""
    show(case, "columns", 1)
    show(case, "y", y)
    show(case, "t", t)
    p = special.expit(y)
    predicted_classes(case, t, (p > 0.5).astype(int), 2)
    show(case, "log_loss", metrics.log_loss(t, p))
    show(case, "brier", metrics.brier_score_loss(t, p))
    show(case, "auc", metrics.roc_auc_score(t, y))
    show(case, "average_precision", metrics.average_precision_score(t, y))
    false, true, threshold = metrics.roc_curve(t, y, drop_intermediate=False)
    show(case, "roc false", false)
    show(case, "roc true", true)
    show(case, "roc threshold", threshold)
    best = np.argmax(true - false)
    show(case, "youden", [true[best] - false[best], true[best], false[best]])
    precision, recall, _ = metrics.precision_recall_curve(t, y)
    show(case, "largest f1", np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))
    cost = [(1 * np.sum((p >= c) & (t == 0)) + 5 * np.sum((p < c) & (t == 1))) / len(t) for c in [*p, 2.0]]
    show(case, "least cost", min(cost))
    observed, predicted = calibration.calibration_curve(t, p, n_bins=5)
    show(case, "observed", observed)
    show(case, "predicted", predicted)


def many_classes(case, y, t):
    show(case, "columns", y.shape[1])
    show(case, "y", y)
    show(case, "t", t)
    p = special.softmax(y, axis=1)
    labels = np.arange(y.shape[1])
    predicted_classes(case, t, np.argmax(y, axis=1), y.shape[1])
    show(case, "log_loss", metrics.log_loss(t, p, labels=labels))
    show(case, "brier", metrics.brier_score_loss(t, p, labels=labels))
    for k in (2, 3):
        show(case, f"top {k}", metrics.top_k_accuracy_score(t, y, k=k, labels=labels))
    if set(t) == set(labels):
        show(case, "auc", metrics.roc_auc_score(t, p, multi_class="ovr", average="macro"))
        show(case, "auc weighted", metrics.roc_auc_score(t, p, multi_class="ovr", average="weighted"))
        one = [metrics.average_precision_score(t == k, p[:, k]) for k in labels]
        show(case, "average_precision", np.mean(one))


def numbers(case, y, t):
    columns = y.shape[1]
    show(case, "columns", columns)
    show(case, "y", y)
    show(case, "t", t)
    show(case, "squared_error", metrics.mean_squared_error(t, y))
    show(case, "rmse", np.sqrt(metrics.mean_squared_error(t, y)))
    show(case, "absolute_error", metrics.mean_absolute_error(t, y))
    show(case, "median_error", metrics.median_absolute_error(t, y))
    show(case, "percentage_error", metrics.mean_absolute_percentage_error(t, y))
    if columns == 1:
        show(case, "largest_error", metrics.max_error(t, y))
    r2 = metrics.r2_score(t, y)
    show(case, "r2", r2)
    show(case, "adjusted_r2", 1 - (1 - r2) * (len(t) - 1) / (len(t) - 3 - 1))
    show(case, "explained_variance", metrics.explained_variance_score(t, y))
    show(case, "pearson", np.mean([stats.pearsonr(y[:, j], t[:, j]).statistic for j in range(columns)]))
    show(case, "spearman", np.mean([stats.spearmanr(y[:, j], t[:, j]).statistic for j in range(columns)]))


def main():
    r = np.random.default_rng(1)
    t = (r.random(61) < 0.4).astype(int)
    two_classes("two", np.round(r.normal(2 * t - 1, 2), 2), t)
    t = (r.random(50) < 0.5).astype(int)
    two_classes("two tied", np.round(r.normal(t, 1) * 2) / 2, t)
    t = (r.random(40) < 0.1).astype(int)
    two_classes("two rare", np.round(r.normal(3 * t - 3, 1), 2), t)
    t = r.integers(0, 4, 57)
    many_classes("many", np.round(r.normal(size=(57, 4)) + 2 * (t[:, None] == np.arange(4)), 3), t)
    t = r.choice([0, 1, 3], 30)
    y = np.round(r.normal(size=(30, 5)) + (t[:, None] == np.arange(5)), 3)
    y[:, 4] -= 10
    many_classes("many missing", y, t)
    t = np.round(r.normal(size=(45, 1)) * 3 + 1, 2)
    numbers("numbers", np.round(t + r.normal(size=(45, 1)), 2), t)
    t = np.round(r.normal(size=(23, 3)) * [1, 10, 0.1], 1)
    numbers("numbers columns", np.round(t * 0.7 + r.normal(size=(23, 3)) * 0.1, 1), t)
    t = np.round(r.normal(size=(31, 1)), 3) + 1e6
    numbers("numbers far", t + np.round(r.normal(size=(31, 1)) * 0.3, 3), t)


main()
