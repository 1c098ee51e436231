/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/shard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { REPORTS = 10000, SHARDS = 9 };

static unsigned shard_of(const tip_record *record, const char *path, unsigned shards)
{
    tip_buf room = {0};
    unsigned shard = UINT32_MAX;
    assert_int_equal(tip_shard_of(record, path, shards, &room, &shard), TIP_OK);
    assert_true(shard < shards);
    tip_buf_free(&room);
    return shard;
}

/* Of a report that only its country tells from others. */
static unsigned shard_of_report(unsigned number, unsigned shards)
{
    char country[32];
    snprintf(country, sizeof country, "Country %u", number);
    const tip_record record = {.year = 2020, .country = tip_str_of(country)};
    return shard_of(&record, "a", shards);
}

static void a_further_shard_takes_its_share_and_moves_nothing_else(void **state)
{
    (void)state;
    for (unsigned shards = 1; shards < SHARDS; shards++) {
        unsigned moved = 0;
        for (unsigned i = 0; i < REPORTS; i++) {
            unsigned before = shard_of_report(i, shards);
            unsigned after = shard_of_report(i, shards + 1);
            assert_true(after == before || after == shards);
            moved += after != before;
        }
        /* Within five standard deviations of 1 / (n + 1), the largest being 50 of 10,000. */
        unsigned share = REPORTS / (shards + 1);
        assert_in_range(moved, share - 250, share + 250);
    }
}

static void shards_are_of_about_one_size(void **state)
{
    (void)state;
    unsigned sizes[SHARDS] = {0};
    for (unsigned i = 0; i < REPORTS; i++)
        sizes[shard_of_report(i, SHARDS)]++;
    for (unsigned i = 0; i < SHARDS; i++)
        assert_in_range(sizes[i], REPORTS / SHARDS - 160, REPORTS / SHARDS + 160);
}

/* An index that was made must find its reports where they were. */
static void places_do_not_change_from_one_version_to_the_next(void **state)
{
    (void)state;
    static const unsigned wanted[] = {91, 50, 13, 82, 71, 40, 58, 91};
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(shard_of_report(i, 100), wanted[i]);
}

/* Whether two records fall to different shards. */
static unsigned parted(tip_record a, const char *path_a, tip_record b, const char *path_b)
{
    return shard_of(&a, path_a, 100) != shard_of(&b, path_b, 100);
}

static void a_report_stays_together(void **state)
{
    (void)state;
    tip_record a = {.year = 2020,
                    .country = tip_str_of("Kyrgyz Republic"),
                    .iso3 = tip_str_of("KGZ"),
                    .source = tip_str_of("one"),
                    .section = tip_str_of("profile"),
                    .text = tip_str_of("text")};
    tip_record b = a;
    b.country = tip_str_of("Kyrgyzstan");
    b.source = tip_str_of("two");
    b.section = tip_str_of("prosecution");
    b.text = tip_str_of("other");
    assert_int_equal(parted(a, "a", b, "b"), 0);
    b.year = 2021;
    assert_int_equal(parted(a, "a", b, "b"), 1);
}

static void what_is_no_report_is_placed_by_its_source_or_its_file(void **state)
{
    (void)state;
    const tip_record one = {.source = tip_str_of("one")};
    const tip_record two = {.source = tip_str_of("two")};
    const tip_record none = {.year = 0};
    const tip_record year_one = {.year = 2020, .source = tip_str_of("one")};
    const tip_record year_two = {.year = 2020, .source = tip_str_of("two")};
    assert_int_equal(parted(one, "a", one, "b"), 0);
    assert_int_equal(parted(one, "a", two, "a"), 1);
    assert_int_equal(parted(none, "a", none, "b"), 1);
    assert_int_equal(parted(year_one, "a", year_two, "a"), 0);
    assert_int_equal(parted(year_one, "a", year_one, "b"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_further_shard_takes_its_share_and_moves_nothing_else),
        cmocka_unit_test(shards_are_of_about_one_size),
        cmocka_unit_test(places_do_not_change_from_one_version_to_the_next),
        cmocka_unit_test(a_report_stays_together),
        cmocka_unit_test(what_is_no_report_is_placed_by_its_source_or_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
