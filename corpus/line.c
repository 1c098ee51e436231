/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/line.h"

#include <string.h>

/* Fewer words with a period are abbreviations, credits, labels. */
enum { SENTENCE_WORDS = 6 };

static size_t character(const char *bytes, size_t size, utf8proc_int32_t *ret_code)
{
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)size, ret_code);
    return length < 1 ? 0 : (size_t)length;
}

size_t tip_line_first(tip_str text, utf8proc_int32_t *ret_code)
{
    return character(text.data, text.size, ret_code);
}

utf8proc_int32_t tip_line_last(tip_str text, size_t *ret_start)
{
    utf8proc_int32_t code = 0;
    size_t start = text.size;
    while (start > 0 && ((unsigned char)text.data[--start] & 0xC0) == 0x80)
        continue;
    if (text.size)
        (void)character(text.data + start, text.size - start, &code);
    *ret_start = start;
    return code;
}

bool tip_line_is_letter(utf8proc_int32_t code)
{
    utf8proc_category_t category = utf8proc_category(code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool tip_line_is_capitalized(tip_str text)
{
    utf8proc_int32_t code = 0;
    (void)tip_line_first(text, &code);
    return utf8proc_category(code) == UTF8PROC_CATEGORY_LU;
}

/* The last character that is no closing quotation mark or bracket; 0 when there is none. */
static utf8proc_int32_t last_mark(tip_str text)
{
    size_t start;
    utf8proc_int32_t code = tip_line_last(text, &start);
    while (code == '"' || code == '\'' || code == ')' || code == ']' || code == 0x2019 ||
           code == 0x201D) {
        text.size = start;
        code = tip_line_last(text, &start);
    }
    return code;
}

static bool is_one_of(utf8proc_int32_t code, const char *marks)
{
    return code > 0 && code < 0x80 && strchr(marks, (char)code);
}

bool tip_line_may_end(tip_str text)
{
    utf8proc_int32_t code = last_mark(text);
    return code == 0 || is_one_of(code, ".!?:;");
}

bool tip_line_is_sentence(tip_str text)
{
    size_t words = 1;
    for (size_t i = 0; i < text.size && words < SENTENCE_WORDS; i++)
        words += text.data[i] == ' ';
    return words >= SENTENCE_WORDS && is_one_of(last_mark(text), ".!?");
}

bool tip_line_in_capitals(tip_str text)
{
    size_t capitals = 0;
    for (size_t i = 0; i < text.size;) {
        utf8proc_int32_t code = 0;
        size_t length = tip_line_first((tip_str){text.data + i, text.size - i}, &code);
        utf8proc_category_t category = utf8proc_category(code);
        if (length == 0 || category == UTF8PROC_CATEGORY_LL)
            return false;
        i += length;
        capitals += category == UTF8PROC_CATEGORY_LU;
    }
    return capitals >= 2;
}
