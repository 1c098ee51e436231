/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A folder of its own for each test, with set-up and tear-down for cmocka.
 */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H

#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of its own for each test. */
struct place {
    char root[64];
    char path[256]; /* the last one that `at` made */
};

static inline int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    strcpy(place->root, "/tmp/tip-test-XXXXXX");
    *state = place;
    return mkdtemp(place->root) ? 0 : -1;
}

static inline int remove_place(void **state)
{
    struct place *place = *state;
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

static inline const char *at(struct place *place, const char *name)
{
    snprintf(place->path, sizeof place->path, "%s/%s", place->root, name);
    return place->path;
}

#endif
