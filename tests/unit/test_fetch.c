/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of addresses, what an index page leads to, and whether a page is a narrative. What goes
 * over the net is tested by tests/fetch. */
#include "base/buf.h"
#include "fetch/addresses.h"
#include "fetch/plan.h"
#include "fetch/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static fetch_table built_in(void)
{
    fetch_table table = {0};
    tip_error err = {.message = ""};
    if (fetch_table_read(fetch_table_text(), "addresses.tsv", &table, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void years_are_read(void **state)
{
    (void)state;
    int first = 0, last = 0;
    assert_true(fetch_years_read("2019", &first, &last));
    assert_int_equal(first, 2019);
    assert_int_equal(last, 2019);
    assert_true(fetch_years_read("2001..2025", &first, &last));
    assert_int_equal(first, 2001);
    assert_int_equal(last, 2025);
    static const char *const wrong[] = {"",           "19",          "02019",    "2000",  "2100",
                                        "2019-20",    "2019..",      "..2019",   "20 9",  " 2019",
                                        "2021..2019", "2019..2020x", "2019...1", "-2019", "2019.."};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (fetch_years_read(wrong[i], &first, &last))
            fail_msg("\"%s\" was read", wrong[i]);
    assert_int_equal(last, 2025);
}

static void every_year_has_an_index_on_a_host_of_the_publisher(void **state)
{
    (void)state;
    fetch_table table = built_in();
    for (int year = 2001; year <= 2025; year++) {
        const fetch_row *row = fetch_table_next(&table, year, FETCH_INDEX, NULL);
        assert_non_null(row);
        for (; row; row = fetch_table_next(&table, year, FETCH_INDEX, row)) {
            assert_true(fetch_address_allowed(&table, row->address));
            assert_null(strchr(row->address, '*'));
            assert_null(strchr(row->address, '{'));
        }
    }
    assert_null(fetch_table_next(&table, 2026, FETCH_INDEX, NULL));
    fetch_table_free(&table);
}

static void pages_that_were_seen_match(void **state)
{
    (void)state;
    static const struct {
        int year;
        fetch_role role;
        const char *address;
        const char *words;
    } seen[] = {
        {2006, FETCH_GROUP, "https://2009-2017.state.gov/j/tip/rls/tiprpt/2006/65988.htm",
         "VI. Country Narratives -- Countries A through G"},
        {2007, FETCH_GROUP, "https://www.state.gov/g/tip/rls/tiprpt/2007/82806.htm",
         "Countries H through P"},
        {2010, FETCH_GROUP, "https://2009-2017.state.gov/j/tip/rls/tiprpt/2010/142760.htm",
         "Country Narratives: Countries G Through M"},
        {2015, FETCH_COUNTRY,
         "https://2009-2017.state.gov/j/tip/rls/tiprpt/countries/2015/243444.htm", "Ghana"},
        {2018, FETCH_COUNTRY,
         "https://www.state.gov/reports/2018-trafficking-in-persons-report/malawi", ""},
        {2019, FETCH_COUNTRY,
         "https://www.state.gov/reports/2019-trafficking-in-persons-report-2/tonga", ""},
        {2025, FETCH_COUNTRY,
         "https://www.state.gov/reports/2025-trafficking-in-persons-report/colombia", ""},
    };
    fetch_table table = built_in();
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        const char *address = seen[i].address, *words = seen[i].words;
        assert_true(fetch_table_matches(&table, seen[i].year, seen[i].role, address, words));
        assert_false(fetch_table_matches(&table, seen[i].year + 1, seen[i].role, address, words));
    }
    assert_false(fetch_table_matches(&table, 2006, FETCH_GROUP, seen[0].address, "Introduction"));
    assert_false(fetch_table_matches(&table, 2025, FETCH_COUNTRY,
                                     "https://www.state.gov/reports/"
                                     "2025-trafficking-in-persons-report",
                                     ""));
    fetch_table_free(&table);
}

static void wrong_rows_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } wrong[] = {
        {"*\thost\ta\n2019 index\thttps://a/\n", "t.tsv:2: \"2019 index\" is neither a year"},
        {"\n# x\n2019\tpage\thttps://a/\n", "t.tsv:3: \"page\" is none of"},
        {"2019\tindex\thttp://a/\n", "t.tsv:1: \"http://a/\" does not begin"},
        {"2019\tindex", "t.tsv:1: \"\" does not begin"},
        {"*\tindex\thttps://a/", "t.tsv:1: an index needs its years"},
        {"2019\thost\ta", "t.tsv:1: an index needs its years, and a host"},
        {"*\thost\t", "t.tsv:1"},
        {"2019\tlist\thttps://a/\ta\tb", "t.tsv:1: more than 4 columns"},
        {"2000\tlist\thttps://a/", "t.tsv:1: \"2000\" is neither"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        fetch_table table = {0};
        tip_error err = {.message = ""};
        tip_status status = fetch_table_read(tip_str_of(wrong[i].text), "t.tsv", &table, &err);
        assert_int_equal(status, TIP_BAD_INPUT);
        assert_memory_equal(err.message, wrong[i].message, strlen(wrong[i].message));
        assert_null(table.rows);
    }
}

static void links_become_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        const char *address; /* NULL: none */
    } cases[] = {
        {"kenya/", "https://www.state.gov/reports/2021/kenya/"},
        {"/x", "https://www.state.gov/x"},
        {"//2009-2017.state.gov/x.htm", "https://2009-2017.state.gov/x.htm"},
        {"http://www.state.gov/x?a=1#b", "https://www.state.gov/x"},
        {"http://www.state.gov:80/x", NULL},
        {"../../../../x", "https://www.state.gov/x"},
        {"a b", "https://www.state.gov/reports/2021/a%20b"},
        {"#top", "https://www.state.gov/reports/2021/"},
        {"mailto:a@example.org", NULL},
        {"javascript:void(0)", NULL},
        {"ftp://www.state.gov/", NULL},
        {"https://me@www.state.gov/", NULL},
        {"https://www.state.gov:8443/", NULL},
        {"http://[::1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *address = NULL;
        tip_status status =
            fetch_address_resolve("https://www.state.gov/reports/2021/", cases[i].link, &address);
        assert_int_equal(status, cases[i].address ? TIP_OK : TIP_BAD_INPUT);
        if (cases[i].address)
            assert_string_equal(address, cases[i].address);
        else
            assert_null(address);
        free(address);
    }
}

