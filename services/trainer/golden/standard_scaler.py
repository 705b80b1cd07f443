"""scikit-learn's StandardScaler on five rows, one column constant.

    python standard_scaler.py > standard-scaler.json     (scikit-learn 1.9.1)
"""
import json

import numpy as np
from sklearn.preprocessing import StandardScaler

NUMBERS = [[1, 5, 0.5], [2, 5, 0.1], [4, 5, 0.9], [9, 5, 0.4], [0, 5, 0.4]]

rows = np.array(NUMBERS, dtype=float)
scaler = StandardScaler().fit(rows)
print(
    json.dumps(
        {"scaler": {
            "fitted_on": NUMBERS,
            "mean": scaler.mean_.tolist(),
            "std": scaler.scale_.tolist(),
            "z": np.round(scaler.transform(rows), 6).tolist(),
        }},
        indent=2,
    )
)
