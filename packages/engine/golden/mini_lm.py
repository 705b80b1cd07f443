"""Writes mini-lm.json: what sentence-transformers makes of all-MiniLM-L6-v2 on a few texts: embeddings, and three losses.

    python packages/engine/golden/mini_lm.py MODEL_FOLDER

MODEL_FOLDER is the folder that `millrace models pull minilm` brings. Training as in tiny_bert.py, but lr 2e-5.
Then `pnpm exec biome check --write packages/engine/golden`.
"""

import json
import sys
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses

PAIRS = [
    ("How do I reset my password?", "Use the link on the sign-in page; the mail comes within a minute."),
    ("where is my order", "It left the warehouse this morning and should arrive on Thursday."),
    ("Can I pay by invoice?", "Yes, for orders above 50 euros. Choose it at the checkout."),
    ("The app crashes when I open settings.", "Please update to the newest version, it fixes exactly that."),
    ("Is there a café near the station?", "Two: one inside the hall and one across the street."),
    ("hi", "Hello! What can I do for you?"),
]
torch.manual_seed(1)
torch.set_num_threads(1)
model = SentenceTransformer(sys.argv[1], device="cpu")
anchors, positives = map(list, zip(*PAIRS))
embeddings = model.encode(anchors + positives, show_progress_bar=False)

model.train()
for module in model.modules():
    if isinstance(module, torch.nn.Dropout):
        module.p = 0.0
    if hasattr(module, "dropout") and isinstance(module.dropout, float):
        module.dropout = 0.0
named = [(name, p) for name, p in model.named_parameters() if "pooler" not in name]
plain = ("bias", "LayerNorm")
optimizer = torch.optim.AdamW(
    [
        {"params": [p for n, p in named if not any(x in n for x in plain)], "weight_decay": 0.01},
        {"params": [p for n, p in named if any(x in n for x in plain)], "weight_decay": 0.0},
    ],
    lr=2e-5,
    eps=1e-8,
)
loss_function = losses.MultipleNegativesRankingLoss(model, scale=20.0)
tokenize = model.preprocess if hasattr(model, "preprocess") else model.tokenize
values = []
for _ in range(3):
    optimizer.zero_grad(set_to_none=True)
    loss = loss_function([dict(tokenize(anchors)), dict(tokenize(positives))], None)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for _, p in named], 1.0)
    values.append(loss.item())
    optimizer.step()

golden = {
    "anchors": anchors,
    "positives": positives,
    "embeddings": [[round(float(x), 8) for x in row] for row in embeddings],
    "losses": values,
}
Path(__file__).with_name("mini-lm.json").write_text(json.dumps(golden, indent=1) + "\n")
print(values)
