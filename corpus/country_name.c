/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/country_name.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

/* More than the longest compatibility decomposition of one character in Unicode (18). */
#define DECOMPOSED_MAX 32

typedef struct folding {
    char *out;
    size_t size;
    size_t letters; /* characters in the word so far, to know the "U." of "U.S." */
    bool gap;       /* a space is due before the next letter */
    bool overflow;
} folding;

static bool is_apostrophe(utf8proc_int32_t c)
{
    return c == '\'' || c == '`' || c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0x00B4;
}

static bool is_alphanumeric(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

/* Nearly every name is ASCII and needs none of the Unicode tables; <ctype.h> would let a Turkish
 * locale decide what becomes of an I. */
static bool is_ascii_alphanumeric(utf8proc_int32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void break_word(folding *f)
{
    f->gap = true;
    f->letters = 0;
}

static void put(folding *f, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    size_t size = (size_t)utf8proc_encode_char(c, bytes);
    size_t space = f->gap && f->size > 0 ? 1 : 0;
    if (f->size + space + size >= TIP_COUNTRY_NAME_ROOM) {
        f->overflow = true;
        return;
    }
    if (space)
        f->out[f->size++] = ' ';
    memcpy(f->out + f->size, bytes, size);
    f->size += size;
    f->gap = false;
}

static void put_folded(folding *f, utf8proc_int32_t c)
{
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(c, parts, DECOMPOSED_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &boundary);
    if (count < 0 || count > DECOMPOSED_MAX) {
        break_word(f);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (is_alphanumeric(parts[i]) && !is_apostrophe(parts[i]))
            put(f, parts[i]);
        else if (!is_apostrophe(parts[i]))
            break_word(f);
    }
    /* A combining mark comes to nothing and is no letter of its own. */
    if (count > 0 && !f->gap)
        f->letters++;
}

static void fold_character(folding *f, utf8proc_int32_t c)
{
    if (is_apostrophe(c))
        return;
    if (is_ascii_alphanumeric(c)) {
        put(f, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        f->letters++;
    } else if (c == '.' && f->letters == 1) {
        f->letters = 0;
    } else if (c == '&') {
        break_word(f);
        put(f, 'a');
        put(f, 'n');
        put(f, 'd');
        break_word(f);
    } else if (c < 0x80) {
        break_word(f);
    } else {
        put_folded(f, c);
    }
}

size_t tip_country_name_fold(tip_str name, char ret_folded[TIP_COUNTRY_NAME_ROOM])
{
    folding f = {.out = ret_folded};
    size_t at = 0;
    while (at < name.size && !f.overflow) {
        utf8proc_int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)name.data + at,
                                                 (utf8proc_ssize_t)(name.size - at), &c);
        if (step > 0) {
            fold_character(&f, c);
            at += (size_t)step;
        } else {
            break_word(&f);
            at++;
        }
    }
    if (f.overflow)
        f.size = 0;
    ret_folded[f.size] = '\0';
    return f.size;
}

size_t tip_country_name_key(tip_str name, char ret_key[TIP_COUNTRY_NAME_ROOM])
{
    size_t size = tip_country_name_fold(name, ret_key);
    if (size <= 4 || memcmp(ret_key, "the ", 4) != 0)
        return size;
    memmove(ret_key, ret_key + 4, size - 4 + 1);
    return size - 4;
}
