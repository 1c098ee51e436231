/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/mention.h"

#include "corpus/country_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A token may be less than a word of a name: "d'Ivoire" is two. */
enum { EXTRA_TOKENS = 1, CODE_MAX = 3 };

static size_t count_words(const char *key)
{
    size_t count = 1;
    for (; *key; key++)
        count += *key == ' ';
    return count;
}

/* The first key that is not before the word. */
static size_t lower_bound(const tip_country_key *table, size_t count, tip_str word)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strncmp(table[middle].text, word.data, word.size) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t longest_in(const tip_country_key *table, size_t count, tip_str word)
{
    size_t longest = 0;
    for (size_t i = lower_bound(table, count, word); i < count; i++) {
        const char *key = table[i].text;
        if (strncmp(key, word.data, word.size) != 0)
            break;
        if (key[word.size] != '\0' && key[word.size] != ' ')
            continue;
        size_t words = count_words(key);
        longest = words > longest ? words : longest;
    }
    return longest;
}

static size_t longest_from(tip_str word)
{
    size_t names = longest_in(tip_country_name_table, tip_country_name_count, word);
    size_t demonyms = longest_in(tip_country_demonym_table, tip_country_demonym_count, word);
    return names > demonyms ? names : demonyms;
}

size_t tip_mention_longest(tip_str word)
{
    if (word.size == 0)
        return 0;
    size_t longest = longest_from(word);
    if (longest == 0 && word.size > CODE_MAX + 1 && word.data[word.size - 1] == 's')
        longest = longest_from((tip_str){word.data, word.size - 1});
    return longest ? longest + EXTRA_TOKENS : 0;
}

static bool starts_capital(tip_str text, tip_span word)
{
    unsigned char first = (unsigned char)text.data[word.start];
    return isupper(first) || first >= 0x80;
}

/* "Kenya's" names Kenya, and so does "the Kenyans'". */
static tip_str without_possessive(tip_str name)
{
    static const char *const endings[] = {"'s", "\u2019s", "\u02BCs"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        if (name.size > size && memcmp(name.data + name.size - size, endings[i], size) == 0)
            return (tip_str){name.data, name.size - size};
    }
    return name;
}

/* A name without its periods, if it fits: "U.S." is listed as "US". */
static tip_str without_periods(tip_str name, char room[CODE_MAX])
{
    size_t size = 0;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '.')
            continue;
        if (size == CODE_MAX)
            return name;
        room[size++] = name.data[i];
    }
    return (tip_str){room, size};
}

static bool is_listed(const tip_country *country, tip_str code)
{
    for (size_t i = 0; country->names[i]; i++) {
        char room[CODE_MAX];
        tip_str name = {country->names[i], strlen(country->names[i])};
        name = without_periods(name, room);
        if (name.size == code.size && strncasecmp(name.data, code.data, code.size) == 0)
            return true;
    }
    return false;
}

const tip_country *tip_country_named(tip_str name)
{
    name = without_possessive(name);
    const tip_country *country = tip_country_find_any(name);
    if (!country && name.size > CODE_MAX + 1 && name.data[name.size - 1] == 's')
        country = tip_country_find_any((tip_str){name.data, name.size - 1});
    return country;
}

const tip_country *tip_country_written(tip_str name)
{
    char room[CODE_MAX];
    const tip_country *country = tip_country_named(name);
    name = without_periods(without_possessive(name), room);
    return country && name.size <= CODE_MAX && !is_listed(country, name) ? NULL : country;
}

const tip_country *tip_mention_find(tip_str text, const tip_span *words, size_t count,
                                    size_t longest, size_t *ret_words)
{
    if (!starts_capital(text, words[0]))
        return NULL;
    for (size_t n = count < longest ? count : longest; n > 0; n--) {
        tip_str name = {text.data + words[0].start, words[n - 1].end - words[0].start};
        /* "The turkey" begins with a capital, too. */
        if (!starts_capital(text, words[n - 1]))
            continue;
        const tip_country *country = tip_country_written(name);
        if (!country)
            continue;
        *ret_words = n;
        return country;
    }
    return NULL;
}
