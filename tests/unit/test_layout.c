/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "portable/layout.h"

#include "base/record_json.h"
#include "text/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static tip_record full_record(void)
{
    return (tip_record){
        .id = tip_str_of("2020/KGZ/prosecution/2"),
        .year = 2020,
        .country = tip_str_of("Kyrgyz Republic"),
        .iso3 = tip_str_of("KGZ"),
        .region = tip_str_of("South and Central Asia"),
        .tier = tip_str_of("2WL"),
        .section = tip_str_of("prosecution"),
        .paragraph = 2,
        .page = 301,
        .title = tip_str_of("A title"),
        .source = tip_str_of("reports/2020/kyrgyz-republic.txt"),
        .text = tip_str_of("Caf\u00E9s and \"bars\"."),
    };
}

static void assert_same(tip_str a, tip_str b)
{
    assert_int_equal(a.size, b.size);
    if (a.size > 0)
        assert_memory_equal(a.data, b.data, a.size);
}

static void assert_same_report(const tip_record *a, const tip_record *b)
{
    assert_int_equal(a->year, b->year);
    assert_same(a->country, b->country);
    assert_same(a->iso3, b->iso3);
    assert_same(a->region, b->region);
    assert_same(a->tier, b->tier);
    assert_same(a->title, b->title);
    assert_same(a->source, b->source);
}

static tip_buf report_of(const tip_record *record)
{
    tip_buf value = {0};
    assert_int_equal(portable_report_write(record, &value), TIP_OK);
    return value;
}

/* ---- Reports and sections ---- */

static void a_report_is_written_as_documented(void **state)
{
    (void)state;
    static const char wanted[] = "2020\0KGZ\0Kyrgyz Republic\0South and Central Asia\0"
                                 "2WL\0A title\0reports/2020/kyrgyz-republic.txt";
    tip_record record = full_record();
    tip_buf value = report_of(&record);
    assert_same(tip_buf_str(&value), (tip_str){wanted, sizeof wanted - 1});
    tip_buf_free(&value);
}

static void a_report_is_read_as_it_was_written(void **state)
{
    (void)state;
    tip_record record = full_record();
    tip_record read = {.section = tip_str_of("mine"), .paragraph = 7};
    tip_buf value = report_of(&record);
    assert_true(portable_report_read(tip_buf_str(&value), &read));
    assert_same_report(&read, &record);
    assert_same(read.section, tip_str_of("mine"));
    assert_int_equal(read.paragraph, 7);
    tip_buf_free(&value);
}

static void what_is_not_known_stays_unknown(void **state)
{
    (void)state;
    tip_record nothing = {.year = 0};
    tip_record read = full_record();
    tip_buf value = report_of(&nothing);
    assert_int_equal(value.size, 6);
    assert_true(portable_report_read(tip_buf_str(&value), &read));
    assert_same_report(&read, &nothing);
    tip_buf_free(&value);
}

static void a_section_goes_with_its_report(void **state)
{
    (void)state;
    tip_record record = full_record();
    tip_record read = {.year = 0};
    tip_buf value = {0};
    assert_int_equal(portable_section_write(&record, &value), TIP_OK);
    assert_true(portable_section_read(tip_buf_str(&value), &read));
    assert_same_report(&read, &record);
    assert_same(read.section, record.section);
    assert_false(portable_report_read(tip_buf_str(&value), &read));
    tip_buf_free(&value);
}

static void a_zero_byte_parts_no_field(void **state)
{
    (void)state;
    tip_record record = full_record();
    tip_record read = {.year = 0};
    record.title = (tip_str){"a\0b", 3};
    tip_buf value = report_of(&record);
    assert_true(portable_report_read(tip_buf_str(&value), &read));
    assert_same(read.title, tip_str_of("a b"));
    assert_same(read.source, record.source);
    tip_buf_free(&value);
}

static void values_of_another_form_are_refused(void **state)
{
    (void)state;
    static const tip_str values[] = {
        {NULL, 0},
        {"", 0},
        {"2020", 4},
        {"2020\0\0\0\0\0", 9},
        {"2x20\0\0\0\0\0\0", 10},
        {"-202\0\0\0\0\0\0", 10},
        {"2020\0\0\0\0\0\0\0", 11},
        {"2020202020\0\0\0\0\0\0", 16},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        tip_record record = full_record();
        const tip_record before = record;
        assert_false(portable_report_read(values[i], &record));
        assert_same_report(&record, &before);
    }
    tip_record record = full_record();
    assert_false(portable_section_read((tip_str){"2020\0\0\0\0\0\0", 10}, &record));
    assert_false(portable_section_read((tip_str){"2020\0\0\0\0\0\0\0\0", 12}, &record));
    assert_true(portable_section_read((tip_str){"2020\0\0\0\0\0\0\0", 11}, &record));
}

static void reports_sort_by_year_and_code(void **state)
{
    (void)state;
    tip_record a = full_record();
    tip_record b = a;
    b.year = 2021;
    b.iso3 = tip_str_of("AFG");
    tip_record c = a;
    c.iso3 = tip_str_of("KHM");
    c.country = tip_str_of("A");
    tip_buf values[] = {report_of(&a), report_of(&b), report_of(&c)};
    assert_true(tip_str_compare(tip_buf_str(&values[0]), tip_buf_str(&values[1])) < 0);
    assert_true(tip_str_compare(tip_buf_str(&values[0]), tip_buf_str(&values[2])) < 0);
    assert_true(tip_str_compare(tip_buf_str(&values[2]), tip_buf_str(&values[1])) < 0);
    for (size_t i = 0; i < 3; i++)
        tip_buf_free(&values[i]);
}

