/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/year.h"

#include <stdbool.h>

/* The years that four digits are taken for. */
enum { FIRST_YEAR = 1990, LAST_YEAR = 2099, DIGITS = 4 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alnum(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The year that stands alone at a place, or 0. */
static int year_at(tip_str text, size_t at)
{
    size_t end = at + DIGITS;
    int year = 0;
    if (end > text.size || (at > 0 && is_alnum(text.data[at - 1])) ||
        (end < text.size && is_alnum(text.data[end])))
        return 0;
    for (size_t i = at; i < end; i++) {
        if (!is_digit(text.data[i]))
            return 0;
        year = year * 10 + (text.data[i] - '0');
    }
    return year >= FIRST_YEAR && year <= LAST_YEAR ? year : 0;
}

static bool is_range(tip_str text, size_t at)
{
    return at + DIGITS < text.size && text.data[at + DIGITS] == '-' &&
           year_at(text, at + DIGITS + 1);
}

/* The next year from *at on; *ret_start is where it begins, *at the place behind it. */
static int next_year(tip_str text, size_t *at, size_t *ret_start)
{
    while (*at + DIGITS <= text.size) {
        size_t start = *at;
        int year = year_at(text, start);
        if (year && is_range(text, start)) {
            *at += 2 * DIGITS + 1;
            continue;
        }
        *at += year ? DIGITS : 1;
        if (year) {
            *ret_start = start;
            return year;
        }
    }
    return 0;
}

int tip_year_first(tip_str text, size_t *ret_start)
{
    size_t at = 0;
    return next_year(text, &at, ret_start);
}

int tip_year_last(tip_str text, size_t *ret_start)
{
    size_t at = 0;
    int last = 0;
    for (int year = next_year(text, &at, ret_start); year; year = next_year(text, &at, ret_start))
        last = year;
    return last;
}
