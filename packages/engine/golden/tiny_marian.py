"""Writes tiny-marian/: a small random MarianMTModel with two SentencePiece models. The engine's tests must reproduce it.

    python -m venv /var/tmp/golden && /var/tmp/golden/bin/pip install \
        torch==2.15.0 transformers==5.24.0 sentencepiece==0.2.3
    /var/tmp/golden/bin/python packages/engine/golden/tiny_marian.py
    pnpm exec biome check --write packages/engine/golden

Contents: a Hugging Face folder (model/) as `save_pretrained` writes it, and in golden.json what transformers computes:
encoder states and logits of uneven sentences, what greedy and beam search give, and tokens of odd strings. source.spm
normalises by nmt_nfkc with its rules compiled in, target.spm not at all: the rules alone are 240 KB. The text that the
models are trained on is written below, so all of it is free to commit.

    /var/tmp/golden/bin/python packages/engine/golden/tiny_marian.py --tokens 5000 /tmp/tokens.json

writes only tokens, of so many drawn strings, for MILLRACE_MARIAN_TOKENS (sentence-piece.golden.test.ts).
"""

import argparse
import itertools
import json
import random
import shutil
import tempfile
from pathlib import Path

import sentencepiece
import torch
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer

OUT = Path(__file__).parent / "tiny-marian"
WHO = ["I", "you", "we", "they", "the driver", "my sister", "our team", "a customer"]
DOES = ["want to book", "would like", "need", "cannot find", "will return", "asked about", "lost", "paid for"]
WHAT = ["a room", "the red lamp", "two tickets", "an invoice", "the café bill", "some help", "a cheap flight", "the key"]
WHEN = ["today", "tomorrow morning", "next week", "at 5 pm", "before Friday", "again", "right now", "in 2024"]
WER = ["ich", "du", "wir", "sie", "der Fahrer", "meine Schwester", "unser Team", "ein Kunde"]
TUT = ["möchte", "braucht", "findet", "verlor", "fragte nach", "bezahlte", "öffnet", "schließt"]
WAS = ["ein Zimmer", "die rote Lampe", "zwei Karten", "eine Rechnung", "etwas Hilfe", "den Schlüssel", "die Tür", "das Büro"]
WANN = ["heute", "morgen früh", "nächste Woche", "um 17 Uhr", "vor Freitag", "wieder", "sofort", "im Jahr 2024"]
ODD = [
    "", " ", "  two  spaces ", "\t tabs\tand\nnewlines \r\n", "Ｆｕｌｌｗｉｄｔｈ １２３", "ﬁ ligature ﬀ", "e\u0301 a\u0308 composed", "éä",
    "\u200bzero\u200bwidth\u200d joiner", "\ufeffbom", "soft\u00adhyphen", "non\u00a0breaking\u202fspaces\u3000ideographic", "half ½ ² ™ № ℃ ㎏",
    "👍", "👩‍👩‍👧‍👦 family", "🇩🇪 flag", "日本語のテキスト", "한국어 텍스트", "ا لعربية", "עברית", "हिन्दी", "ไทย", "Ω≈ç√∫", "ﷺ", "㍿㈱",
    "\u0000 nul", "\u0001\u0002\u007f control", "\ufffd replacement", "a\u0300\u0301\u0302\u0303 stacked", "ZALGO z̷̢̛a̴l̵g̸o̶", "…ellipsis… —dash– ‘quotes’ “double”",
    "▁meta symbol ▁▁", "▁", "<unk>", "</s>", "<pad>", "a </s> b", "<s>", "XQ0Z and XQ12Z", "https://x.example/a?b=1&c=2", "a@b.example",
    "UPPER lower MiXeD", "x" * 300, "word " * 60, "😀" * 20, "ΑΒΓ αβγ ς", "ǅ Ǆ ŉ ſ", "ª º ⁿ ₂", "\U0001d400\U0001d401 math bold", "①②③ ⑩",
    "カタカナ ｶﾀｶﾅ", "ヷ ゞ", "\u1100\u1161\u11a8 jamo", "ﾞ half-width voice mark ｶﾞ", "\u2028line\u2029paragraph", "\u0085next line", "\u180e mongolian", "\u2060word joiner",
    "´ ¨ ¸ ˆ ˜", "~ ～ ∼", "end with space ", "end with ideographic\u3000", "\u3000", "\u00a0", "\u200b", "I want to book a room >>de<< today", "don't \"quote\" (this) [or] {that}",
]


