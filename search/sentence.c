/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/sentence.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Never at the end of a sentence, with their full stop. */
static const char *const abbreviations[] = {
    "mr",  "mrs",  "ms",  "dr",  "gen",  "sen", "rep", "gov", "col", "lt", "sgt",   "capt",
    "maj", "prof", "rev", "hon", "pres", "st",  "vs",  "e.g", "i.e", "cf", "approx"};

/* These only before a number: "No. 5", "Art. 12". */
static const char *const before_numbers[] = {"no", "nos", "art", "arts", "sec", "para", "p", "pp"};

static bool is_one_of(tip_str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == word.size && strncasecmp(list[i], word.data, word.size) == 0)
            return true;
    return false;
}

/* What may follow a full stop or a capital may belong to it: quotation marks, brackets, notes. */
static bool has_space(tip_str text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (isspace((unsigned char)text.data[i]))
            return true;
    return false;
}

static bool has_empty_line(tip_str text, size_t from, size_t to)
{
    size_t lines = 0;
    for (size_t i = from; i < to; i++) {
        lines += text.data[i] == '\n';
        if (!isspace((unsigned char)text.data[i]))
            lines = 0;
        if (lines > 1)
            return true;
    }
    return false;
}

/* The last mark that can end a sentence, from the last byte of the word before on; `to` when there
 * is none. */
static size_t find_end(tip_str text, size_t from, size_t to)
{
    for (size_t i = to; i > from; i--)
        if (text.data[i - 1] == '.' || text.data[i - 1] == '!' || text.data[i - 1] == '?')
            return i - 1;
    return to;
}

static bool is_abbreviated(tip_str text, const sentence_word *before, const sentence_word *next)
{
    tip_str word = {text.data + before->start, before->end - before->start};
    if (word.size > 0 && word.data[word.size - 1] == '.')
        word.size--;
    bool number = isdigit((unsigned char)text.data[next->start]);
    if (before->acronym)
        return !next->stop;
    if (word.size == 1 && isupper((unsigned char)word.data[0]))
        return true;
    return is_one_of(word, abbreviations, sizeof abbreviations / sizeof *abbreviations) ||
           (number &&
            is_one_of(word, before_numbers, sizeof before_numbers / sizeof *before_numbers));
}

bool sentence_starts(tip_str text, const sentence_word *before, const sentence_word *next)
{
    if (has_empty_line(text, before->end, next->start))
        return true;
    size_t from = before->end > before->start ? before->end - 1 : before->end;
    size_t end = find_end(text, from, next->start);
    if (end == next->start || !has_space(text, end, next->start) ||
        islower((unsigned char)text.data[next->start]))
        return false;
    /* Only a full stop right behind the word can belong to it. */
    return text.data[end] != '.' || end > before->end || !is_abbreviated(text, before, next);
}
