/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/term.h"

#include "text/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A term holds no zero byte, and is not cut inside a character. */
static void tidy(tip_buf *term)
{
    for (size_t i = 0; i < term->size; i++)
        if (term->data[i] == '\0')
            term->data[i] = ' ';
    if (term->size <= TIP_TERM_MAX)
        return;
    size_t end = TIP_TERM_MAX;
    while (end > 0 && ((unsigned char)term->data[end] & 0xC0) == 0x80)
        end--;
    term->size = end;
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

tip_status tip_term_of_year(int year, tip_buf *ret_term)
{
    char term[16];
    snprintf(term, sizeof term, TIP_TERM_YEAR "%d", year);
    tip_buf_clear(ret_term);
    return tip_buf_add_text(ret_term, term);
}
