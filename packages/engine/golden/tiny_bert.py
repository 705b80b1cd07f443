"""Writes tiny-bert/: a small random BERT as sentence-transformers trains it. The engine's tests must reproduce it.

    python -m venv /var/tmp/golden && /var/tmp/golden/bin/pip install \
        torch==2.13.0 sentence-transformers==6.0.1 transformers==5.17.0
    /var/tmp/golden/bin/python packages/engine/golden/tiny_bert.py

Contents: weights, batch (token ids), unit embeddings, and of MultipleNegativesRankingLoss with scale 20 the loss, every
gradient and their norm at the start, and all weights after three steps of AdamW (lr 1e-3, decay 0.01 on matrices only,
clip at 1.0; no dropout).
"""

import json
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

OUT = Path(__file__).parent / "tiny-bert"
PAIRS = 6
STEPS = 3
LEARNING_RATE = 1e-3

torch.manual_seed(7)
torch.set_num_threads(1)

config = BertConfig(
    vocab_size=100,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=64,
    max_position_embeddings=32,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
bert = BertModel(config)
for parameter in bert.parameters():  # gains of 1 and biases of 0 would hide faults
    parameter.data += 0.05 * torch.randn_like(parameter)

with tempfile.TemporaryDirectory() as folder:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(95)]
    vocabulary = Path(folder) / "vocab.txt"
    vocabulary.write_text("\n".join(words))
    bert.save_pretrained(folder)
    BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
    transformer = Transformer(folder)
model = SentenceTransformer(
    modules=[transformer, Pooling(config.hidden_size, pooling_mode="mean"), Normalize()], device="cpu"
)
model.train()

texts = [
    torch.randint(5, 100, (int(length),)).tolist()
    for length in torch.randint(2, 20, (2 * PAIRS,))
]


def features(ids):
    width = max(map(len, ids))
    return {
        "input_ids": torch.tensor([x + [0] * (width - len(x)) for x in ids]),
        "attention_mask": torch.tensor([[1] * len(x) + [0] * (width - len(x)) for x in ids]),
    }


def copy(tensor):
    return tensor.detach().clone().contiguous()


named = [
    (name, parameter)
    for name, parameter in transformer.model.named_parameters()
    if not name.startswith("pooler")
]
plain = ("bias", "LayerNorm")
optimizer = torch.optim.AdamW(
    [
        {"params": [p for n, p in named if not any(x in n for x in plain)], "weight_decay": 0.01},
        {"params": [p for n, p in named if any(x in n for x in plain)], "weight_decay": 0.0},
    ],
    lr=LEARNING_RATE,
    eps=1e-8,
)
loss_function = losses.MultipleNegativesRankingLoss(model, scale=20.0)

weights = {name: copy(parameter) for name, parameter in named}
with torch.no_grad():
    embeddings = model(features(texts))["sentence_embedding"]
gradients = {}
loss_values = []
norms = []
for step in range(STEPS):
    optimizer.zero_grad(set_to_none=True)
    loss = loss_function([features(texts[:PAIRS]), features(texts[PAIRS:])], None)
    loss.backward()
    if step == 0:
        gradients = {name: copy(parameter.grad) for name, parameter in named}
    norms.append(torch.nn.utils.clip_grad_norm_([p for _, p in named], 1.0).item())
    loss_values.append(loss.item())
    optimizer.step()

OUT.mkdir(exist_ok=True)
save_file(weights, OUT / "weights.safetensors")
save_file(gradients, OUT / "gradients.safetensors")
save_file({name: copy(parameter) for name, parameter in named}, OUT / "trained.safetensors")
golden = {
    "config": config.to_dict(),
    "anchors": texts[:PAIRS],
    "positives": texts[PAIRS:],
    "embeddings": embeddings.tolist(),
    "losses": loss_values,
    "norms": norms,
}
(OUT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
print(loss_values, norms)
