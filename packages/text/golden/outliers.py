"""Writes outliers.json: three outlier detectors as numpy and scipy compute them. findOutliers() must agree.

    python -m venv /var/tmp/golden && /var/tmp/golden/bin/pip install numpy==2.4.6 scipy==1.17.1
    /var/tmp/golden/bin/python packages/text/golden/outliers.py

Columns: two ordinary ones, one that is the sum of both (a singular covariance), one that is 0 but for a few rows (no
median deviation), one constant, one heavy-tailed. Row 7 is far out in every column, row 11 in none but against their correlation.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import chi2

rng = np.random.default_rng(7)
n = 80
a = rng.normal(3, 1, n)
b = 0.95 * a + rng.normal(0, 0.1, n)
a[7], b[7] = 9.0, 9.5
a[11], b[11] = 4.2, 1.8
rare = np.zeros(n)
rare[[7, 20, 33]] = [5.0, 1.0, 1.0]
x = np.column_stack([a, b, a + b, rare, np.full(n, 0.1), rng.standard_t(3, n)]).round(6)
x[:, 2] = x[:, 0] + x[:, 1]

sd = x.std(axis=0)
live = np.ptp(x, axis=0) > 0
z = np.zeros_like(x)
z[:, live] = (x[:, live] - x[:, live].mean(axis=0)) / sd[live]

away = np.abs(x - np.median(x, axis=0))
mad = 1.4826 * np.median(away, axis=0)
mean_ad = 1.2533 * away.mean(axis=0)
scale = np.where(mad > 0, mad, mean_ad)
robust = np.zeros_like(x)
robust[:, scale > 0] = away[:, scale > 0] / scale[scale > 0]
robust[:, ~live] = 0

centred = x[:, live] - x[:, live].mean(axis=0)
covariance = np.cov(centred, rowvar=False)
distance = np.einsum("ij,jk,ik->i", centred, np.linalg.pinv(covariance, rcond=1e-9), centred)
rank = int(np.linalg.matrix_rank(covariance, tol=1e-9 * np.abs(covariance).max()))

golden = {
    "rows": x.tolist(),
    "z": z.round(9).tolist(),
    "robust_z": robust.round(9).tolist(),
    "mahalanobis": distance.round(9).tolist(),
    "rank": rank,
    "chi_square_999": [round(float(chi2.ppf(0.999, k)), 6) for k in range(1, 13)],
}
Path(__file__).with_name("outliers.json").write_text(json.dumps(golden) + "\n")
