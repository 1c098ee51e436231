/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/section.h"
#include "corpus/country.h"
#include "corpus/country_name.h"

#include <ctype.h>
#include <string.h>
#include <utf8proc.h>

/* No country's name is longer; what is longer before a colon is a sentence. */
#define NAME_MAX_BYTES 80

/* Nor is a heading that shares the line of its paragraph. */
#define RUN_IN_MAX_BYTES 120

typedef struct spelling {
    const char *folded;
    const char *canonical;
} spelling;

static const spelling headings[] = {
    {"overview", "overview"},
    {"prosecution", "prosecution"},
    {"protection", "protection"},
    {"prevention", "prevention"},
    {"profile", "profile"},
    {"trafficking profile", "profile"},
    {"human trafficking profile", "profile"},
    {"recommendation", "recommendations"},
    {"recommendations", "recommendations"},
    {"priority recommendations", "recommendations"},
    {"prioritized recommendations", "recommendations"},
    {"prioritised recommendations", "recommendations"},
};

static const spelling tiers[] = {
    {"1", "1"},
    {"2", "2"},
    {"3", "3"},
    {"2wl", "2WL"},
    {"2 wl", "2WL"},
    {"2w", "2WL"},
    {"2 w", "2WL"},
    {"2 watchlist", "2WL"},
    {"2 watch list", "2WL"},
    {"watch list", "2WL"},
    {"special", "special"},
    {"special case", "special"},
    {"special cases", "special"},
};

static const spelling titles[] = {
    {"1", "Tier 1"},
    {"2", "Tier 2"},
    {"2WL", "Tier 2 Watch List"},
    {"3", "Tier 3"},
    {"special", "Special Case"},
};

static const char *const sections[] = {"overview",   "recommendations", "prosecution",
                                       "protection", "prevention",      "profile"};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *find_spelling(const spelling *table, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].folded, text) == 0)
            return table[i].canonical;
    }
    return NULL;
}

/* What saved pages and Markdown put around a line: white space, also of the unbreakable and the
 * invisible kind, and marks of headings and bold type. */
static bool is_dressing(utf8proc_int32_t c)
{
    if (c == '#' || c == '*' || c == '_' || c == 0xFEFF || (c >= 0x200B && c <= 0x200D))
        return true;
    return (c >= 0 && c <= ' ') || c == 0x85 || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS ||
           c == 0x2028 || c == 0x2029;
}

/* The character at a place and its bytes; -1 and one byte when it is none. */
static utf8proc_int32_t character_at(tip_str str, size_t at, size_t *ret_size)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)str.data + at,
                                             (utf8proc_ssize_t)(str.size - at), &c);
    *ret_size = size > 0 ? (size_t)size : 1;
    return size > 0 ? c : -1;
}