static void only_the_publishers_hosts_are_allowed(void **state)
{
    (void)state;
    fetch_table table = built_in();
    assert_true(fetch_address_allowed(&table, "https://www.state.gov/x"));
    assert_true(fetch_address_allowed(&table, "https://WWW.state.gov"));
    assert_false(fetch_address_allowed(&table, "http://www.state.gov/x"));
    assert_false(fetch_address_allowed(&table, "https://www.state.gov.example.org/"));
    assert_false(fetch_address_allowed(&table, "https://evilstate.gov/"));
    assert_false(fetch_address_allowed(&table, "https://"));
    fetch_table_free(&table);
}

static void slugs_are_no_paths(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"65988", "65988"},  {"../../Etc/passwd", "etc-passwd"},    {".hidden", "hidden"},
        {"--a  b--", "a-b"}, {"\xC3\x85ngstr\xC3\xB6m", "ngstr-m"}, {"...", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *slug = fetch_slug(tip_str_of(cases[i][0]));
        assert_string_equal(slug, cases[i][1]);
        free(slug);
    }
    char text[1000];
    memset(text, 'a', sizeof text);
    char *slug = fetch_slug((tip_str){text, sizeof text});
    assert_in_range(strlen(slug), 100, 150);
    free(slug);
}

static const char address[] = "https://www.state.gov/reports/2021-trafficking-in-persons-report/";

static void an_index_is_planned(void **state)
{
    (void)state;
    static const char html[] =
        "<html><body><nav><a href='/reports/2021-trafficking-in-persons-report/kenya/'>x</a></nav>"
        "<select><option value=''>Choose</option>"
        "<option value='https://www.state.gov/reports/2021-trafficking-in-persons-report/nepal'>"
        "Nepal</option></select>"
        "<a href='kenya/index.html'>Kenya again</a> <a href=' nepal/ '>Nepal</a>"
        "<a href='42/'> Sri\n <b>Lanka</b></a> <a href='introduction/'>Introduction</a>"
        "<a href='../2020-trafficking-in-persons-report/ghana/'>Ghana</a>"
        "<a href='https://example.org/reports/2021-trafficking-in-persons-report/ghana/'>Ghana</a>"
        "</body></html>";
    fetch_table table = built_in();
    fetch_plan plan = {0};
    size_t known = 0;
    tip_error err = {.message = ""};
    assert_int_equal(fetch_plan_add(&plan, &table, 2021, address, tip_str_of(html), &known, &err),
                     TIP_OK);
    assert_int_equal(known, 5);
    assert_int_equal(plan.count, 3);
    assert_string_equal(plan.pages[0].name, "kenya.html");
    assert_string_equal(plan.pages[1].name, "nepal.html");
    assert_string_equal(plan.pages[2].name, "sri-lanka.html");
    assert_string_equal(plan.pages[2].address,
                        "https://www.state.gov/reports/2021-trafficking-in-persons-report/42/");
    assert_int_equal(plan.strangers.count, 1);
    assert_int_equal(plan.lists.count + plan.groups, 0);
    fetch_plan_free(&plan);
    fetch_table_free(&table);
}

static tip_status verify(const char *title, const char *text, int year, const char *country)
{
    char html[2000];
    tip_error err;
    snprintf(html, sizeof html, "<html><title>2021 Report: %s</title><p>%s</p></html>", title,
             text);
    return fetch_verify(tip_str_of(html), year,
                        country ? tip_country_find(tip_str_of(country)) : NULL, &err);
}

static void only_narratives_pass(void **state)
{
    (void)state;
    static const char text[] =
        "These are words that were made up for a test and say nothing of any country. They are "
        "many enough to be a paragraph of a narrative and not only a link, and they speak of "
        "human TRAFFICKING, as every narrative does at least once.";
    assert_int_equal(verify("Kenya", text, 2021, "Kenya"), TIP_OK);
    assert_int_equal(verify("Countries", text, 2021, NULL), TIP_OK);
    assert_int_equal(verify("Kenya", text, 2020, "Kenya"), TIP_BAD_INPUT);
    assert_int_equal(verify("Kenya", text, 2021, "Nepal"), TIP_BAD_INPUT);
    assert_int_equal(verify("Notice", text, 2021, "Nepal"), TIP_BAD_INPUT);
    assert_int_equal(verify("Kenya", "On trafficking.", 2021, "Kenya"), TIP_BAD_INPUT);
    assert_int_equal(verify("Kenya", "", 2021, "Kenya"), TIP_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_read),
        cmocka_unit_test(every_year_has_an_index_on_a_host_of_the_publisher),
        cmocka_unit_test(pages_that_were_seen_match),
        cmocka_unit_test(wrong_rows_are_named),
        cmocka_unit_test(links_become_addresses),
        cmocka_unit_test(only_the_publishers_hosts_are_allowed),
        cmocka_unit_test(slugs_are_no_paths),
        cmocka_unit_test(an_index_is_planned),
        cmocka_unit_test(only_narratives_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
