/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The one definition of "word", used to index, to read queries, to verify phrases and to mark
 * snippets. Text is UTF-8; bytes that are not are treated as separators and never fail.
 */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "base/buf.h"
#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest folded word, in bytes; what is longer is cut at a character boundary, so that every
 * term fits Xapian's limit of 245 bytes with room for a prefix. */
#define TIP_WORD_MAX 64

/** One word of a text. */
typedef struct tip_token {
    const char *word; /**< folded: case and accents removed, UTF-8, NFC; in the tokenizer, valid
                           until its next call; NUL-terminated */
    size_t size;      /**< bytes in word, 1 to TIP_WORD_MAX */
    size_t start;     /**< byte offset of the original word in the text */
    size_t length;    /**< bytes of the original word, a possessive 's included */
    bool acronym;     /**< written as U.S. or as US: two or more letters, all of them capitals */
    bool joined;      /**< nothing stands between it and the word before, or exactly one of
                           - / & _ . @ or an apostrophe, or an en dash between digits:
                           "sex-trafficking", "T-visa", "2016-2017", "AT&T", "d'Ivoire" (but
                           not "anti-" and "trafficking" on two lines) */
} tip_token;

/** Where a tokenizer stands. Owned by the caller, needs no release. */
typedef struct tip_tokenizer {
    const char *text;
    size_t size;
    size_t next;     /**< byte offset of the first byte not yet looked at */
    size_t last_end; /**< byte offset behind the word before */
    char word[TIP_WORD_MAX + 1];
} tip_tokenizer;

/** Starts at the beginning of `text`, which must stay as it is while the tokenizer is used. */
void tip_tokenizer_start(tip_tokenizer *tokenizer, tip_str text);

/** Finds the next word. False at the end. Allocates nothing and cannot fail. */
bool tip_tokenizer_next(tip_tokenizer *tokenizer, tip_token *ret_token);

/**
 * Folds a whole string as words are folded (case, accents, compatibility forms), keeping spaces
 * and punctuation, and appends it to `ret_folded`; zero bytes and bytes that are not UTF-8 become
 * spaces. For comparing names. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_fold(tip_str text, tip_buf *ret_folded);

/** An English stemmer (libstemmer's "english", the Porter2 algorithm of snowballstem.org, of the
 * American spelling of a word). One thread at a time may use one. */
typedef struct tip_stemmer tip_stemmer;

/** Makes one; release with tip_stemmer_free. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_stemmer_new(tip_stemmer **ret_stemmer, tip_error *err);

/** Releases it; NULL is ignored. */
void tip_stemmer_free(tip_stemmer *stemmer);

/**
 * The stem of a folded word; borrowed, valid until the next call on this stemmer; at most
 * TIP_WORD_MAX bytes, never empty, and of the same first byte as the word. An acronym's plural is
 * its singular ("ngos" -> "ngo"): Porter2 alone keeps the s where no vowel precedes it. If memory
 * runs out the word itself is returned with TIP_NO_MEMORY. Results are cached in the stemmer, up to
 * a fixed number of words.
 */
tip_status tip_stem(tip_stemmer *stemmer, tip_str word, tip_str *ret_stem);

/** Whether a folded word is on the stop list, which queries leave out of ranking. A word that was
 * written as an acronym is none, whatever this says: WHO, IT. */
bool tip_is_stop_word(tip_str word);

#ifdef __cplusplus
}
#endif

#endif
