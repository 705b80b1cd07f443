"""Trains two small Marian models, English to a made-up language and back, and asks them as transformers does.

    python bench/judge/tiny_translators.py train DIR [--only there|back] [--steps 1000] [--rate 2e-3] [--warmup 0.2] [--seed 4]
    python bench/judge/tiny_translators.py translate DIR/en-xx TEXTS.json OUT.json [--count N] [--tokens-over N]
    python bench/judge/tiny_translators.py random DIR

torch 2.15.0, transformers 5.24.0, sentencepiece 0.2.3. `train` writes DIR/en-xx and DIR/xx-en as `save_pretrained` does, and
DIR/texts.json with 400 sentences that were not trained on: what a customer says, from the grammar below. The made-up
language has one word for words that mean the same ("book", "reserve") and puts adjectives behind nouns, so what comes back
says the same in other words, as it does from a real one. `translate` gives generate's answers for a list of texts. `random` writes
DIR/model and DIR/texts.json: random weights of the size of Helsinki-NLP/opus-mt-en-de (74 M), to measure speed and memory by.
"""

import argparse
import hashlib
import json
import random
import resource
import time
from pathlib import Path

import sentencepiece
import torch
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer

SAME = [
    ["book", "reserve"], ["cheap", "inexpensive"], ["quick", "fast"], ["big", "large"], ["begin", "start"], ["buy", "purchase"], ["help", "assist"],
    ["near", "close to"], ["maybe", "perhaps"], ["want to", "would like to"], ["need to", "have to"], ["fix", "repair"], ["show", "display"],
    ["trip", "journey"], ["film", "movie"], ["shop", "store"], ["phone", "telephone"], ["answer", "reply"], ["choose", "pick"], ["get", "receive"],
    ["hello", "hi"], ["thanks", "thank you"], ["good", "great"], ["difficult", "hard"], ["finish", "complete"], ["error", "mistake"], ["bill", "invoice"],
    ["present", "gift"], ["return", "send back"], ["speak", "talk"], ["also", "too"], ["right now", "immediately"],
]
ADJECTIVES = ["cheap", "big", "quick", "good", "red", "new", "old", "small", "quiet", "warm", "difficult", "broken", "blue", "early", "late"]
NOUNS = ["room", "table", "flight", "ticket", "phone", "lamp", "bill", "order", "shop", "film", "trip", "present", "error", "hotel", "car", "coat", "seat", "meal",
         "train", "key", "printer", "account", "password", "city", "restaurant", "XQ0Z", "XQ1Z", "XQ2Z"]
VERBS = ["book", "buy", "return", "fix", "get", "choose", "show", "change", "cancel", "find", "finish", "pay for", "look at", "sell"]
OPENERS = ["hello,", "thanks,", "maybe", "please", "sorry,", "", "", "", "ok,"]
SUBJECTS = ["i", "we", "they", "my sister", "my friend", "the driver", "a customer", "you"]
WILL = ["want to", "need to", "will", "can", "could", "would", "must", "may"]
TIMES = ["today", "tomorrow", "on monday", "on friday", "next week", "this evening", "right now", "in the morning", "before XQ0Z", "at XQ1Z", "", ""]
PLACES = ["near the station", "near XQ2Z", "in the city", "at the airport", "for my mother", "for two people", "without a fee", "in XQ0Z", "", "", ""]


def sentence(rng):
    noun = lambda: f"{rng.choice(['the', 'a', 'my', 'this'])} {rng.choice([*ADJECTIVES, '', ''])} {rng.choice(NOUNS)}"
    shapes = [
        lambda: f"{rng.choice(OPENERS)} {rng.choice(SUBJECTS)} {rng.choice(WILL)} {rng.choice(VERBS)} {noun()} {rng.choice(PLACES)} {rng.choice(TIMES)}.",
        lambda: f"{rng.choice(OPENERS)} can you {rng.choice(VERBS)} {noun()} {rng.choice(PLACES)} {rng.choice(TIMES)}?",
        lambda: f"{rng.choice(OPENERS)} where is {noun()} {rng.choice(PLACES)}?",
        lambda: f"{rng.choice(OPENERS)} {noun()} is {rng.choice(ADJECTIVES)} and {rng.choice(ADJECTIVES)}, i {rng.choice(WILL)} {rng.choice(VERBS)} it {rng.choice(TIMES)}.",
    ]
    words = rng.choice(shapes)().split()
    text = " ".join(words).replace(" .", ".").replace(" ?", "?").replace(" ,", ",")
    for first, second in SAME:  # people use either word
        if rng.random() < 0.5:
            text = " ".join(f" {text} ".replace(f" {first} ", f" {second} ").split())
    text = text.replace(" i ", " I ")
    return text[0].upper() + text[1:]