/* ---- Order ---- */

static void paragraphs_sort_by_path_then_number(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint32_t number;
    } rising[] = {{"a", 0},       {"a", 1},          {"a", 255}, {"a", 256}, {"a", 65536},
                  {"a", 1 << 24}, {"a", UINT32_MAX}, {"a/b", 0}, {"ab", 0}};
    tip_buf before = {0};
    tip_buf value = {0};
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++) {
        assert_int_equal(portable_order_write(tip_str_of(rising[i].path), rising[i].number, &value),
                         TIP_OK);
        assert_int_equal(value.size, strlen(rising[i].path) + 5);
        assert_true(tip_str_compare(tip_buf_str(&before), tip_buf_str(&value)) < 0);
        tip_buf_clear(&before);
        assert_int_equal(tip_buf_add(&before, value.data, value.size), TIP_OK);
    }
    tip_buf_free(&before);
    tip_buf_free(&value);
}

/* ---- Data ---- */

static void data_are_read_as_they_were_written(void **state)
{
    (void)state;
    tip_error err;
    tip_buf data = {0};
    json_t *json;
    tip_record read;
    tip_record record = full_record();
    record.tier = (tip_str){NULL, 0};
    record.page = 0;
    record.text = (tip_str){"a\0b", 3};
    assert_int_equal(portable_data_write(&record, &data), TIP_OK);
    assert_int_equal(portable_data_read(tip_buf_str(&data), "db", &json, &read, &err), TIP_OK);
    assert_same_report(&read, &record);
    assert_same(read.id, record.id);
    assert_same(read.section, record.section);
    assert_same(read.text, record.text);
    assert_int_equal(read.paragraph, 2);
    assert_int_equal(read.page, 0);
    json_decref(json);
    tip_buf_free(&data);
}

static void data_of_another_form_are_damage(void **state)
{
    (void)state;
    static const char *const data[] = {"", "{", "[]", "{}", "{\"id\":1}"};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        tip_error err = {.message = ""};
        json_t *json;
        tip_record read;
        assert_int_equal(portable_data_read(tip_str_of(data[i]), "some/db", &json, &read, &err),
                         TIP_CORRUPT);
        assert_non_null(strstr(err.message, "some/db: damaged"));
    }
}

static void a_number_out_of_range_is_no_record(void **state)
{
    (void)state;
    tip_record record = full_record();
    static const json_int_t numbers[] = {-1, (json_int_t)1 << 40};
    for (size_t i = 0; i < 2; i++) {
        json_t *json = tip_json_record(&record);
        tip_record read;
        assert_true(tip_json_read_record(json, &read));
        assert_int_equal(json_object_set_new(json, "year", json_integer(numbers[i])), 0);
        assert_false(tip_json_read_record(json, &read));
        json_decref(json);
    }
}

/* ---- Terms ---- */

static void the_term_of_a_text_keeps_it_as_it_is(void **state)
{
    (void)state;
    tip_buf term = {0};
    assert_int_equal(tip_term_of_text(PORTABLE_TERM_ID, tip_str_of("2020/KGZ/\u00C9tat/1"), &term),
                     TIP_OK);
    assert_same(tip_buf_str(&term), tip_str_of("Q2020/KGZ/\u00C9tat/1"));
    assert_int_equal(tip_term_of_text("P", (tip_str){"a\0b", 3}, &term), TIP_OK);
    assert_same(tip_buf_str(&term), tip_str_of("Pa b"));
    tip_buf_free(&term);
}

static void long_texts_have_terms_of_their_own(void **state)
{
    (void)state;
    char text[401];
    tip_buf one = {0};
    tip_buf other = {0};
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(tip_term_of_text("Q", tip_str_of(text), &one), TIP_OK);
    text[399] = 'y';
    assert_int_equal(tip_term_of_text("Q", tip_str_of(text), &other), TIP_OK);
    assert_int_equal(one.size, TIP_TERM_MAX);
    assert_int_equal(other.size, TIP_TERM_MAX);
    assert_memory_not_equal(one.data, other.data, TIP_TERM_MAX);
    tip_buf_free(&one);
    tip_buf_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_written_as_documented),
        cmocka_unit_test(a_report_is_read_as_it_was_written),
        cmocka_unit_test(what_is_not_known_stays_unknown),
        cmocka_unit_test(a_section_goes_with_its_report),
        cmocka_unit_test(a_zero_byte_parts_no_field),
        cmocka_unit_test(values_of_another_form_are_refused),
        cmocka_unit_test(reports_sort_by_year_and_code),
        cmocka_unit_test(paragraphs_sort_by_path_then_number),
        cmocka_unit_test(data_are_read_as_they_were_written),
        cmocka_unit_test(data_of_another_form_are_damage),
        cmocka_unit_test(a_number_out_of_range_is_no_record),
        cmocka_unit_test(the_term_of_a_text_keeps_it_as_it_is),
        cmocka_unit_test(long_texts_have_terms_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
