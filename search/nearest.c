/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/nearest.h"

#include "corpus/country.h"
#include "text/distance.h"

/* The misspelled name, and the best other one so far. */
typedef struct nearest {
    tip_letters letters;
    size_t limit;
    tip_str best;
    size_t distance;
    tip_buf folded;
} nearest;

/* False when it is no name to compare with, or memory ran out. */
static bool read_name(nearest *n, tip_str name, tip_letters *ret_letters)
{
    tip_buf_clear(&n->folded);
    return tip_fold(name, &n->folded) == TIP_OK &&
           tip_letters_read(tip_buf_str(&n->folded), ret_letters);
}

static void compare_with(nearest *n, const char *name)
{
    tip_letters other;
    if (!read_name(n, tip_str_of(name), &other) ||
        !tip_letters_may_be_near(&n->letters, &other, n->limit))
        return;
    size_t distance = tip_letters_distance(&n->letters, &other, n->limit);
    if (distance == 0 || distance > n->limit || (n->best.size > 0 && distance >= n->distance))
        return;
    n->best = tip_str_of(name);
    n->distance = distance;
}

tip_str nearest_country(tip_str name)
{
    nearest n = {.best = {NULL, 0}};
    if (read_name(&n, name, &n.letters))
        n.limit = tip_letters_limit(&n.letters);
    for (size_t i = 0; n.limit > 0 && i < tip_country_count(); i++) {
        const tip_country *country = tip_country_at(i);
        for (size_t k = 0; country->names[k]; k++)
            compare_with(&n, country->names[k]);
        for (size_t k = 0; country->demonyms[k]; k++)
            compare_with(&n, country->demonyms[k]);
    }
    tip_buf_free(&n.folded);
    return n.best;
}
