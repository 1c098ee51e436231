/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tipserve is made of: escaping, parameters, addresses. */
#include "serve/html.h"
#include "serve/request.h"
#include "serve/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define assert_html(expected, ...)                                                                 \
    do {                                                                                           \
        char *text_ = NULL;                                                                        \
        size_t size_ = 0;                                                                          \
        FILE *out_ = open_memstream(&text_, &size_);                                               \
        assert_non_null(out_);                                                                     \
        html(out_, __VA_ARGS__);                                                                   \
        assert_int_equal(fclose(out_), 0);                                                         \
        assert_string_equal(text_, expected);                                                      \
        free(text_);                                                                               \
    } while (0)

static void arguments_are_escaped(void **state)
{
    (void)state;
    assert_html("<b title=\"&quot;&#39;\">&lt;i&gt; &amp;amp;</b>", "<b title=\"%s\">%s</b>", "\"'",
                "<i> &amp;");
    assert_html("caf\u00e9 \u6f22 \U0001F600\n\t", "%s", "caf\u00e9 \u6f22 \U0001F600\n\t");
    assert_html("100%", "%d%%", 100);
    assert_html("1,234,567 12 999 0", "%n %n %n %n", (size_t)1234567, (size_t)12, (size_t)999,
                (size_t)0);
    assert_html("1.5 0.3333", "%g %g", 1.5, 1.0 / 3);
    assert_html("", "%s", (const char *)NULL);
}

static void what_is_no_text_is_replaced(void **state)
{
    static const char zero[] = {'a', '\0', 'b'};
    (void)state;
    assert_html("a\uFFFDb", "%t", (tip_str){zero, sizeof zero});
    assert_html("\uFFFD\uFFFDx", "%s", "\xC3\xFFx");
    assert_html("\uFFFD<", "%s<", "\x82");
    assert_html("x\uFFFDy\uFFFDz\uFFFD", "%s", "x\033y\u202Ez\xC2\x85");
    /* A sequence that ends with the text takes nothing of the markup behind it. */
    assert_html("\uFFFD\"", "%t\"", (tip_str){"\xC3\"", 1});
}

static void parts_of_addresses_are_encoded(void **state)
{
    (void)state;
    assert_html("a-Z_0.~", "%u", tip_str_of("a-Z_0.~"));
    assert_html("/%3Fq%3D%26%23%22%3C%20%2B%25", "%u", tip_str_of("/?q=&#\"< +%"));
    assert_html("%C3%A9%00", "%u", (tip_str){"\u00e9\0", 3});
}

static tip_status add(request *q, const char *name, const char *value)
{
    return request_add(q, tip_str_of(name), tip_str_of(value), NULL);
}

static void parameters_are_read(void **state)
{
    request q;
    (void)state;
    assert_int_equal(request_init(&q, "/"), TIP_OK);
    assert_string_equal(request_query(&q), "");
    assert_int_equal(add(&q, "q", "police"), TIP_OK);
    assert_int_equal(add(&q, "country", "kenya"), TIP_OK);
    assert_int_equal(add(&q, "country", "nepal"), TIP_OK);
    assert_int_equal(add(&q, "year", ""), TIP_OK);
    assert_int_equal(add(&q, "limit", "1000"), TIP_OK);
    assert_int_equal(add(&q, "sort", "country"), TIP_OK);
    assert_string_equal(request_query(&q), "police");
    assert_string_equal(request_filter(&q, TIP_FIELD_COUNTRY), "kenya");
    assert_null(request_filter(&q, TIP_FIELD_YEAR));
    assert_int_equal(q.query.filter_count, 2);
    assert_int_equal(q.search.limit, 1000);
    assert_int_equal(q.search.sort, TIP_SORT_COUNTRY);
    assert_int_equal(add(&q, "limit", "18446744073709551616"), TIP_BAD_ARGUMENT);
    assert_int_equal(add(&q, "offset", "1000001"), TIP_BAD_ARGUMENT);
    assert_int_equal(add(&q, "offset", "1000000"), TIP_OK);
    assert_int_equal(add(&q, "zebra", "1"), TIP_BAD_ARGUMENT);
    assert_int_equal(add(&q, "a-name-that-is-too-long", "1"), TIP_BAD_ARGUMENT);
    request_free(&q);
}

static void queries_are_few_and_short(void **state)
{
    char text[REQUEST_QUERY_MAX + 2] = "";
    request q;
    (void)state;
    memset(text, 'a', REQUEST_QUERY_MAX + 1);
    assert_int_equal(request_init(&q, "/"), TIP_OK);
    assert_int_equal(add(&q, "q", text), TIP_BAD_ARGUMENT);
    text[REQUEST_QUERY_MAX] = '\0';
    for (size_t i = 0; i < REQUEST_QUERIES_MAX; i++)
        assert_int_equal(add(&q, "q", text), TIP_OK);
    assert_int_equal(add(&q, "q", "a"), TIP_BAD_ARGUMENT);
    assert_int_equal(q.query_count, REQUEST_QUERIES_MAX);
    request_free(&q);
}

static void assert_years(const char *value, tip_status expected, int first, int last)
{
    request q;
    int found_first = -1;
    int found_last = -1;
    assert_int_equal(request_init(&q, "/"), TIP_OK);
    assert_int_equal(add(&q, "year", value), TIP_OK);
    assert_int_equal(request_years(&q, &found_first, &found_last, NULL), expected);
    if (expected == TIP_OK) {
        assert_int_equal(found_first, first);
        assert_int_equal(found_last, last);
    }
    request_free(&q);
}

static void years_are_read(void **state)
{
    (void)state;
    assert_years("", TIP_OK, 0, 0);
    assert_years("2020", TIP_OK, 2020, 2020);
    assert_years("2018..2021", TIP_OK, 2018, 2021);
    assert_years("2018..", TIP_OK, 2018, 0);
    assert_years("..2021", TIP_OK, 0, 2021);
    assert_years("..", TIP_BAD_ARGUMENT, 0, 0);
    assert_years("soon", TIP_BAD_ARGUMENT, 0, 0);
    assert_years("2020,2021", TIP_BAD_ARGUMENT, 0, 0);
}

static void addresses_are_read(void **state)
{
    static const char *const bad[] = {"",
                                      ":80",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "[::1]",
                                      "[::1:80",
                                      "localhost:8080",
                                      "127.0.0.1:70000",
                                      "127.0.0.1:x",
                                      "[]:80",
                                      "1.2.3.4.5:80",
                                      "::1:x"};
    server_address address;
    (void)state;
    assert_int_equal(server_read_address("127.0.0.1:8080", &address, NULL), TIP_OK);
    assert_int_equal(address.v4.sin_family, AF_INET);
    assert_int_equal(ntohs(address.v4.sin_port), 8080);
    assert_int_equal(server_read_address("[::1]:80", &address, NULL), TIP_OK);
    assert_int_equal(address.v6.sin6_family, AF_INET6);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(server_read_address(bad[i], &address, NULL), TIP_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_escaped),
        cmocka_unit_test(what_is_no_text_is_replaced),
        cmocka_unit_test(parts_of_addresses_are_encoded),
        cmocka_unit_test(parameters_are_read),
        cmocka_unit_test(queries_are_few_and_short),
        cmocka_unit_test(years_are_read),
        cmocka_unit_test(addresses_are_read),
    };
    return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