def foreign_word(word):
    if word.startswith("xq"):
        return word.upper()
    digest = hashlib.sha256(word.encode()).digest()
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiouäöü"]
    return "".join(syllables[b % len(syllables)] for b in digest[: 2 + digest[8] % 2])


def foreign(text):
    """One word for all that mean the same; adjectives behind their nouns."""
    low = f" {text.lower()} ".replace(".", " .").replace("?", " ?").replace(",", " ,")
    for first, second in SAME:
        low = low.replace(f" {second} ", f" {first} ")
    words = low.split()
    at = 0
    while at + 1 < len(words):
        if words[at] in ADJECTIVES and (words[at + 1] in NOUNS or words[at + 1].startswith("xq")):
            words[at], words[at + 1] = words[at + 1], words[at]
            at += 1
        at += 1
    out = " ".join(w if w in ".?," else foreign_word(w) for w in words)
    return out.replace(" .", ".").replace(" ?", "?").replace(" ,", ",")


def plain(text):
    """What a way back should say: of words that mean the same always the first."""
    low = f" {text} "
    for first, second in SAME:
        low = low.replace(f" {second} ", f" {first} ").replace(f" {second.capitalize()} ", f" {first.capitalize()} ").replace(f" {second}.", f" {first}.")
    return low.strip()


def write_tokenizer(folder, source, target, names):
    for name, texts in [("source", source), ("target", target)]:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_prefix=str(folder / name), vocab_size=600, model_type="unigram", character_coverage=1.0,
            pad_id=-1, bos_id=-1, eos_id=0, unk_id=1, num_threads=1, minloglevel=2, hard_vocab_limit=False,
        )
    pieces = {}
    for name in ["source", "target"]:
        spm = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{name}.model"))
        for i in range(spm.get_piece_size()):
            pieces.setdefault(spm.id_to_piece(i), len(pieces))
    pieces.setdefault("<pad>", len(pieces))
    (folder / "raw-vocab.json").write_text(json.dumps(pieces))
    tokenizer = MarianTokenizer(str(folder / "source.model"), str(folder / "target.model"), str(folder / "raw-vocab.json"), source_lang=names[0], target_lang=names[1])
    tokenizer.save_pretrained(folder)
    for left in ["source.model", "target.model", "source.vocab", "target.vocab", "raw-vocab.json"]:
        (folder / left).unlink()
    return MarianTokenizer.from_pretrained(folder)


def train(folder, pairs, names, given):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = write_tokenizer(folder, [a for a, _ in pairs], [b for _, b in pairs], names)
    pad = tokenizer.pad_token_id
    torch.manual_seed(given.seed)
    config = MarianConfig(
        vocab_size=len(tokenizer.encoder), d_model=96, encoder_layers=2, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=192, decoder_ffn_dim=192, max_position_embeddings=128, activation_function="swish", scale_embedding=True, dropout=0.0,
        pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0,
    )
    model = MarianMTModel(config)
    model.generation_config = GenerationConfig(
        max_length=128, num_beams=4, bad_words_ids=[[pad]], decoder_start_token_id=pad, pad_token_id=pad, eos_token_id=0, forced_eos_token_id=0, renormalize_logits=True,
    )
    ids = [(tokenizer(a)["input_ids"], tokenizer(text_target=b)["input_ids"]) for a, b in pairs]
    optimiser = torch.optim.AdamW(model.parameters(), lr=given.rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, given.rate, total_steps=given.steps, pct_start=given.warmup)
    rng = random.Random(4)
    padded = lambda rows, value: torch.nn.utils.rnn.pad_sequence([torch.tensor(r) for r in rows], batch_first=True, padding_value=value)
    started = time.time()
    for step in range(given.steps):
        rows = rng.sample(ids, 64)
        source = padded([a for a, _ in rows], pad)
        loss = model(input_ids=source, attention_mask=(source != pad).long(), labels=padded([b for _, b in rows], -100)).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 99:
            print(f"{names[0]}-{names[1]} step {step + 1} loss {loss.item():.3f} after {time.time() - started:.0f} s", flush=True)
    model.eval().save_pretrained(folder)


