/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids of paragraphs and their numbers. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/small_builder.h"

#define STR(literal) ((tip_str){"" literal, sizeof(literal) - 1})

#define assert_str(str, text)                                                                      \
    do {                                                                                           \
        tip_str got_ = (str);                                                                      \
        tip_str want_ = tip_str_of(text);                                                          \
        assert_int_equal(got_.size, want_.size);                                                   \
        if (want_.size)                                                                            \
            assert_memory_equal(got_.data, want_.data, want_.size);                                \
    } while (0)

static tip_store *write_and_open(struct place *place)
{
    tip_error err;
    tip_store *store = NULL;
    assert_int_equal(tip_store_builder_write(place->builder, (tip_str){NULL, 0}, place->path, &err),
                     TIP_OK);
    assert_int_equal(tip_store_open(place->path, &store, &err), TIP_OK);
    assert_int_equal(tip_store_check(store, &err), TIP_OK);
    return store;
}

static const tip_record kyrgyz = {
    .id = {"2020/KGZ/prosecution/3", 22},
    .year = 2020,
    .country = {"Kyrgyz Republic", 15},
    .iso3 = {"KGZ", 3},
    .region = {"South and Central Asia", 22},
    .tier = {"2WL", 3},
    .section = {"prosecution", 11},
    .paragraph = 3,
    .title = {"2020 Report: Kyrgyz Republic", 28},
    .source = {"2020/kyrgyz-republic.txt", 24},
    .text = {"The government\0 d\xC3\xA9"
             "creased efforts.",
             34},
};

/* ---- Ids ---- */

static void assert_id(tip_record record, const char *id)
{
    tip_buf got = {0};
    assert_int_equal(tip_buf_add_text(&got, "what was there"), TIP_OK);
    assert_int_equal(tip_store_id_of(&record, &got), TIP_OK);
    assert_str(tip_buf_str(&got), id);
    tip_buf_free(&got);
}

static void ids_are_made_of_what_is_known(void **state)
{
    (void)state;
    tip_record r = kyrgyz;
    r.id = STR("ignored");
    assert_id(r, "2020/KGZ/prosecution/3");
    r.iso3 = STR("");
    assert_id(r, "2020/kyrgyz-republic/prosecution/3");
    r.year = 0;
    assert_id(r, "kyrgyz-republic/prosecution/3");
    r.country = STR("");
    assert_id(r, "2020/kyrgyz-republic.txt/prosecution/3");
    r.section = STR("");
    assert_id(r, "2020/kyrgyz-republic.txt/3");
    r.paragraph = 0;
    assert_id(r, "2020/kyrgyz-republic.txt");
    r.year = 2020;
    assert_id(r, "2020");
    assert_id((tip_record){.text = STR("x")}, "");
    assert_id((tip_record){.paragraph = UINT32_MAX}, "4294967295");
}

static void headings_become_short_names(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Section 1. Respect for the Integrity of the Person > b. Disappearance", "section-1b"},
        {"SECTION 12. Other > c. More", "section-12c"},
        {"Section 1. Respect", "section-1"},
        {"Section 1. Respect > Discussion of a Topic", "section-1-discussion-of-a-topic"},
        {"Respect > b. Disappearance", "respect-b-disappearance"},
        {"b. Disappearance", "b"},
        {"7. Worker Rights > a. Freedom", "7a"},
        {"12a. Something", "12a"},
        {"The. end", "the-end"},
        {"Section 1", "section-1"},
        {"Overview", "overview"},
        {"Trafficking   in--Persons: (Profile)", "trafficking-in-persons-profile"},
        {"  -- Edges --  ", "edges"},
        {"C\xC3\xB4te d'Ivoire", "c\xC3\xB4te-d-ivoire"},
        {"A heading that goes on and on and on and never seems to end",
         "a-heading-that-goes-on-and-on-and-on-and"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_id((tip_record){.section = tip_str_of(cases[i][0])}, cases[i][1]);
}

/* An id like "2020/KGZ//3" would say that something is known which has no name. */
static void a_heading_of_signs_only_leaves_no_gap(void **state)
{
    (void)state;
    tip_record r = {.year = 2020, .section = STR("* * *"), .paragraph = 3};
    assert_id(r, "2020/3");
}

/* ---- Numbering ---- */

static void assert_paragraphs(struct place *place, const uint32_t *wanted, size_t count)
{
    tip_store *store = write_and_open(place);
    assert_int_equal(tip_store_documents(store), count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(tip_store_paragraph_of(store, i + 1), wanted[i]);
    tip_store_free(store);
}

static void add_unnumbered(tip_store_builder *builder, int year, const char *section)
{
    tip_record record = {.year = year, .section = tip_str_of(section), .text = STR("x")};
    add(builder, record, "x");
}

static void paragraphs_are_numbered_in_their_section(void **state)
{
    struct place *place = *state;
    tip_numbering numbering = {0};
    for (int i = 0; i < 3; i++)
        add_unnumbered(place->builder, 2019, "overview");
    add_unnumbered(place->builder, 2019, "profile");
    add_unnumbered(place->builder, 2020, "profile");
    add_unnumbered(place->builder, 2020, "profile");
    assert_int_equal(tip_store_builder_number(place->builder, &numbering, NULL), TIP_OK);
    assert_paragraphs(place, (const uint32_t[]){1, 2, 3, 1, 1, 2}, 6);
    tip_numbering_free(&numbering);
}

static void numbering_goes_on_in_the_next_builder(void **state)
{
    struct place *place = *state;
    tip_numbering numbering = {0};
    for (int part = 0; part < 3; part++) {
        tip_store_builder_free(place->builder);
        assert_int_equal(tip_store_builder_new(&place->builder, NULL), TIP_OK);
        if (part != 1) { /* an empty one between changes nothing */
            add_unnumbered(place->builder, 2019, "overview");
            add_unnumbered(place->builder, 2019, "overview");
        }
        assert_int_equal(tip_store_builder_number(place->builder, &numbering, NULL), TIP_OK);
    }
    assert_paragraphs(place, (const uint32_t[]){3, 4}, 2);
    tip_numbering_free(&numbering);
}

static void a_number_that_was_given_stays(void **state)
{
    struct place *place = *state;
    tip_numbering numbering = {0};
    add(place->builder, kyrgyz, "x");
    add_unnumbered(place->builder, 2019, "overview");
    add(place->builder, kyrgyz, "x");
    assert_int_equal(tip_store_builder_number(place->builder, &numbering, NULL), TIP_OK);
    assert_int_equal(tip_store_builder_number(place->builder, &numbering, NULL), TIP_OK);
    assert_paragraphs(place, (const uint32_t[]){3, 1, 3}, 3);
    tip_numbering_free(&numbering);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_made_of_what_is_known),
        cmocka_unit_test(headings_become_short_names),
        cmocka_unit_test(a_heading_of_signs_only_leaves_no_gap),
        in_place(paragraphs_are_numbered_in_their_section),
        in_place(numbering_goes_on_in_the_next_builder),
        in_place(a_number_that_was_given_stays),
    };
    return cmocka_run_group_tests_name("store_id", tests, NULL, NULL);
}
