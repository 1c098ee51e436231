/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/line.h"
#include "corpus/narrative_private.h"
#include "corpus/year.h"

#include <string.h>

enum {
    OPENING_MAX = 200, /* bytes in which a profile says what kind of country it is about */
    DATE_MAX = 40      /* bytes of a line that is a date */
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool contains(tip_str text, const char *words)
{
    return text.size > 0 && memmem(text.data, text.size, words, strlen(words)) != NULL;
}

static bool contains_one_of(tip_str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (contains(text, words[i]))
            return true;
    return false;
}

static bool begins_with(tip_str text, const char *words)
{
    size_t size = strlen(words);
    return text.size >= size && memcmp(text.data, words, size) == 0;
}

/* What archives of documents print above their copies. */
static const char *const fields[] = {"Publisher", "Publication Date", "Cite as", "Disclaimer",
                                     "Document #"};

static void note_year(tip_head *head, tip_str text)
{
    static const char *const titles[] = {"Trafficking in Persons", "TRAFFICKING IN PERSONS"};
    size_t ignored;
    bool title = contains_one_of(text, titles, COUNT_OF(titles));
    if (head->dated || (!title && (head->year || text.size > DATE_MAX)))
        return;
    int year = tip_year_first(text, &ignored);
    if (!year)
        return;
    head->year = year;
    head->dated = title;
}

void tip_head_note(tip_head *head, tip_str text)
{
    static const char *const headings[] = {"Country Narratives", "COUNTRY NARRATIVES"};
    head->narratives |= contains_one_of(text, headings, COUNT_OF(headings));
    for (unsigned i = 0; i < COUNT_OF(fields); i++)
        if (contains(text, fields[i]))
            head->fields |= 1U << i;
    note_year(head, text);
}

bool tip_head_is_catalogued(const tip_head *head)
{
    return (head->fields & (head->fields - 1)) != 0; /* two of them: one is but a word */
}

static tip_str opening_of(tip_str text)
{
    return (tip_str){text.data, text.size < OPENING_MAX ? text.size : OPENING_MAX};
}

bool tip_paragraph_is_profile(tip_str text)
{
    static const char *const verbs[] = {" is ", " are "};
    static const char *const kinds[] = {"source", "transit", "destination", "origin"};
    tip_str opening = opening_of(text);
    return contains_one_of(opening, verbs, COUNT_OF(verbs)) &&
           contains_one_of(opening, kinds, COUNT_OF(kinds));
}

bool tip_paragraph_is_assessment(tip_str text)
{
    return begins_with(text, "The Government of ") || begins_with(text, "The government ") ||
           contains(text, "minimum standards");
}

/* Fewer than one letter in eight bytes: numbers, or capitals that lost their font and came out as
 * the signs 25 codes below. */
static bool is_wordless(tip_str text)
{
    size_t letters = 0;
    for (size_t i = 0; i < text.size && letters * 8 < text.size;) {
        utf8proc_int32_t code = 0;
        size_t length = tip_line_first((tip_str){text.data + i, text.size - i}, &code);
        letters += tip_line_is_letter(code);
        i += length ? length : 1;
    }
    return letters * 8 < text.size;
}

bool tip_paragraph_is_caption(tip_str text)
{
    static const char caption[] = "TIER RANKING BY YEAR";
    size_t size = sizeof caption - 1;
    if (text.size >= size && memcmp(text.data + text.size - size, caption, size) == 0)
        return true;
    return is_wordless(text);
}
