"""Writes baselines.csv: data, and the linear models that scikit-learn 1.9.1 fits to them, in float64.
usage: make_baselines.py >baselines.csv, with a Python that has scikit-learn

Rows: case;what;i;value, "x" row-major with "columns", "t" the targets. A name such as "lasso 0.1" is a model with
that penalty as nn_baselines.h has it: l1, l2 or both; its numbers are the weights, row-major, then the biases.
"raw" models have inputs as they are, the others standardized ones, with weights divided by the deviations again.
Multinomial biases have mean 0 there as here. Models that scikit-learn finds by iterating are asked for tolerance
1e-13; "longley" is solved with fractions, so its digits are all right: they are those that the National Institute
of Standards and Technology certifies (StRD, Longley).
"""
from fractions import Fraction

import numpy as np
from sklearn import linear_model as lm
from sklearn.preprocessing import StandardScaler


def show(case, what, values):
    for i, value in enumerate(np.atleast_1d(np.asarray(values, dtype=float)).ravel()):
        print(f"{case};{what};{i};{float(value)!r}")


def data(case, x, t):
    show(case, "columns", x.shape[1])
    show(case, "x", x)
    show(case, "t", t)


def model(case, what, m, x, t, raw=False):
    if raw:
        m.fit(x, t)
        w, b = np.atleast_2d(m.coef_), np.atleast_1d(m.intercept_)
    else:
        s = StandardScaler().fit(x)
        m.fit(s.transform(x), t)
        w = np.atleast_2d(m.coef_) / s.scale_
        b = np.atleast_1d(m.intercept_) - w @ s.mean_
    if len(b) > 2:
        b = b - b.mean()
    show(case, what, np.concatenate([w.ravel(), b]))


def numbers(case, x, t):
    data(case, x, t)
    n = len(t)
    tight = dict(tol=1e-13, max_iter=1000000)
    model(case, "least squares", lm.LinearRegression(), x, t)
    model(case, "ridge 0.3", lm.Ridge(alpha=0.3 * n), x, t)
    model(case, "ridge 0.3 raw", lm.Ridge(alpha=0.3 * n), x, t, raw=True)
    model(case, "lasso 0.1", lm.Lasso(alpha=0.1, **tight), x, t)
    model(case, "lasso 0.1 raw", lm.Lasso(alpha=0.1, **tight), x, t, raw=True)
    model(case, "lasso 0.5", lm.Lasso(alpha=0.5, **tight), x, t)
    model(case, "net 0.1 0.3", lm.ElasticNet(alpha=0.4, l1_ratio=0.25, **tight), x, t)


def classes(case, x, t):
    data(case, x, t)
    n = len(t)
    tight = dict(tol=1e-13, max_iter=10000000)
    for l2 in (0.01, 1.0):
        model(case, f"l2 {l2}", lm.LogisticRegression(C=1 / (n * l2), solver="newton-cg", **tight), x, t)
    model(case, "l2 0.1 raw", lm.LogisticRegression(C=1 / (n * 0.1), solver="newton-cg", **tight), x, t, raw=True)
    for l1 in (0.01, 0.05):
        saga = lm.LogisticRegression(C=1 / (n * l1), l1_ratio=1, solver="saga", random_state=0, **tight)
        model(case, f"l1 {l1}", saga, x, t)


LONGLEY = """60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962"""


def exact(x, t):
    """Least squares with a bias, by elimination with fractions. Returns the weights, then the bias."""
    rows = [[Fraction(v) for v in row] + [Fraction(1)] for row in x]
    n = len(rows[0])
    a = [[sum(r[i] * r[j] for r in rows) for j in range(n)] + [sum(r[i] * Fraction(v) for r, v in zip(rows, t))]
         for i in range(n)]
    for i in range(n):
        a[i] = [v / a[i][i] for v in a[i]]
        for j in range(n):
            if j != i:
                a[j] = [v - a[j][i] * w for v, w in zip(a[j], a[i])]
    return [row[-1] for row in a]


def longley():
    table = [line.split() for line in LONGLEY.splitlines()]
    x, t = [row[1:] for row in table], [row[0] for row in table]
    data("longley", np.array(x, dtype=float), np.array(t, dtype=float))
    show("longley", "least squares", [float(v) for v in exact(x, t)])


def main():
    r = np.random.default_rng(7)
    x = np.round(r.normal(size=(40, 6)) * [1, 5, 0.2, 1, 1, 1] + [0, 100, 3, 0, 0, 0], 3)
    x[:, 4] = np.round(x[:, 3] + 0.1 * x[:, 4], 3)
    t = np.round(x @ [2, 0.3, -4, 1, 0, 0] + r.normal(size=40), 3)
    numbers("numbers", x, t)
    x = np.round(r.normal(size=(60, 4)) * [1, 3, 0.5, 1], 2)
    two = (x @ [1, 0.4, -2, 0] + r.logistic(size=60) > 0.3).astype(int)
    classes("two", x, two)
    x = np.round(r.normal(size=(70, 3)), 2)
    three = np.argmax(x @ r.normal(size=(3, 3)) + r.gumbel(size=(70, 3)), axis=1)
    classes("three", x, three)
    longley()


main()
