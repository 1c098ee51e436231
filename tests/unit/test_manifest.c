/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading manifest.json: what it must say, and what it must not lead to. */
#include "base/buf.h"
#include "store/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SUM "\"0123456789abcdef\""
#define HEAD "{\"format\":\"tipsearch index\",\"generation\":3,\"created\":\"now\","
#define SOURCES "\"sources\":{\"file\":\"sources.json\",\"count\":5,\"checksum\":" SUM "},"
#define SEGMENT(store, postings, documents)                                                        \
    "{\"store\":\"" store "\",\"postings\":\"" postings "\",\"postings_checksum\":" SUM            \
    ",\"documents\":" documents "}"
#define VERSIONED "\"schema\":2,\"analysis\":2,"
#define WITH(segments) HEAD VERSIONED SOURCES "\"segments\":[" segments "]}"

static tip_status parse(const char *text, tip_manifest *manifest, tip_error *err)
{
    return manifest_parse(tip_str_of(text), "folder", manifest, err);
}

static void assert_not_parsed(const char *text, tip_status wanted)
{
    tip_manifest manifest = {.number = 99};
    tip_error err = {.message = ""};
    tip_status status = parse(text, &manifest, &err);
    if (status != wanted)
        fail_msg("%s for %s", tip_status_text(status), text);
    assert_int_equal(manifest.number, 99);
    assert_null(manifest.segments);
    assert_true(strncmp(err.message, "folder", 6) == 0);
    assert_non_null(strstr(err.message, "--rebuild"));
}

static void a_manifest_is_parsed(void **state)
{
    (void)state;
    tip_manifest m = {0};
    assert_int_equal(TIP_SCHEMA_VERSION, 2); /* else VERSIONED must follow */
    assert_int_equal(TIP_ANALYSIS_VERSION, 2);
    static const char text[] =
        WITH(SEGMENT("1.store", "1.postings", "4") "," SEGMENT("b", "c", "5"));
    assert_int_equal(parse(text, &m, NULL), TIP_OK);
    assert_int_equal(m.number, 3);
    assert_int_equal(m.sources, 5);
    assert_true(m.sources_checksum == 0x0123456789abcdefu);
    assert_int_equal(m.segment_count, 2);
    assert_string_equal(m.segments[0].store_path, "folder/1.store");
    assert_string_equal(m.segments[1].postings_path, "folder/c");
    assert_int_equal(m.segments[1].documents, 5);
    tip_manifest_free(&m);
    assert_null(m.segments);
    assert_int_equal(parse(WITH(""), &m, NULL), TIP_OK);
    assert_int_equal(m.segment_count, 0);
    tip_manifest_free(&m);
}

/* Nothing outside the folder of the generation may be opened. */
static void names_that_lead_elsewhere_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        WITH(SEGMENT("../1.store", "p", "1")),
        WITH(SEGMENT("/etc/passwd", "p", "1")),
        WITH(SEGMENT("s", "a/b", "1")),
        WITH(SEGMENT("s", "/", "1")),
        WITH(SEGMENT("s", "..", "1")),
        WITH(SEGMENT(".", "p", "1")),
        WITH(SEGMENT("", "p", "1")),
        WITH(SEGMENT("s", "", "1")),
        WITH(SEGMENT("s\\u002f..", "p", "1")),
        WITH(SEGMENT("s\\u0000", "p", "1")),
        WITH(SEGMENT("ok", "ok", "1") "," SEGMENT("no/", "ok", "1")),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_not_parsed(texts[i], TIP_CORRUPT);
}

static void what_is_no_manifest_is_damaged(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "null",
        "[]",
        "{}",
        "\"text\"",
        "{\"format\":1}",
        "{\"format\":\"another\",\"schema\":1,\"analysis\":1}",
        HEAD VERSIONED SOURCES "\"segments\":{}}",
        HEAD VERSIONED SOURCES "\"segment\":[]}",
        HEAD VERSIONED "\"segments\":[]}",
        HEAD VERSIONED "\"sources\":{\"checksum\":\"123\"},\"segments\":[]}",
        HEAD VERSIONED "\"sources\":{\"checksum\":\"0123456789abcdeg\"},\"segments\":[]}",
        HEAD VERSIONED "\"sources\":{\"checksum\":1},\"segments\":[]}",
        HEAD VERSIONED "\"schema\":2," SOURCES "\"segments\":[]}",
        WITH("1"),
        WITH("{}"),
        WITH(SEGMENT("s", "p", "0")),
        WITH(SEGMENT("s", "p", "-1")),
        WITH(SEGMENT("s", "p", "\"1\"")),
        WITH(SEGMENT("s", "p", "1.5")),
        WITH("") "x",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_not_parsed(texts[i], TIP_CORRUPT);
}

/* Checksums are sixteen digits and nothing that strtoull also takes. */
static void checksums_are_digits_only(void **state)
{
    (void)state;
    static const char *const sums[] = {"-123456789abcdef", "+123456789abcdef", " 123456789abcdef",
                                       "0x23456789abcdef"};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 HEAD VERSIONED "\"sources\":{\"count\":1,\"checksum\":\"%s\"},\"segments\":[]}",
                 sums[i]);
        assert_not_parsed(text, TIP_CORRUPT);
    }
}

static void a_manifest_cut_anywhere_is_damaged(void **state)
{
    (void)state;
    static const char whole[] = WITH(SEGMENT("1.store", "1.postings", "4"));
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        char *text = tip_str_dup((tip_str){whole, size});
        assert_not_parsed(text, TIP_CORRUPT);
        free(text);
    }
}

static void other_versions_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *analysis, *named;
    } cases[] = {{"1", "1", "format 1.1,"},
                 {"2", "1", "format 2.1,"},
                 {"0", "1", "format 0.1,"},
                 {"77", "88", "format 77.88,"}};
    char own[32];
    snprintf(own, sizeof own, "reads %d.%d;", TIP_SCHEMA_VERSION, TIP_ANALYSIS_VERSION);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        tip_manifest manifest;
        tip_error err;
        /* A later version may look different: only its number is looked at. */
        snprintf(text, sizeof text, HEAD "\"schema\":%s,\"analysis\":%s,\"segments\":7}",
                 cases[i].schema, cases[i].analysis);
        assert_not_parsed(text, TIP_BAD_VERSION);
        assert_int_equal(parse(text, &manifest, &err), TIP_BAD_VERSION);
        assert_non_null(strstr(err.message, cases[i].named));
        assert_non_null(strstr(err.message, own));
    }
}

/* 4294967298 is 2 to those who look at 32 bits only. */
static void large_versions_are_not_cut(void **state)
{
    (void)state;
    assert_not_parsed(HEAD "\"schema\":4294967298,\"analysis\":2," SOURCES "\"segments\":[]}",
                      TIP_BAD_VERSION);
    assert_not_parsed(HEAD "\"schema\":2,\"analysis\":4294967298," SOURCES "\"segments\":[]}",
                      TIP_BAD_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_is_parsed),
        cmocka_unit_test(names_that_lead_elsewhere_are_refused),
        cmocka_unit_test(what_is_no_manifest_is_damaged),
        cmocka_unit_test(checksums_are_digits_only),
        cmocka_unit_test(a_manifest_cut_anywhere_is_damaged),
        cmocka_unit_test(other_versions_are_refused_by_name),
        cmocka_unit_test(large_versions_are_not_cut),
    };
    return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
