/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/mention.h"

#include "corpus/country_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A token may be less than a word of a name: "d'Ivoire" is two. */
enum { EXTRA_TOKENS = 1, CODE_MAX = 3, ABBREVIATION_MAX = 2 };

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
        if (!table[i].in_text || (key[word.size] != '\0' && key[word.size] != ' '))
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
    size_t phrases = longest_in(tip_country_phrase_table, tip_country_phrase_count, word);
    size_t longest = names > demonyms ? names : demonyms;
    return longest > phrases ? longest : phrases;
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

const tip_country *tip_country_named(tip_str name)
{
    name = without_possessive(name);
    const tip_country *country = tip_country_find_any(name);
    if (!country && name.size > CODE_MAX + 1 && name.data[name.size - 1] == 's')
        country = tip_country_find_any((tip_str){name.data, name.size - 1});
    return country;
}

/* What may be meant in a text: a phrase, a name or listed code, a demonym. */
static const tip_country_key *find_folded(const char *folded)
{
    const tip_country_key *key =
        tip_country_key_find(tip_country_phrase_table, tip_country_phrase_count, folded);
    if (!key)
        key = tip_country_key_find(tip_country_name_table, tip_country_name_count, folded);
    if (!key || !key->in_text)
        key = tip_country_key_find(tip_country_demonym_table, tip_country_demonym_count, folded);
    return key;
}

static const tip_country_key *find_in_text(tip_str name)
{
    char folded[TIP_COUNTRY_NAME_ROOM];
    size_t size = tip_country_name_key(without_possessive(name), folded);
    if (size == 0)
        return NULL;
    const tip_country_key *key = find_folded(folded);
    if (!key && size > CODE_MAX + 1 && folded[size - 1] == 's') {
        folded[size - 1] = '\0';
        key = find_folded(folded);
    }
    return key;
}

const tip_country *tip_country_written(tip_str name)
{
    const tip_country_key *key = find_in_text(name);
    return key && key->country != TIP_NO_COUNTRY ? &tip_country_table[key->country] : NULL;
}

/* A code is told from a word by its capitals: "US", "BiH", "U.S.", but not "Us"; a demonym may be
 * as short ("Lao"). */
static bool is_usual_word(tip_str name, const tip_country_key *key)
{
    size_t capitals = 0;
    for (size_t i = 0; i < name.size; i++)
        capitals += name.data[i] >= 'A' && name.data[i] <= 'Z';
    return capitals < 2 && strlen(key->text) <= CODE_MAX &&
           key != tip_country_key_find(tip_country_demonym_table, tip_country_demonym_count,
                                       key->text);
}

/* Whether what is between two words leaves them parts of one name: "St. Lucia", but neither the end
 * of a sentence ("in Guinea. Bissau") nor the comma of a list ("Korea, South Africa"). */
static bool is_joined(tip_str text, tip_span left, tip_span right)
{
    for (size_t i = left.end; i < right.start; i++) {
        char c = text.data[i];
        if (strchr(",;:!?", c) || (c == '.' && left.end - left.start > ABBREVIATION_MAX))
            return false;
    }
    return true;
}

static size_t count_joined(tip_str text, const tip_span *words, size_t count)
{
    size_t joined = 1;
    while (joined < count && is_joined(text, words[joined - 1], words[joined]))
        joined++;
    return joined;
}

const tip_country *tip_mention_find(tip_str text, const tip_span *words, size_t count,
                                    size_t longest, size_t *ret_words)
{
    size_t most = count < longest ? count : longest;
    size_t joined = starts_capital(text, words[0]) ? count_joined(text, words, most) : 0;
    *ret_words = 1;
    for (size_t n = most; n > 0; n--) {
        /* "The turkey" begins with a capital, too; only a phrase, "Niger state", may end without.
         */
        bool capital = starts_capital(text, words[n - 1]);
        if (!capital && n != 2)
            continue;
        tip_str name = {text.data + words[0].start, words[n - 1].end - words[0].start};
        const tip_country_key *key = find_in_text(name);
        bool is_phrase = key && key->country == TIP_NO_COUNTRY;
        if (!key || (!is_phrase && (!capital || n > joined || is_usual_word(name, key))))
            continue;
        *ret_words = n;
        return is_phrase ? NULL : &tip_country_table[key->country];
    }
    return NULL;
}
