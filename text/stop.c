/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/text.h"

#include <stdlib.h>

/* Words of English grammar, in order of bytes. Not on it, though they are such words: "us", which
 * is the folded U.S., and "t", since "T visa" is a subject here. Contractions are as the tokenizer
 * writes them ("don't"); "s" is left by "victim(s)". */
static const char *const stop_words[] = {
    "a",        "about",  "above",   "after",   "all",     "also",  "am",      "among",   "an",
    "and",      "any",    "anybody", "anyone",  "are",     "arent", "as",      "at",      "be",
    "been",     "before", "being",   "between", "both",    "but",   "by",      "can",     "cannot",
    "cant",     "could",  "couldnt", "did",     "didnt",   "do",    "does",    "doesnt",  "doing",
    "done",     "dont",   "each",    "either",  "for",     "from",  "had",     "hadnt",   "has",
    "hasnt",    "have",   "havent",  "having",  "he",      "her",   "here",    "hers",    "him",
    "his",      "how",    "i",       "if",      "in",      "into",  "is",      "isnt",    "it",
    "its",      "may",    "me",      "might",   "must",    "my",    "neither", "nor",     "not",
    "of",       "on",     "or",      "our",     "ours",    "s",     "shall",   "she",     "should",
    "shouldnt", "so",     "some",    "such",    "than",    "that",  "the",     "their",   "theirs",
    "them",     "then",   "there",   "these",   "they",    "this",  "those",   "though",  "through",
    "thus",     "to",     "too",     "upon",    "very",    "was",   "wasnt",   "we",      "were",
    "werent",   "what",   "when",    "where",   "whether", "which", "while",   "who",     "whom",
    "whose",    "why",    "will",    "with",    "within",  "wont",  "would",   "wouldnt", "you",
    "your",     "yours",
};

static int compare(const void *key, const void *item)
{
    const tip_str *word = key;
    const char *const *stop_word = item;
    return tip_str_compare(*word, tip_str_of(*stop_word));
}

bool tip_is_stop_word(tip_str word)
{
    return bsearch(&word, stop_words, sizeof stop_words / sizeof *stop_words, sizeof *stop_words,
                   compare) != NULL;
}
