/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/distance.h"

#include <string.h>

#include <utf8proc.h>

enum {
    LETTERS_MIN = 4,  /* a shorter word is near too many others */
    LETTERS_LONG = 8, /* a word as long as this may have two mistakes */
    FAR = 100         /* more than any distance that counts */
};

bool tip_letters_read(tip_str word, tip_letters *ret_letters)
{
    ret_letters->count = 0;
    ret_letters->kinds = 0;
    for (size_t at = 0; at < word.size;) {
        utf8proc_int32_t c = (unsigned char)word.data[at];
        utf8proc_ssize_t size = 1;
        if (c >= 0x80)
            size = utf8proc_iterate((const utf8proc_uint8_t *)word.data + at,
                                    (utf8proc_ssize_t)(word.size - at), &c);
        if (size <= 0 || ret_letters->count >= TIP_WORD_MAX)
            return false;
        ret_letters->chars[ret_letters->count++] = c;
        ret_letters->kinds |= (uint64_t)1 << (c % 64);
        at += (size_t)size;
    }
    return true;
}

size_t tip_letters_limit(const tip_letters *letters)
{
    if (letters->count < LETTERS_MIN)
        return 0;
    return letters->count < LETTERS_LONG ? 1 : 2;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Each mistake changes the length by one at most, and two of the kinds of letters. */
bool tip_letters_may_be_near(const tip_letters *a, const tip_letters *b, size_t limit)
{
    size_t difference = a->count > b->count ? a->count - b->count : b->count - a->count;
    return difference <= limit && (size_t)__builtin_popcountll(a->kinds ^ b->kinds) <= 2 * limit;
}

size_t tip_letters_distance(const tip_letters *a, const tip_letters *b, size_t limit)
{
    unsigned char d[TIP_WORD_MAX + 1][TIP_WORD_MAX + 1];
    memset(d, FAR, (a->count + 1) * sizeof *d);
    for (size_t j = 0; j <= smaller(b->count, limit); j++)
        d[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= a->count; i++) {
        const int32_t *x = a->chars + i - 1;
        d[i][0] = (unsigned char)i;
        for (size_t j = i > limit ? i - limit : 1; j <= smaller(b->count, i + limit); j++) {
            const int32_t *y = b->chars + j - 1;
            size_t best = d[i - 1][j - 1] + (size_t)(*x != *y);
            best = smaller(best, smaller(d[i - 1][j], d[i][j - 1]) + (size_t)1);
            if (i > 1 && j > 1 && x[0] == y[-1] && x[-1] == y[0])
                best = smaller(best, d[i - 2][j - 2] + (size_t)1);
            if (i > 2 && j > 1 && x[0] == y[-1] && x[-2] == y[0])
                best = smaller(best, d[i - 3][j - 2] + (size_t)2);
            if (i > 1 && j > 2 && x[0] == y[-2] && x[-1] == y[0])
                best = smaller(best, d[i - 2][j - 3] + (size_t)2);
            d[i][j] = (unsigned char)best;
        }
    }
    return d[a->count][b->count];
}
