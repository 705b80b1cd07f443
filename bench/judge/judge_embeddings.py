"""Encodes sentences with Python's SentenceTransformer and compares them with ours.

    python judge_embeddings.py MODEL_FOLDER SENTENCES.json OURS.f32     (needs: sentence-transformers)

Prints one JSON object.
"""
import json
import sys

import numpy as np
import sentence_transformers

folder, sentences_file, ours_file = sys.argv[1:]
with open(sentences_file, encoding="utf-8") as file:
    sentences = json.load(file)
model = sentence_transformers.SentenceTransformer(folder, device="cpu")
theirs = model.encode(sentences, batch_size=16, show_progress_bar=False)
ours = np.fromfile(ours_file, dtype="<f4").reshape(theirs.shape)
print(
    json.dumps(
        {
            "library": f"sentence-transformers {sentence_transformers.__version__}",
            "sentences": len(sentences),
            "dimension": theirs.shape[1],
            "max_seq_length": model.max_seq_length,
            "max_abs_difference": float(np.abs(ours - theirs).max()),
            "min_cosine": float((ours * theirs).sum(axis=1).min()),
        }
    )
)
