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
#define ENTRY(name, documents)                                                                     \
    "{\"file\":\"" name "\",\"checksum\":" SUM ",\"documents\":" documents "}"
#define VERSIONED "\"schema\":3,\"analysis\":2,"
#define WITH(store, layers, gone, runs)                                                            \
    HEAD VERSIONED SOURCES "\"store\":" store ",\"layers\":[" layers "],\"gone\":" gone            \
                           ",\"runs\":[" runs "]}"
#define EMPTY HEAD VERSIONED SOURCES "\"layers\":[],\"runs\":[]}"
#define GOOD                                                                                       \
    WITH(ENTRY("a.store", "9"), ENTRY("b", "7") "," ENTRY("c", "4"), ENTRY("d", "2"),              \
         "[0,1,3],[1,1,4],[0,6,2]")
/* Of a layer and a store with one document each. */
#define SMALL(store, layer, runs)                                                                  \
    HEAD VERSIONED SOURCES "\"store\":" store ",\"layers\":[" layer "],\"runs\":[" runs "]}"

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
    assert_null(manifest.runs);
    assert_true(strncmp(err.message, "folder", 6) == 0);
    assert_non_null(strstr(err.message, "--rebuild"));
}

static void a_manifest_is_parsed(void **state)
{
    (void)state;
    tip_manifest m = {0};
    assert_int_equal(TIP_SCHEMA_VERSION, 3); /* else VERSIONED must follow */
    assert_int_equal(TIP_ANALYSIS_VERSION, 2);
    assert_int_equal(parse(GOOD, &m, NULL), TIP_OK);
    assert_int_equal(m.number, 3);
    assert_int_equal(m.sources, 5);
    assert_true(m.sources_checksum == 0x0123456789abcdefu);
    assert_string_equal(m.store.path, "folder/a.store");
    assert_true(m.store.checksum == 0x0123456789abcdefu);
    assert_int_equal(m.store.documents, 9);
    assert_int_equal(m.layer_count, 2);
    assert_string_equal(m.layers[TIP_BASE].path, "folder/b");
    assert_string_equal(m.layers[TIP_DELTA].path, "folder/c");
    assert_int_equal(m.layers[TIP_DELTA].documents, 4);
    assert_string_equal(m.gone.path, "folder/d");
    assert_int_equal(m.run_count, 3);
    assert_int_equal(m.runs[2].layer, 0);
    assert_int_equal(m.runs[2].first, 6);
    assert_int_equal(m.runs[2].count, 2);
    tip_manifest_free(&m);
    assert_null(m.runs);
    assert_int_equal(parse(EMPTY, &m, NULL), TIP_OK);
    assert_null(m.store.path);
    assert_null(m.gone.path);
    assert_int_equal(m.layer_count, 0);
    assert_int_equal(m.run_count, 0);
    tip_manifest_free(&m);
}

/* Nothing outside the folder of the generation may be opened. */
static void names_that_lead_elsewhere_are_refused(void **state)
{
    (void)state;
#define OF(name) SMALL(ENTRY(name, "1"), ENTRY("b", "1"), "[0,1,1]")
#define LAYER(name) SMALL(ENTRY("a", "1"), ENTRY(name, "1"), "[0,1,1]")
    static const char *const texts[] = {
        OF("../1.store"),
        OF("/etc/passwd"),
        OF("."),
        OF(""),
        OF("s\\u002f.."),
        OF("s\\u0000"),
        LAYER("a/b"),
        LAYER("/"),
        LAYER(".."),
        LAYER(""),
        WITH(ENTRY("a", "1"), ENTRY("b", "2"), ENTRY("../d", "1"), "[0,1,1]"),
    };
    tip_manifest m = {0};
    assert_int_equal(parse(OF("ok"), &m, NULL), TIP_OK);
    tip_manifest_free(&m);
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
        HEAD VERSIONED SOURCES "\"layers\":{},\"runs\":[]}",
        HEAD VERSIONED SOURCES "\"layers\":[]}",
        HEAD VERSIONED SOURCES "\"runs\":[]}",
        HEAD VERSIONED "\"layers\":[],\"runs\":[]}",
        HEAD VERSIONED "\"sources\":{\"checksum\":\"123\"},\"layers\":[],\"runs\":[]}",
        HEAD VERSIONED "\"sources\":{\"checksum\":\"0123456789abcdeg\"},\"layers\":[],\"runs\":[]}",
        HEAD VERSIONED "\"sources\":{\"checksum\":1},\"layers\":[],\"runs\":[]}",
        HEAD VERSIONED "\"schema\":3," SOURCES "\"layers\":[],\"runs\":[]}",
        SMALL("1", ENTRY("b", "1"), "[0,1,1]"),
        SMALL("{}", ENTRY("b", "1"), "[0,1,1]"),
        SMALL(ENTRY("a", "0"), ENTRY("b", "1"), "[0,1,1]"),
        SMALL(ENTRY("a", "-1"), ENTRY("b", "1"), "[0,1,1]"),
        SMALL(ENTRY("a", "\"1\""), ENTRY("b", "1"), "[0,1,1]"),
        SMALL(ENTRY("a", "1.5"), ENTRY("b", "1"), "[0,1,1]"),
        SMALL(ENTRY("a", "4294967297"), ENTRY("b", "1"), "[0,1,1]"),
        SMALL(ENTRY("a", "1"), ENTRY("b", "1") "," ENTRY("c", "1") "," ENTRY("d", "1"), "[0,1,1]"),
        EMPTY "x",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_not_parsed(texts[i], TIP_CORRUPT);
}

