"""Writes tiny-masked-bert/ and tiny-masked-distilbert/: small random masked language models as folders, and what transformers predicts with them.

    python -m venv /var/tmp/golden && /var/tmp/golden/bin/pip install torch==2.15.0 transformers==5.24.0
    /var/tmp/golden/bin/python packages/engine/golden/tiny_masked_bert.py

golden.json: questions (text, offsets of the hidden word, whether the text itself stands before it), and of each the log-probabilities of the whole
vocabulary at the mask. Long questions reach over the tests' 24 tokens and are cut by hand here: around the word, both sentences alike.
"""

import json
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertForMaskedLM,
)

HERE = Path(__file__).parent
MAX_TOKENS = 24
words = (
    "i want to book a cheap hotel room in the city center please can you find me an inexpensive flat for two people "
    "what is weather like today it was not good thank ok my order late bank account is blocked help with this need"
)
pieces = ["##s", "##ing", "##ed", "re", "##serve", "!", "?", ".", ",", "'", "7"]
vocabulary = list(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *pieces, *words.split()]))

QUESTIONS = [
    ("I want to book a cheap hotel room", "cheap", True),
    ("I want to book a cheap hotel room", "cheap", False),
    ("Find me an inexpensive flat, please!", "Find", True),
    ("My order is late.", "late", True),
    ("help", "help", False),
    ("can you reserve a room in the city center?", "reserve", True),
    ("what is [MASK] like today", "like", True),
    ("i want to book a cheap hotel room in the city center please can you find me an inexpensive flat for two people", "please", True),
    ("i want to book a cheap hotel room in the city center please can you find me an inexpensive flat for two people", "people", False),
]


def around(before, after, room):
    left = min(len(before), max(room // 2, room - len(after)))
    return before[len(before) - left :], after[: room - left]


def ids_of(tokenizer, text, word, beside):
    tokens = lambda part: tokenizer(part.replace("[MASK]", "[ MASK ]"), add_special_tokens=False)["input_ids"]
    start = text.index(word)
    hidden = tokens(word)
    room = (MAX_TOKENS - 4 - len(hidden)) // 2 if beside else MAX_TOKENS - 3
    before, after = around(tokens(text[:start]), tokens(text[start + len(word) :]), room)
    cls, sep, mask = tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id
    shown = [*before, *hidden, *after, sep] if beside else []
    ids = [cls, *shown, *before, mask, *after, sep]
    return ids, [0] * (1 + len(shown)) + [1 if beside else 0] * (len(ids) - 1 - len(shown))


def write(name, model):
    out = HERE / name
    out.mkdir(exist_ok=True)
    for parameter in model.parameters():  # gains of 1 and biases of 0 would hide faults
        parameter.data += 0.1 * torch.randn_like(parameter)
    model.eval()
    vocabulary_file = out / "vocab.txt"
    vocabulary_file.write_text("\n".join(vocabulary) + "\n")
    tokenizer = BertTokenizerFast(str(vocabulary_file))
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    for spare in ("vocab.txt", "special_tokens_map.json", "generation_config.json", "tokenizer_config.json"):
        (out / spare).unlink(missing_ok=True)
    asked = []
    for text, word, beside in QUESTIONS:
        ids, types = ids_of(tokenizer, text, word, beside)
        kinds = {"token_type_ids": torch.tensor([types])} if name.endswith("masked-bert") else {}
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids]), **kinds).logits[0]
        shares = torch.log_softmax(logits[ids.index(tokenizer.mask_token_id)].double(), -1)
        start = text.index(word)
        question = {"text": text, "start": start, "end": start + len(word), "besideItself": beside}
        asked.append({"question": question, "ids": ids, "logProbabilities": [round(x, 7) for x in shares.tolist()]})
    golden = {"maxTokens": MAX_TOKENS, "vocabulary": vocabulary, "asked": asked}
    (out / "golden.json").write_text(json.dumps(golden) + "\n")


torch.manual_seed(11)
torch.set_num_threads(1)
sizes = dict(vocab_size=len(vocabulary), max_position_embeddings=48)
write(
    "tiny-masked-bert",
    BertForMaskedLM(BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, **sizes)),
)
write("tiny-masked-distilbert", DistilBertForMaskedLM(DistilBertConfig(dim=32, n_layers=2, n_heads=4, hidden_dim=64, **sizes)))
