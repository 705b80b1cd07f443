"""Golden figures for folds.test.ts: what scikit-learn makes of drawn groups and strata.

    pip install scikit-learn==1.9.1
    python sklearn_folds.py > sklearn-folds.json

Each case lists rows as [group, stratum] and, for five folds, the sizes that GroupKFold reaches and the count of every
stratum in every fold that StratifiedGroupKFold reaches, folds in descending order of size.
"""

import json
import random

import numpy as np
import sklearn
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

K = 5


def rows_of(seed: int, groups: int, strata: int, most: int) -> list[list[str]]:
    draw = random.Random(seed)
    rows = []
    for group in range(groups):
        likes = draw.randrange(strata)
        for _ in range(draw.randint(1, most)):
            stratum = likes if draw.random() < 0.6 else draw.randrange(strata)
            rows.append([f"g{group}", f"s{stratum}"])
    draw.shuffle(rows)
    return rows


def folds_of(splitter, rows: list[list[str]]) -> np.ndarray:
    groups = np.array([group for group, _ in rows])
    strata = np.array([stratum for _, stratum in rows])
    folds = np.zeros(len(rows), int)
    for fold, (_, test) in enumerate(splitter.split(np.zeros(len(rows)), strata, groups)):
        folds[test] = fold
    return folds


def case(name: str, rows: list[list[str]]) -> dict:
    sizes = np.bincount(folds_of(GroupKFold(K), rows), minlength=K)
    stratified = folds_of(StratifiedGroupKFold(K), rows)
    strata = np.array([stratum for _, stratum in rows])
    # how far a stratum's share in a fold lies from its share in the whole, at most
    worst = max(
        abs((strata[stratified == fold] == name).mean() - (strata == name).mean())
        for fold in range(K)
        for name in set(strata)
    )
    return {
        "name": name,
        "rows": rows,
        "group_sizes": sorted(map(int, sizes), reverse=True),
        "stratified_sizes": sorted(map(int, np.bincount(stratified, minlength=K)), reverse=True),
        "worst_share": round(float(worst), 6),
    }


cases = [
    case("even groups", rows_of(1, 40, 3, 1)),
    case("uneven groups", rows_of(2, 30, 4, 12)),
    case("few large groups", rows_of(3, 9, 2, 40)),
    case("many small groups", rows_of(4, 120, 5, 3)),
]
print(json.dumps({"scikit_learn": sklearn.__version__, "folds": K, "cases": cases}, separators=(",", ":")))