def sentences(parts, count, seed):
    every = [" ".join(words) for words in itertools.product(*parts)]
    chosen = random.Random(seed).sample(every, count)
    return [s[0].upper() + s[1:] + end for s, end in zip(chosen, itertools.cycle([".", "?", "!", ""]))]


def train_spm(texts, prefix, rule, size):
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_prefix=prefix, vocab_size=size, model_type="unigram",
        normalization_rule_name=rule, character_coverage=1.0, pad_id=-1, bos_id=-1, eos_id=0, unk_id=1,
        num_threads=1, minloglevel=2, hard_vocab_limit=False,
    )


def drawn(count, seed):
    """Strings of pieces that are odd in many ways, always the same for one seed."""
    rng = random.Random(seed)
    english = sentences([WHO, DOES, WHAT, WHEN], 200, 3)
    ranges = [(0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F), (0x1100, 0x11FF), (0x1E00, 0x20CF),
              (0x2100, 0x27BF), (0x3000, 0x33FF), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0xF900, 0xFAFF), (0xFB00, 0xFFEF), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF), (0x0, 0x1F)]
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(rng.randint(1, 4)):
            if rng.random() < 0.5:
                words = rng.choice(english).split()
                at = rng.randint(0, len(words) - 1)
                parts.append(" ".join(words[at : at + rng.randint(1, 4)]))
            else:
                low, high = rng.choice(ranges)
                parts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 6))))
        texts.append(rng.choice(["", " ", "  "]).join(parts))
    return texts


def tokens_of(tokenizer, texts):
    """Special tokens that people type are text for us, so they are looked up piece by piece here."""
    rows = []
    for text in texts:
        pieces = tokenizer.spm_source.encode(text, out_type=str)
        ids = [*tokenizer.convert_tokens_to_ids(pieces), tokenizer.eos_token_id]
        typed = any(special in text for special in tokenizer.all_special_tokens) or text.startswith(">>")
        assert typed or tokenizer(text)["input_ids"] == ids, text
        rows.append({"text": text, "pieces": pieces, "ids": ids, "back": tokenizer.decode(ids, skip_special_tokens=True)})
    return rows


def write_model():
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "model").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        train_spm(sentences([WHO, DOES, WHAT, WHEN], 2000, 1), f"{folder}/source", "nmt_nfkc", 120)
        train_spm(sentences([WER, TUT, WAS, WANN], 2000, 2), f"{folder}/target", "identity", 120)
        pieces = {}
        for name in ["source", "target"]:
            spm = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/{name}.model")
            for i in range(spm.get_piece_size()):
                pieces.setdefault(spm.id_to_piece(i), len(pieces))
        pieces.setdefault("<pad>", len(pieces))
        (Path(folder) / "vocab.json").write_text(json.dumps(pieces, ensure_ascii=False))
        tokenizer = MarianTokenizer(f"{folder}/source.model", f"{folder}/target.model", f"{folder}/vocab.json", source_lang="en", target_lang="de")
        tokenizer.save_pretrained(OUT / "model")
    vocabulary = len(pieces)
    pad = pieces["<pad>"]
    torch.manual_seed(7)
    config = MarianConfig(
        vocab_size=vocabulary, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=4,
        encoder_ffn_dim=24, decoder_ffn_dim=28, max_position_embeddings=64, activation_function="swish", scale_embedding=True,
        pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0, dropout=0.0, init_std=0.4,
    )
    model = MarianMTModel(config).eval()
    for name, parameter in model.named_parameters():  # gains of 1 and biases of 0 would hide faults
        if "embed_positions" not in name:
            parameter.data += 0.1 * torch.randn_like(parameter)
    model.final_logits_bias += 0.5 * torch.randn_like(model.final_logits_bias)
    model.final_logits_bias[0, 0] += 0.6  # some answers end by themselves, at lengths that the settings change
    model.generation_config = GenerationConfig(
        max_length=24, num_beams=4, bad_words_ids=[[pad]], decoder_start_token_id=pad, pad_token_id=pad, eos_token_id=0,
        forced_eos_token_id=0, renormalize_logits=True,
    )
    model.half().save_pretrained(OUT / "model")
    # read again: what half precision left of the weights, and positions in 32 bits
    return MarianMTModel.from_pretrained(OUT / "model", dtype=torch.float32).eval(), tokenizer


