/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/safe.h"

#include <stdbool.h>
#include <utf8proc.h>

size_t output_character(FILE *stream, tip_str text, size_t *at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.data + *at,
                                          (utf8proc_ssize_t)(text.size - *at), &c);
    bool bad = n <= 0 || c < ' ' || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
               (c >= 0x2066 && c <= 0x2069);
    if (bad)
        fputs("\uFFFD", stream);
    else
        fwrite(text.data + *at, 1, (size_t)n, stream);
    *at += n > 0 ? (size_t)n : 1;
    return bad ? 1 : (size_t)utf8proc_charwidth(c);
}

void output_safely(FILE *stream, tip_str text)
{
    for (size_t at = 0; at < text.size;)
        output_character(stream, text, &at);
}

size_t output_columns(tip_str text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.size;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
                                              (utf8proc_ssize_t)(text.size - at), &c);
        columns += n > 0 ? (size_t)utf8proc_charwidth(c) : 1;
        at += n > 0 ? (size_t)n : 1;
    }
    return columns;
}

void output_message(const char *program, const char *message)
{
    fprintf(stderr, "%s: ", program);
    output_safely(stderr, tip_str_of(message));
    fputc('\n', stderr);
}