/* Each document of the store is in one layer, and what no run has is gone. */
static void runs_that_cannot_be_are_damaged(void **state)
{
    (void)state;
#define RUNS(runs) SMALL(ENTRY("a", "2"), ENTRY("b", "2"), runs)
    static const char *const texts[] = {
        RUNS(""),
        RUNS("1"),
        RUNS("[]"),
        RUNS("[0,1]"),
        RUNS("[0,1,2,3]"),
        RUNS("[1,1,2]"),
        RUNS("[0,0,2]"),
        RUNS("[0,1,0],[0,1,2]"),
        RUNS("[0,1,1]"),
        RUNS("[0,1,3]"),
        RUNS("[0,1,\"2\"]"),
        RUNS("[-1,1,2]"),
        RUNS("[0,1,-2]"),
        RUNS("[0,1,2.0]"),
        RUNS("[0,4294967297,2]"),
        RUNS("[0,1,2],[0,1,4294967294]"),
        WITH(ENTRY("a", "2"), ENTRY("b", "2"), ENTRY("d", "1"), "[0,1,2]"),
        WITH(ENTRY("a", "2"), ENTRY("b", "4"), ENTRY("d", "1"), "[0,1,2]"),
    };
    tip_manifest m = {0};
    assert_int_equal(parse(RUNS("[0,1,2]"), &m, NULL), TIP_OK);
    tip_manifest_free(&m);
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
                 HEAD VERSIONED
                 "\"sources\":{\"count\":1,\"checksum\":\"%s\"},\"layers\":[],\"runs\":[]}",
                 sums[i]);
        assert_not_parsed(text, TIP_CORRUPT);
    }
}

static void a_manifest_cut_anywhere_is_damaged(void **state)
{
    (void)state;
    static const char whole[] = GOOD;
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
                 {"2", "2", "format 2.2,"},
                 {"3", "1", "format 3.1,"},
                 {"0", "1", "format 0.1,"},
                 {"77", "88", "format 77.88,"}};
    char own[32];
    snprintf(own, sizeof own, "reads %d.%d;", TIP_SCHEMA_VERSION, TIP_ANALYSIS_VERSION);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        tip_manifest manifest;
        tip_error err;
        /* A later version may look different: only its number is looked at. */
        snprintf(text, sizeof text, HEAD "\"schema\":%s,\"analysis\":%s,\"runs\":7}",
                 cases[i].schema, cases[i].analysis);
        assert_not_parsed(text, TIP_BAD_VERSION);
        assert_int_equal(parse(text, &manifest, &err), TIP_BAD_VERSION);
        assert_non_null(strstr(err.message, cases[i].named));
        assert_non_null(strstr(err.message, own));
    }
}

/* 4294967299 is 3 to those who look at 32 bits only. */
static void large_versions_are_not_cut(void **state)
{
    (void)state;
    assert_not_parsed(HEAD "\"schema\":4294967299,\"analysis\":2," SOURCES
                           "\"layers\":[],\"runs\":[]}",
                      TIP_BAD_VERSION);
    assert_not_parsed(HEAD "\"schema\":3,\"analysis\":4294967298," SOURCES
                           "\"layers\":[],\"runs\":[]}",
                      TIP_BAD_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_is_parsed),
        cmocka_unit_test(names_that_lead_elsewhere_are_refused),
        cmocka_unit_test(what_is_no_manifest_is_damaged),
        cmocka_unit_test(runs_that_cannot_be_are_damaged),
        cmocka_unit_test(checksums_are_digits_only),
        cmocka_unit_test(a_manifest_cut_anywhere_is_damaged),
        cmocka_unit_test(other_versions_are_refused_by_name),
        cmocka_unit_test(large_versions_are_not_cut),
    };
    return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