def encoder_with(activation, batch):
    model = MarianMTModel.from_pretrained(OUT / "model", dtype=torch.float32, activation_function=activation).eval()
    with torch.no_grad():
        return model.get_encoder()(**batch).last_hidden_state


def searches(model, batch):
    """What generate gives for settings that each change the answer."""
    common = {"num_beams": 1, "length_penalty": 1.0, "early_stopping": False, "max_length": 24, "renormalize_logits": True}
    chosen = [
        {}, {"num_beams": 2}, {"num_beams": 4}, {"num_beams": 4, "early_stopping": True}, {"num_beams": 4, "early_stopping": "never", "length_penalty": 0.6},
        {"num_beams": 3, "length_penalty": 0.2}, {"num_beams": 6, "length_penalty": 2.0}, {"num_beams": 4, "renormalize_logits": False},
        {"num_beams": 4, "max_length": 6}, {"max_length": 5},
    ]
    for difference in chosen:
        settings = {**common, **difference}
        with torch.no_grad():
            found = model.generate(**batch, **settings)
        rows = [row[1:].tolist() for row in found]
        yield {"settings": settings, "tokens": [row[: row.index(0) + 1] if 0 in row else row for row in rows]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokens", nargs=2, metavar=("COUNT", "FILE"))
    arguments = parser.parse_args()
    if arguments.tokens:
        count, file = arguments.tokens
        tokenizer = MarianTokenizer.from_pretrained(OUT / "model")
        Path(file).write_text(json.dumps(tokens_of(tokenizer, ODD + drawn(int(count), 11))))
        return
    model, tokenizer = write_model()
    texts = [*sentences([WHO, DOES, WHAT, WHEN], 7, 5), "help"]
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    decoder = tokenizer(text_target=sentences([WER, TUT, WAS, WANN], len(texts), 6), return_tensors="pt", padding=True)["input_ids"][:, :9]
    decoder[:, 0] = model.config.pad_token_id
    with torch.no_grad():
        answer = model(**batch, decoder_input_ids=decoder)
    lengths = batch["attention_mask"].sum(1).tolist()
    rounded = lambda values: [round(v, 6) for v in values.flatten().tolist()]
    golden = {
        "texts": texts,
        "sources": [ids[:n] for ids, n in zip(batch["input_ids"].tolist(), lengths)],
        "encoder": [rounded(state[:n]) for state, n in zip(answer.encoder_last_hidden_state[:2], lengths)],
        "activations": {name: rounded(encoder_with(name, batch)[0, : lengths[0]]) for name in ["relu", "gelu"]},
        "decoder": decoder[:2].tolist(),
        "logits": [rounded(row[[0, 4, 8]]) for row in answer.logits[:2]],
        "searches": list(searches(model, batch)),
        "tokens": tokens_of(tokenizer, ODD + drawn(60, 9)),
    }
    (OUT / "golden.json").write_text(json.dumps(golden, ensure_ascii=False))


main()
