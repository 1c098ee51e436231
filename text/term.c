/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/term.h"

#include "text/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* "#" and 64 bits in hexadecimal. */
enum { HASH_SIZE = 17 };

/* Two long values must not become one term because they differ only at the end. The term is not cut
 * inside a character. */
static void shorten(tip_buf *term)
{
    char hash[HASH_SIZE + 1];
    size_t end = TIP_TERM_MAX - HASH_SIZE;
    snprintf(hash, sizeof hash, "#%016" PRIx64, (uint64_t)XXH3_64bits(term->data, term->size));
    while (end > 0 && ((unsigned char)term->data[end] & 0xC0) == 0x80)
        end--;
    memcpy(term->data + end, hash, HASH_SIZE);
    term->size = end + HASH_SIZE;
}

/* A term holds no zero byte. */
static void tidy(tip_buf *term)
{
    for (size_t i = 0; i < term->size; i++)
        if (term->data[i] == '\0')
            term->data[i] = ' ';
    if (term->size > TIP_TERM_MAX)
        shorten(term);
}

tip_status tip_term_of_field(const char *prefix, tip_str value, tip_buf *ret_term)
{
    size_t head = strlen(prefix);
    tip_buf_clear(ret_term);
    if (tip_buf_add(ret_term, prefix, head) != TIP_OK || tip_fold(value, ret_term) != TIP_OK)
        return TIP_NO_MEMORY;
    if (strcmp(prefix, TIP_TERM_ISO3) == 0 || strcmp(prefix, TIP_TERM_MENTION) == 0)
        for (size_t i = head; i < ret_term->size; i++)
            ret_term->data[i] = (char)toupper((unsigned char)ret_term->data[i]);
    tidy(ret_term);
    return TIP_OK;
}

tip_status tip_term_of_text(const char *prefix, tip_str text, tip_buf *ret_term)
{
    tip_buf_clear(ret_term);
    if (tip_buf_add_text(ret_term, prefix) != TIP_OK ||
        tip_buf_add(ret_term, text.data, text.size) != TIP_OK)
        return TIP_NO_MEMORY;
    tidy(ret_term);
    return TIP_OK;
}

tip_status tip_term_of_year(int year, tip_buf *ret_term)
{
    char term[16];
    snprintf(term, sizeof term, TIP_TERM_YEAR "%d", year);
    tip_buf_clear(ret_term);
    return tip_buf_add_text(ret_term, term);
}
