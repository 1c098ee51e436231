/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/spelling.h"

#include <string.h>

static bool is_one_of(tip_str text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tip_str_equal(text, tip_str_of(list[i])))
            return true;
    return false;
}

#define IS_ONE_OF(text, list) is_one_of(text, list, sizeof(list) / sizeof *(list))

static bool ends_with(tip_str text, const char *ending)
{
    size_t size = strlen(ending);
    return text.size >= size && memcmp(text.data + text.size - size, ending, size) == 0;
}

static bool ends_with_any(tip_str text, const char *letters)
{
    return text.size > 0 && strchr(letters, text.data[text.size - 1]);
}

static bool has_vowel(tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (memchr("aeiou", text.data[i], 5))
            return true;
    return false;
}

/* The word with `skip` bytes from `at` on replaced by no more than they are. */
static tip_str replace(tip_str word, size_t at, size_t skip, const char *by,
                       char room[TIP_WORD_MAX])
{
    size_t added = strlen(by);
    size_t rest = word.size - at - skip;
    memcpy(room, word.data, at);
    memcpy(room + at, by, added);
    memcpy(room + at + added, word.data + at + skip, rest);
    return (tip_str){room, at + added + rest};
}

/* Endings that are of one spelling or the other, whatever stands before them. */
static tip_str replace_ending(tip_str word, char room[TIP_WORD_MAX])
{
    static const char *const endings[][2] = {
        {"tre", "ter"},       {"tres", "ters"},       {"bre", "ber"},
        {"bres", "bers"},     {"lyse", "lyze"},       {"lysed", "lyzed"},
        {"lyser", "lyzer"},   {"lysers", "lyzers"},   {"lysing", "lyzing"},
        {"fence", "fense"},   {"fences", "fenses"},   {"gramme", "gram"},
        {"grammes", "grams"}, {"licence", "license"}, {"licences", "licenses"},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!ends_with(word, endings[i][0]))
            continue;
        size_t at = word.size - strlen(endings[i][0]);
        /* "licence" is a whole word, the others are endings of one: "offence", but not "fence" */
        if (at == 0 ? *word.data != 'l' : !has_vowel((tip_str){word.data, at}))
            return word;
        return replace(word, at, word.size - at, endings[i][1], room);
    }
    return word;
}

/* labour, neighbourhoods; not hour, nourish, resource */
static tip_str replace_our(tip_str word, char room[TIP_WORD_MAX])
{
    static const char *const behind[] = {"",    "s",    "ed",  "er",   "ers",  "ing",  "able",
                                         "ful", "less", "al",  "ally", "ly",   "y",    "ies",
                                         "ite", "ites", "ist", "ists", "hood", "hoods"};
    const char *found = memmem(word.data, word.size, "our", 3);
    if (!found)
        return word;
    size_t at = (size_t)(found - word.data);
    tip_str rest = {found + 3, word.size - at - 3};
    if (!has_vowel((tip_str){word.data, at}) || !IS_ONE_OF(rest, behind))
        return word;
    return replace(word, at + 1, 1, "", room);
}

/* Whether a word that ends in -ise is spelled so in America, too; `root` is what stands before. Of
 * those with a vowel or one of f, h, p, v, w there (raise, franchise, despise, advise, otherwise)
 * nearly all are; so are those with cr, pr and the like (enterprise, sunrise), and these. */
static bool keeps_ise(tip_str root)
{
    static const char *const roots[] = {"ar",    "dem",   "advert", "chast",    "expert",
                                        "treat", "pract", "mort",   "merchand", "parad"};
    if (!has_vowel(root) || ends_with_any(root, "aeioufhpvw") || IS_ONE_OF(root, roots))
        return true;
    if (ends_with_any(root, "c")) /* exercise, but criticise and ostracise */
        return !ends_with(root, "ic") && !ends_with(root, "ac");
    if (ends_with_any(root, "r"))
        return !ends_with_any((tip_str){root.data, root.size - 1}, "aeiou");
    return ends_with(root, "prom") || ends_with(root, "prem") || ends_with(root, "surm");
}

/* organise, organising, organisation */
static tip_str replace_ise(tip_str word, char room[TIP_WORD_MAX])
{
    static const char *const verbs[] = {"ise", "ised", "ises", "iser", "isers", "ising"};
    static const char *const nouns[] = {"isation", "isations", "isational"};
    size_t at = 0;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs && at == 0; i++)
        if (ends_with(word, verbs[i]) &&
            !keeps_ise((tip_str){word.data, word.size - strlen(verbs[i])}))
            at = word.size - strlen(verbs[i]);
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns && at == 0; i++)
        if (ends_with(word, nouns[i]) && memmem(word.data, word.size, "improv", 6) != word.data)
            at = word.size - strlen(nouns[i]);
    return at > 0 ? replace(word, at, 2, "iz", room) : word;
}

tip_str tip_spelling_american(tip_str word, char room[TIP_WORD_MAX])
{
    tip_str found = replace_ise(word, room);
    if (found.data == word.data)
        found = replace_ending(word, room);
    return found.data == word.data ? replace_our(word, room) : found;
}
