/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/repair_private.h"

#include <ctype.h>
#include <string.h>

enum {
    SHIFT_MIN = -40,
    SHIFT_MAX = 64,
    LINE_MAX = 256,  /* bytes of a line that is looked at */
    SIGNS_MIN = 5,   /* that a line must have to be judged */
    LETTERS_MIN = 5, /* that its decoding must have */
    PIECE_MIN = 2,   /* letters of a word of the document */
    SURE_MIN = 4     /* letters of one that hardly stands there by chance */
};

/* What a line is made of, without spaces. */
struct signs {
    size_t all, letters, vowels, odd;
};

/* Odd is what stands neither in words nor in numbers nor at the end of either. */
static bool is_odd(unsigned char byte)
{
    return byte < ' ' || (byte < 0x80 && strchr("!#&:;<=>?@[\\]^_`{|}~\x7F", byte));
}

static struct signs count_signs(const char *text, size_t size)
{
    struct signs signs = {0};
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == ' ')
            continue;
        signs.all++;
        signs.odd += is_odd(byte);
        signs.letters += isalpha(byte) != 0;
        signs.vowels += isalpha(byte) && strchr("aeiouyAEIOUY", byte);
    }
    return signs;
}

/* English has 40 vowels, y counted, in 100 letters. */
static bool sounds(const struct signs *signs)
{
    return signs->vowels * 100 >= signs->letters * 22 && signs->vowels * 100 <= signs->letters * 65;
}

/* Whether a line is hardly text as it stands. */
static bool is_suspect(const struct signs *signs)
{
    if (signs->all < SIGNS_MIN)
        return false;
    return (signs->letters * 2 < signs->all && signs->odd > 0) ||
           (signs->letters >= 2 * SIGNS_MIN && !sounds(signs));
}

/* The line with each character moved, as letters in capitals or not; false when that is no text. */
static bool move(tip_str line, int shift, char *ret_text)
{
    for (size_t i = 0; i < line.size; i++) {
        int byte = (unsigned char)line.data[i];
        int moved = byte == ' ' ? ' ' : byte + shift;
        if (byte >= 0x80 || moved < ' ' || moved >= 0x7F)
            return false;
        ret_text[i] = (char)moved;
    }
    struct signs signs = count_signs(ret_text, line.size);
    return signs.letters >= LETTERS_MIN && signs.letters * 10 >= signs.all * 8 && sounds(&signs);
}

/* The best way to take letters apart into words of the document. */
struct split {
    size_t value[LINE_MAX + 1]; /* of the letters up to here: see piece_value */
    size_t
        piece[LINE_MAX + 1]; /* letters of the last word up to here; 1 also where there is none */
};

/* A word is worth its letters twice, a short one once, less one for being a piece: few long words
 * are better than many short ones. */
static size_t piece_value(const tip_vocabulary *vocabulary, const char *key, size_t size)
{
    if (size < PIECE_MIN || tip_vocabulary_count_folded(vocabulary, key, size) == 0)
        return 0;
    return (size >= SURE_MIN ? 2 * size : size) - 1;
}

static void split(const tip_vocabulary *vocabulary, const char *text, size_t size,
                  struct split *split)
{
    char key[LINE_MAX];
    for (size_t i = 0; i < size; i++)
        key[i] = (char)tolower((unsigned char)text[i]);
    split->value[0] = 0;
    for (size_t end = 1; end <= size; end++) {
        split->value[end] = split->value[end - 1];
        split->piece[end] = 1;
        size_t most = end < TIP_WORD_ROOM ? end : TIP_WORD_ROOM - 1;
        for (size_t length = PIECE_MIN; length <= most; length++) {
            size_t value = piece_value(vocabulary, key + end - length, length);
            if (value && value + split->value[end - length] > split->value[end]) {
                split->value[end] = value + split->value[end - length];
                split->piece[end] = length;
            }
        }
    }
}

static size_t run_of_letters(const char *text, size_t size)
{
    size_t run = 0;
    while (run < size && isalpha((unsigned char)text[run]))
        run++;
    return run;
}

/* How much of a moved line is words of the document; at most 2 for each letter. */
static size_t value_of(const tip_vocabulary *vocabulary, const char *text, size_t size)
{
    struct split pieces;
    size_t value = 0;
    for (size_t i = 0; i < size;) {
        size_t run = run_of_letters(text + i, size - i);
        if (run) {
            split(vocabulary, text + i, run, &pieces);
            value += pieces.value[run];
        }
        i += run ? run : 1;
    }
    return value;
}

/* Appends a run of letters with spaces between the words of the document that it is made of. */
static tip_status add_pieces(const tip_vocabulary *vocabulary, const char *text, size_t size,
                             tip_buf *out)
{
    struct split pieces;
    bool begins[LINE_MAX + 1] = {false};
    split(vocabulary, text, size, &pieces);
    for (size_t end = size; end > 0; end -= pieces.piece[end]) {
        bool word = pieces.piece[end] > 1;
        begins[end] = begins[end] || word;
        begins[end - pieces.piece[end]] = begins[end - pieces.piece[end]] || word;
    }
    tip_status status = TIP_OK;
    for (size_t i = 0; i < size && status == TIP_OK; i++) {
        if (i > 0 && begins[i])
            status = tip_buf_add_byte(out, ' ');
        if (status == TIP_OK)
            status = tip_buf_add_byte(out, text[i]);
    }
    return status;
}

static tip_status add_line(const tip_vocabulary *vocabulary, const char *text, size_t size,
                           tip_buf *out)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < size && status == TIP_OK;) {
        size_t run = run_of_letters(text + i, size - i);
        status = run ? add_pieces(vocabulary, text + i, run, out) : tip_buf_add_byte(out, text[i]);
        i += run ? run : 1;
    }
    return status;
}

tip_status tip_repair_shifted(const tip_vocabulary *vocabulary, tip_str line, tip_buf *out,
                              bool *ret_shifted)
{
    char moved[LINE_MAX], best[LINE_MAX];
    struct signs signs = count_signs(line.data, line.size);
    size_t most = 0;
    *ret_shifted = false;
    if (line.size > LINE_MAX || !is_suspect(&signs))
        return TIP_OK;
    for (int shift = SHIFT_MIN; shift <= SHIFT_MAX; shift++) {
        size_t value = move(line, shift, moved) ? value_of(vocabulary, moved, line.size) : 0;
        if (value > most) {
            most = value;
            memcpy(best, moved, line.size);
        }
    }
    /* Three quarters of what a line wholly of words is worth. */
    bool decoded = most * 4 >= count_signs(best, most ? line.size : 0).letters * 6;
    if (most > 0 && decoded) {
        *ret_shifted = true;
        return add_line(vocabulary, best, line.size, out);
    }
    *ret_shifted = signs.letters * 2 < signs.all && signs.odd * 4 > signs.all;
    return TIP_OK;
}
