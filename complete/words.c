/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete/complete.h"

#include "corpus/country.h"
#include "corpus/section.h"

#include <stdbool.h>
#include <string.h>

static bool is_easily_typed(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name >= 0x80)
            return false;
    return true;
}

/* In a list a comma parts two names. */
static bool is_listable(const char *name)
{
    return !strchr(name, ',');
}

static const char *other_name(const tip_country *country)
{
    if (is_easily_typed(country->name) && is_listable(country->name))
        return "";
    for (const char *const *name = country->names; *name; name++)
        if (is_easily_typed(*name) && is_listable(*name))
            return *name;
    return "";
}

const char *complete_country(size_t i)
{
    const tip_country *country = tip_country_at(i / 2);
    if (!country)
        return NULL;
    if (!*country->region)
        return "";
    if (i % 2 == 1)
        return other_name(country);
    return is_listable(country->name) ? country->name : "";
}

const char *complete_region(size_t i)
{
    const tip_country *country = tip_country_at(i);
    if (!country)
        return NULL;
    for (size_t before = 0; before < i; before++)
        if (strcmp(tip_country_at(before)->region, country->region) == 0)
            return "";
    return country->region;
}

const char *complete_section(size_t i)
{
    return tip_section_at(i);
}

const char *complete_tier(size_t i)
{
    return tip_tier_at(i);
}
