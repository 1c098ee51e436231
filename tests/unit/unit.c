/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One program for all unit tests, since to link one for each takes longer than to compile it:
 * unit NAME runs those of test_NAME.c, whose main has the name NAME_main. */
#include <stdio.h>
#include <string.h>

#define TEST(name) int name##_main(void);
#include "unit_tests.h"
#undef TEST

static const struct {
    const char *name;
    int (*run)(void);
} tests[] = {
#define TEST(name) {#name, name##_main},
#include "unit_tests.h"
#undef TEST
};

int main(int argc, char **argv)
{
    enum { COUNT = sizeof tests / sizeof *tests };
    for (size_t i = 0; argc == 2 && i < COUNT; i++)
        if (strcmp(argv[1], tests[i].name) == 0)
            return tests[i].run();
    fputs("usage: unit NAME, one of:\n", stderr);
    for (size_t i = 0; i < COUNT; i++)
        fprintf(stderr, "  %s\n", tests[i].name);
    return 2;
}
