"""Writes retrieval-metrics.json: what sentence-transformers' InformationRetrievalEvaluator says of made-up vectors.

    python services/trainer/golden/retrieval_metrics.py
    pnpm exec biome check --write services/trainer/golden

The vectors follow from a linear congruence, so that the test makes the same ones; the right answers, most of them near
the top, and the metrics are written down.
"""

import json
from pathlib import Path

import numpy as np
import sentence_transformers
import torch
from sentence_transformers import util
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

DIMENSION = 8


class Congruence:
    def __init__(self, seed):
        self.state = seed

    def __call__(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state / 2**32


def vectors(random, rows):
    drawn = np.array([[random() - 0.5 for _ in range(DIMENSION)] for _ in range(rows)])
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


class Looked:
    """A model that knows its vectors by the number that each text is."""

    similarity_fn_name = "cosine"
    similarity = staticmethod(util.cos_sim)
    model_card_data = type("Card", (), {"set_evaluation_metrics": lambda *_: None})()

    def __init__(self, rows):
        self.rows = torch.from_numpy(rows)

    def encode(self, texts, **_):
        return self.rows[[int(text) for text in texts]]

    encode_query = encode_document = encode


def task(seed, queries, corpus):
    random = Congruence(seed)
    asked, replies = vectors(random, queries), vectors(random, corpus)
    ranking = np.argsort(-(asked @ replies.T), axis=1)
    relevant = [
        sorted({int(ranking[i][int(random() ** 3 * corpus)]) for _ in range(1 + int(random() * 4))})
        for i in range(queries)
    ]
    model = Looked(np.concatenate([asked, replies]))
    evaluator = InformationRetrievalEvaluator(
        queries={f"q{i}": str(i) for i in range(queries)},
        corpus={f"c{i}": str(queries + i) for i in range(corpus)},
        relevant_docs={f"q{i}": {f"c{j}" for j in wanted} for i, wanted in enumerate(relevant)},
        mrr_at_k=[10],
        ndcg_at_k=[10],
        accuracy_at_k=[1],
        precision_recall_at_k=[1, 5, 10],
        map_at_k=[100],
        main_score_function="cosine",
        score_functions={"cosine": util.cos_sim},
        write_csv=False,
    )
    scores = evaluator.compute_metrices(model)["cosine"]
    metrics = {
        "mrr@10": scores["mrr@k"][10],
        "ndcg@10": scores["ndcg@k"][10],
        "map@100": scores["map@k"][100],
        **{f"recall@{k}": scores["recall@k"][k] for k in (1, 5, 10)},
        "accuracy@1": scores["accuracy@k"][1],
    }
    return {
        "seed": seed,
        "queries": queries,
        "corpus": corpus,
        "relevant": relevant,
        "metrics": {name: float(value) for name, value in metrics.items()},
    }


tasks = [task(1, 40, 30), task(2, 60, 150), task(3, 25, 400)]
golden = {
    "sentence_transformers": sentence_transformers.__version__,
    "dimension": DIMENSION,
    "tasks": tasks,
}
Path(__file__).with_name("retrieval-metrics.json").write_text(json.dumps(golden))
for made in tasks:
    print(made["metrics"])
