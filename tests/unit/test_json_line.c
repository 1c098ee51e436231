/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast way through a line gives what jansson gives, or leaves the line to it. */
#include "corpus/json_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *slow(const char *line, size_t size)
{
    return json_loadb(line, size, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
}

/* Whether the fast way took the line, in which case it said the same. */
static bool agrees(tip_json_line *parser, const char *line, size_t size)
{
    json_t *object = tip_json_line_object(parser, (tip_str){line, size});
    json_t *wanted = slow(line, size);
    bool taken = object != NULL;
    if (taken && !json_equal(object, wanted))
        fail_msg("read differently: %.*s", (int)size, line);
    json_decref(object);
    json_decref(wanted);
    return taken;
}

static const char *const taken[] = {
    "{}",
    "{\"text\": \"A sentence.\", \"year\": 2020, \"tier\": null, \"x\": true, \"y\": false}\r",
    "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20ac\\ud83d\\ude00\"}",
    "{\"a\":\"zero \\u0000 byte\",\"b\":\"C\xC3\xB4te \xF0\x9F\x98\x80 \x7F\"}",
    "{\"a\":1,\"b\":2,\"a\":\"the last one counts\"}",
    ("{\"\":-0,\"n\":-12,\"r\":1.5e3,\"s\":0.1,\"most\":9223372036854775807,"
     "\"least\":-9223372036854775808}"),
    "{\"\\u0061\":\"a key with an escape\"} ",
};

static const char *const left[] = {
    "",
    "[]",
    "\"text\"",
    " {}",
    "{",
    "{} {}",
    "{}x",
    "{\"a\":[1]}",
    "{\"a\":{\"b\":1}}",
    "{\"a\":\"open",
    "{\"a\":\"tab\there\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\ud800\\u0041\"}",
    "{\"a\":\"\\udc00\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\xFF\"}",
    "{\"a\":\"\xED\xA0\x80\"}",
    "{\"a\":\"\xC0\x80\"}",
    "{\"a\":9223372036854775808}",
    "{\"a\":18446744073709551616}",
    "{\"a\":1e999}",
    "{\"a\":01}",
    "{\"a\":+1}",
    "{\"a\":NaN}",
    "{\"a\":nul}",
    "{\"a\":1,}",
    "{a:1}",
    "{\"a\\u0000b\":1}",
    "\xEF\xBB\xBF{}",
};

static void test_lines(void **state)
{
    tip_json_line *parser = *state;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (!agrees(parser, taken[i], strlen(taken[i])))
            fail_msg("not taken: %s", taken[i]);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (agrees(parser, left[i], strlen(left[i])))
            fail_msg("taken: %s", left[i]);
}

/* Lines with some bytes changed, so that most are wrong somewhere; each in memory of its size. */
static void test_changed_lines(void **state)
{
    static const char bytes[] = "\"\\{}[]:,u0dD8 \t\x00\x80\xC3\xED\xFF"
                                "1-.eE+n";
    tip_json_line *parser = *state;
    uint32_t random = 1;
    size_t count = 0;
    for (size_t round = 0; round < 20000; round++) {
        const char *from = taken[round % (sizeof taken / sizeof *taken)];
        size_t size = strlen(from);
        char *line = malloc(size);
        assert_non_null(line);
        memcpy(line, from, size);
        for (size_t i = 0; i <= round % 3; i++) {
            random = random * 1664525u + 1013904223u;
            line[(random >> 8) % size] = bytes[(random >> 4) % (sizeof bytes - 1)];
        }
        count += agrees(parser, line, size);
        free(line);
    }
    assert_true(count > 1000);
    assert_true(count < 19000);
}

static int set_up(void **state)
{
    *state = tip_json_line_new();
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    tip_json_line_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_changed_lines),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
