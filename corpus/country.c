/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/country.h"
#include "corpus/country_name.h"

#include <assert.h>
#include <string.h>

size_t tip_country_count(void)
{
    return tip_country_table_count;
}

const tip_country *tip_country_at(size_t i)
{
    return i < tip_country_table_count ? &tip_country_table[i] : NULL;
}

const tip_country_key *tip_country_key_find(const tip_country_key *table, size_t count,
                                            const char *text)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(text, table[middle].text);
        if (order == 0)
            return &table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const tip_country *look_up(const tip_country_key *table, size_t count, const char *text)
{
    const tip_country_key *key = tip_country_key_find(table, count, text);
    return key ? &tip_country_table[key->country] : NULL;
}

static const tip_country *look_up_name(const char *key)
{
    return look_up(tip_country_name_table, tip_country_name_count, key);
}

/* Cuts the key where `mark` begins and tries what is left. */
static const tip_country *look_up_before(char *key, const char *mark)
{
    char *found = strstr(key, mark);
    if (!found)
        return NULL;
    *found = '\0';
    return look_up_name(key);
}

/* Names of saved pages carry more than the name: "jamaica__trashed",
 * "china-includes-tibet-hong-kong-and-macau", "thebahamas". */
static const tip_country *look_up_page_name(char *key)
{
    const tip_country *country = look_up_before(key, " trashed");
    if (!country)
        country = look_up_before(key, " includes ");
    /* Four letters or more: "them" and "there" are not a "the" before a code. */
    if (!country && strncmp(key, "the", 3) == 0 && strlen(key) >= 3 + 4)
        country = look_up_name(key + 3);
    return country;
}

const tip_country *tip_country_find(tip_str name)
{
    char key[TIP_COUNTRY_NAME_ROOM];
    if (tip_country_name_key(name, key) == 0)
        return NULL;
    const tip_country *country = look_up_name(key);
    return country ? country : look_up_page_name(key);
}

const tip_country *tip_country_find_any(tip_str name)
{
    const tip_country *country = tip_country_find(name);
    if (country)
        return country;
    char key[TIP_COUNTRY_NAME_ROOM];
    if (tip_country_name_key(name, key) == 0)
        return NULL;
    return look_up(tip_country_demonym_table, tip_country_demonym_count, key);
}

void tip_country_path_name(const tip_country *country, char ret_name[TIP_COUNTRY_PATH_ROOM])
{
    static_assert(TIP_COUNTRY_PATH_ROOM >= TIP_COUNTRY_NAME_ROOM, "a folded name fits");
    tip_country_name_fold((tip_str){country->name, strlen(country->name)}, ret_name);
    for (char *c = ret_name; *c; c++)
        if (*c == ' ')
            *c = '-';
}