def translated(folder, texts, over):
    tokenizer = MarianTokenizer.from_pretrained(folder)
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    model.generate(**tokenizer(texts[:2], return_tensors="pt", padding=True), max_new_tokens=4)
    started, cpu = time.time(), time.process_time()
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    answers = [""] * len(texts)
    for at in range(0, len(order), 16):
        rows = order[at : at + 16]
        batch = tokenizer([texts[i] for i in rows], return_tensors="pt", padding=True)
        limit = {} if over is None else {"max_length": batch["input_ids"].shape[1] + over + 1}
        with torch.no_grad():
            found = model.generate(**batch, **limit)
        for i, text in zip(rows, tokenizer.batch_decode(found, skip_special_tokens=True)):
            answers[i] = text
    seconds, cpu = time.time() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(answers)} texts: {len(answers) / seconds:.2f} a second, {1000 * cpu / len(answers):.1f} ms of CPU a text, peak {peak} MB")
    return answers


def random_model(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(1)
    texts = list(dict.fromkeys(sentence(rng) for _ in range(5_000)))
    (folder / "texts.json").write_text(json.dumps(texts[:400]))
    (folder / "model").mkdir(exist_ok=True)
    write_tokenizer(folder / "model", texts, [foreign(t) for t in texts], ("en", "xx"))
    file = folder / "model" / "vocab.json"
    pieces = json.loads(file.read_text())
    pieces.update({f"filler{i}": i for i in range(len(pieces), 58_101)})
    file.write_text(json.dumps(pieces))
    torch.manual_seed(5)
    pad = pieces["<pad>"]
    config = MarianConfig(
        vocab_size=58_101, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8, decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048,
        max_position_embeddings=512, activation_function="swish", scale_embedding=True, pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0,
    )
    model = MarianMTModel(config).eval()
    model.generation_config = GenerationConfig(
        max_length=512, num_beams=4, bad_words_ids=[[pad]], decoder_start_token_id=pad, pad_token_id=pad, eos_token_id=0, forced_eos_token_id=0, renormalize_logits=True,
    )
    model.save_pretrained(folder / "model")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("dir", type=Path)
    training.add_argument("--only", choices=["there", "back"])
    training.add_argument("--steps", type=int, default=1000)
    training.add_argument("--rate", type=float, default=2e-3)
    training.add_argument("--warmup", type=float, default=0.2)
    training.add_argument("--seed", type=int, default=4)
    translating = commands.add_parser("translate")
    translating.add_argument("model", type=Path)
    translating.add_argument("texts", type=Path)
    translating.add_argument("out", type=Path)
    translating.add_argument("--count", type=int, default=1_000_000)
    translating.add_argument("--tokens-over", type=int)
    commands.add_parser("random").add_argument("dir", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    if given.command == "random":
        return random_model(given.dir)
    if given.command == "translate":
        answers = translated(given.model, json.loads(given.texts.read_text())[: given.count], given.tokens_over)
        given.out.write_text(json.dumps(answers, ensure_ascii=False))
        return
    rng = random.Random(1)
    texts = list(dict.fromkeys(sentence(rng) for _ in range(12_400)))
    held, used = texts[:400], texts[400:]
    given.dir.mkdir(parents=True, exist_ok=True)
    (given.dir / "texts.json").write_text(json.dumps(held))
    if given.only != "back":
        train(given.dir / "en-xx", [(t, foreign(t)) for t in used], ("en", "xx"), given)
    if given.only != "there":
        train(given.dir / "xx-en", [(foreign(t), plain(t)) for t in used], ("xx", "en"), given)


main()