static size_t last_character(tip_str str)
{
    size_t at = str.size - 1;
    while (at > 0 && ((unsigned char)str.data[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static tip_str trim(tip_str str)
{
    size_t size;
    while (str.size > 0 && is_dressing(character_at(str, 0, &size))) {
        str.data += size;
        str.size -= size;
    }
    while (str.size > 0) {
        size_t last = last_character(str);
        if (!is_dressing(character_at(str, last, &size)))
            break;
        str.size = last;
    }
    return str;
}

/* A colon, also as "GHANA :" and "GHANA::" have it. */
static tip_str trim_colons(tip_str str)
{
    str = trim(str);
    while (str.size > 0 && str.data[str.size - 1] == ':') {
        str.size--;
        str = trim(str);
    }
    return str;
}

static tip_str slice(tip_str str, size_t start, size_t end)
{
    return (tip_str){str.data + start, end - start};
}

static bool starts_with_capital(tip_str str)
{
    size_t size;
    if (str.size == 0)
        return false;
    utf8proc_category_t category = utf8proc_category(character_at(str, 0, &size));
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

/* The words of names that stay small: "Republic of the Congo", "São Tomé e Príncipe". */
static bool is_small_word(tip_str word)
{
    static const char *const small[] = {"and", "da", "de", "do", "e", "of", "the", "&"};
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        if (strlen(small[i]) == word.size && memcmp(small[i], word.data, word.size) == 0)
            return true;
    }
    return false;
}

/* Whether a text is written as names are and sentences are not: every word that is not a small
 * one begins with a capital. */
static bool is_capitalized(tip_str text)
{
    size_t at = 0;
    while (at < text.size) {
        size_t end = at;
        while (end < text.size && text.data[end] != ' ')
            end++;
        tip_str word = slice(text, at, end);
        if (word.size > 0 && !starts_with_capital(word) && !is_small_word(word))
            return false;
        at = end + 1;
    }
    return true;
}

/* Whether a text can be the name that heads a narrative, known or not. */
static bool is_name(tip_str text)
{
    if (text.size == 0 || text.size > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (iscntrl((unsigned char)text.data[i]) || strchr(":;!?\"0123456789", text.data[i]))
            return false;
    }
    return tip_country_find(text) || (starts_with_capital(text) && is_capitalized(text));
}

static const char *fold_heading(tip_str heading, char folded[TIP_COUNTRY_NAME_ROOM])
{
    tip_country_name_fold(heading, folded);
    return find_spelling(headings, COUNT_OF(headings), folded);
}

/* Where the word "for" begins in a heading, in any case; its size when it has none. The bytes
 * beside it may be of an unbreakable space. */
static size_t find_for(tip_str heading)
{
    for (size_t i = 1; i + 3 <= heading.size; i++) {
        if (strncasecmp(heading.data + i, "for", 3) != 0)
            continue;
        size_t end = i + 3;
        bool starts = !isalnum((unsigned char)heading.data[i - 1]);
        if (starts && (end == heading.size || !isalnum((unsigned char)heading.data[end])))
            return i;
    }
    return heading.size;
}

/* "Recommendations for Gabon", and "Recommendations for" where a converter lost the name. */
static bool is_recommendations(tip_str heading)
{
    char folded[TIP_COUNTRY_NAME_ROOM];
    size_t for_at = find_for(heading);
    const char *section = fold_heading(slice(heading, 0, for_at), folded);
    if (!section || strcmp(section, "recommendations") != 0)
        return false;
    if (for_at == heading.size)
        return true;
    tip_str name = trim(slice(heading, for_at + 3, heading.size));
    return name.size == 0 || is_name(name);
}

const char *tip_section_of_heading(tip_str heading)
{
    char folded[TIP_COUNTRY_NAME_ROOM];
    tip_str text = trim_colons(heading);
    if (text.size == 0)
        return NULL;
    const char *section = fold_heading(text, folded);
    if (section)
        return section;
    /* With text behind its colon it is a paragraph: who takes it for a heading loses the text. */
    return is_recommendations(text) ? "recommendations" : NULL;
}

size_t tip_section_heading_size(tip_str text)
{
    size_t most = text.size < RUN_IN_MAX_BYTES ? text.size : RUN_IN_MAX_BYTES;
    const char *colon = most ? memchr(text.data, ':', most) : NULL;
    size_t size = colon ? (size_t)(colon + 1 - text.data) : text.size;
    if (size > RUN_IN_MAX_BYTES)
        return 0;
    if (size + 1 < text.size && text.data[size] == ' ')
        return tip_section_of_heading(slice(text, 0, size)) ? size : 0;
    return tip_section_of_heading(text) ? text.size : 0;
}

static const char *tier_of_folded(const char *folded)
{
    if (strncmp(folded, "tier ", 5) == 0)
        folded += 5;
    return find_spelling(tiers, COUNT_OF(tiers), folded);
}

const char *tip_tier_of_text(tip_str text)
{
    char folded[TIP_COUNTRY_NAME_ROOM];
    return tip_country_name_fold(text, folded) > 0 ? tier_of_folded(folded) : NULL;
}

const char *tip_section_at(size_t i)
{
    return i < COUNT_OF(sections) ? sections[i] : NULL;
}

const char *tip_tier_at(size_t i)
{
    return i < COUNT_OF(titles) ? titles[i].folded : NULL;
}

const char *tip_tier_title(tip_str tier)
{
    for (size_t i = 0; i < COUNT_OF(titles); i++) {
        if (strlen(titles[i].folded) == tier.size &&
            memcmp(titles[i].folded, tier.data, tier.size) == 0)
            return titles[i].canonical;
    }
    return NULL;
}

/* "TIER RANKING: TIER 2" is a caption. */
static bool spells_tier(tip_str text)
{
    char folded[TIP_COUNTRY_NAME_ROOM];
    tip_country_name_fold(text, folded);
    return strncmp(folded, "tier ", 5) == 0;
}

/* In a line the tier must be spelled out: "Note: 2" heads nothing. */
static const char *spelled_tier(tip_str text)
{
    char folded[TIP_COUNTRY_NAME_ROOM];
    tip_country_name_fold(text, folded);
    if (strncmp(folded, "tier ", 5) != 0 && strncmp(folded, "special case", 12) != 0)
        return NULL;
    return tier_of_folded(folded);
}

/* Where the last of a character is; the size of the text when there is none. */
static size_t find_last(tip_str text, char c)
{
    const char *found = memrchr(text.data, c, text.size);
    return found ? (size_t)(found - text.data) : text.size;
}

static bool split_line(tip_str line, size_t at, tip_str *ret_name, const char **ret_tier)
{
    if (at == line.size)
        return false;
    tip_str name = trim_colons(slice(line, 0, at));
    const char *tier = spelled_tier(slice(line, at + 1, line.size));
    if (!tier || !starts_with_capital(name) || !is_name(name) || spells_tier(name))
        return false;
    *ret_name = name;
    *ret_tier = tier;
    return true;
}

bool tip_tier_line(tip_str line, tip_str *ret_name, const char **ret_tier)
{
    line = trim_colons(line);
    if (line.size == 0)
        return false;
    if (line.data[line.size - 1] == ')' &&
        split_line(line, find_last(line, '('), ret_name, ret_tier))
        return true;
    return split_line(line, find_last(line, ':'), ret_name, ret_tier);
}
