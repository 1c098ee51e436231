/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/load.h"
#include "corpus/narrative.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Files of every form, with the records that they hold ---- */

static void set_string(json_t *object, const char *key, tip_str text)
{
    json_t *value = text.size ? json_stringn(text.data, text.size) : json_null();
    assert_int_equal(json_object_set_new(object, key, value), 0);
}

static tip_status write_record(void *payload, const tip_record *record)
{
    tip_buf *out = payload;
    json_t *object = json_object();
    assert_int_equal(json_object_set_new(object, "year", json_integer(record->year)), 0);
    set_string(object, "country", record->country);
    set_string(object, "iso3", record->iso3);
    set_string(object, "region", record->region);
    set_string(object, "tier", record->tier);
    set_string(object, "section", record->section);
    assert_int_equal(json_object_set_new(object, "paragraph", json_integer(record->paragraph)), 0);
    set_string(object, "text", record->text);
    char *line = json_dumps(object, 0);
    assert_non_null(line);
    assert_int_equal(tip_buf_add_text(out, line), TIP_OK);
    assert_int_equal(tip_buf_add_byte(out, '\n'), TIP_OK);
    free(line);
    json_decref(object);
    return TIP_OK;
}

static void write_file(const char *path, const tip_buf *content)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content->data, 1, content->size, file), content->size);
    assert_int_equal(fclose(file), 0);
}

/* Reads a file as from its own folder, so that no other part of its path tells a year. */
static void read_file(const char *path, tip_buf *out)
{
    tip_buf bytes = {0};
    tip_error err = {0};
    tip_format format = TIP_FORMAT_AUTO;
    tip_str name = tip_str_of(strrchr(path, '/') + 1);
    assert_int_equal(tip_load(path, 1 << 20, &bytes, &err), TIP_OK);
    assert_true(tip_format_guess(name, tip_buf_str(&bytes), &format));
    tip_input input = {name, tip_buf_str(&bytes), 1};
    tip_sink sink = {write_record, NULL, out};
    assert_int_equal(tip_read(format, &input, &sink, &err), TIP_OK);
    assert_int_equal(tip_buf_add_byte(out, '\0'), TIP_OK);
    out->size--;
    tip_buf_free(&bytes);
}

/* With UPDATE set the expected records are written anew: then read them. */
static size_t check_file(const char *path)
{
    char expected_path[4096];
    tip_buf found = {0}, expected = {0};
    snprintf(expected_path, sizeof expected_path, "%s.jsonl", path);
    read_file(path, &found);
    if (getenv("UPDATE"))
        write_file(expected_path, &found);
    assert_int_equal(tip_load(expected_path, 1 << 20, &expected, NULL), TIP_OK);
    assert_int_equal(tip_buf_add_byte(&expected, '\0'), TIP_OK);
    bool same = strcmp(found.data, expected.data) == 0;
    if (!same)
        print_message("%s:\n%s", path, found.data);
    tip_buf_free(&found);
    tip_buf_free(&expected);
    return !same;
}

static void files_of_every_form(void **state)
{
    (void)state;
    glob_t files;
    size_t different = 0;
    assert_int_equal(glob(TIP_TEST_CORPUS "/*.html", 0, NULL, &files), 0);
    assert_int_equal(glob(TIP_TEST_CORPUS "/*.txt", GLOB_APPEND, NULL, &files), 0);
    assert_true(files.gl_pathc > 20);
    for (size_t i = 0; i < files.gl_pathc; i++)
        different += check_file(files.gl_pathv[i]);
    globfree(&files);
    assert_int_equal(different, 0);
}

/* ---- Narratives of single blocks ---- */

/* What was handed over: "iso3|tier|section|paragraph|page|text", and how many. */
struct heard {
    tip_buf lines;
    size_t count;
    size_t stop_after; /* 0: never */
};

static tip_status hear(void *payload, const tip_record *r)
{
    struct heard *heard = payload;
    char line[512];
    snprintf(line, sizeof line, "%.*s|%.*s|%.*s|%u|%u|%.*s\n", (int)r->iso3.size, r->iso3.data,
             (int)r->tier.size, r->tier.data, (int)r->section.size, r->section.data, r->paragraph,
             r->page, r->text.size > 200 ? 200 : (int)r->text.size, r->text.data);
    assert_int_equal(tip_buf_add_text(&heard->lines, line), TIP_OK);
    heard->count++;
    return heard->count == heard->stop_after ? TIP_STOPPED : TIP_OK;
}

static tip_narrative *begin(const tip_document *document, struct heard *heard)
{
    tip_narrative *narrative;
    tip_sink sink = {hear, NULL, heard};
    assert_int_equal(tip_narrative_new(document, &sink, &narrative), TIP_OK);
    return narrative;
}

static tip_status add(tip_narrative *narrative, tip_block_kind kind, const char *text)
{
    tip_block block = {kind, tip_str_of(text), 0};
    return tip_narrative_add(narrative, &block);
}

/* Ends the narrative and expects these lines in all. */
static void expect_end(tip_narrative *narrative, struct heard *heard, const char *lines)
{
    size_t records = 0;
    assert_int_equal(tip_narrative_end(narrative, &records), TIP_OK);
    assert_int_equal(records, heard->count);
    assert_int_equal(tip_buf_add_byte(&heard->lines, '\0'), TIP_OK);
    assert_string_equal(heard->lines.data, lines);
    tip_narrative_free(narrative);
    tip_buf_free(&heard->lines);
}

static tip_document report(const char *country)
{
    return (tip_document){.year = 2010,
                          .country = country ? tip_country_find(tip_str_of(country)) : NULL,
                          .trafficking = true};
}

static void headings_of_other_documents(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = {0};
    tip_narrative *narrative = begin(&document, &heard);
    add(narrative, TIP_BLOCK_TEXT, "Prosecution");
    add(narrative, TIP_BLOCK_LINE, "Protection");
    add(narrative, TIP_BLOCK_HEADING, "Alpha");
    add(narrative, TIP_BLOCK_SUBHEADING, "Beta");
    add(narrative, TIP_BLOCK_TEXT, "Prevention: a word.");
    add(narrative, TIP_BLOCK_HEADING, "PREVENTION:");
    add(narrative, TIP_BLOCK_ITEM, "An item.");
    add(narrative, TIP_BLOCK_TEXT, "");
    assert_int_equal(tip_narrative_heading_size(narrative, tip_str_of("Prosecution")), 0);
    assert_int_equal(tip_narrative_heading_size(narrative, tip_str_of("KENYA (Tier 2)")), 14);
    assert_int_equal(tip_narrative_heading_size(narrative, tip_str_of("")), 0);
    expect_end(narrative, &heard,
               "|||1|0|Prosecution\n|||2|0|Protection\n||Alpha > Beta|1|0|Prevention: a word.\n"
               "||prevention|1|0|An item.\n");
}

static void headings_of_reports(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report("Kenya");
    tip_narrative *narrative = begin(&document, &heard);
    assert_int_equal(tip_narrative_heading_size(narrative, tip_str_of("Prosecution")), 11);
    assert_int_equal(tip_narrative_heading_size(narrative, tip_str_of("Prosecution: A word.")), 12);
    add(narrative, TIP_BLOCK_HEADING, "A site's name");
    add(narrative, TIP_BLOCK_TEXT, "A sentence of at least six words.");
    add(narrative, TIP_BLOCK_TEXT, "PROSECUTION: One.");
    add(narrative, TIP_BLOCK_LINE, "Protection: Two.");
    add(narrative, TIP_BLOCK_ITEM, "Prevention: an item.");
    add(narrative, TIP_BLOCK_LINE, "Kenya");
    add(narrative, TIP_BLOCK_TEXT, "12");
    add(narrative, TIP_BLOCK_SUBHEADING, "Text here.");
    add(narrative, TIP_BLOCK_HEADING, "Other matters");
    add(narrative, TIP_BLOCK_TEXT, "Three.");
    expect_end(narrative, &heard,
               "KEN||overview|1|0|A sentence of at least six words.\n"
               "KEN||prosecution|1|0|One.\nKEN||protection|1|0|Two.\n"
               "KEN||protection|2|0|Prevention: an item.\nKEN||protection|3|0|Text here.\n"
               "KEN||Other matters|1|0|Three.\n");
}

static void names_without_tiers(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report(NULL);
    tip_narrative *narrative = begin(&document, &heard);
    add(narrative, TIP_BLOCK_LINE, "KENYA");
    add(narrative, TIP_BLOCK_TEXT, "Kenya is a made-up word here.");
    add(narrative, TIP_BLOCK_TEXT, "Kenya is placed on Tier 2 Watch List.");
    add(narrative, TIP_BLOCK_LINE, "Nepal");
    add(narrative, TIP_BLOCK_HEADING, "NEPAL");
    add(narrative, TIP_BLOCK_TEXT, "Nepal has no tier.");
    add(narrative, TIP_BLOCK_LINE, "RURITANIA (Tier 3)");
    add(narrative, TIP_BLOCK_LINE, "NEPAL");
    add(narrative, TIP_BLOCK_TEXT, "Ruritania is in no table.");
    expect_end(narrative, &heard,
               "KEN|2WL|overview|1|0|Kenya is a made-up word here.\n"
               "KEN|2WL|overview|2|0|Kenya is placed on Tier 2 Watch List.\n"
               "KEN|2WL|overview|3|0|Nepal\n"
               "NPL||overview|1|0|Nepal has no tier.\n"
               "|3|overview|1|0|NEPAL\n|3|overview|2|0|Ruritania is in no table.\n");
}

static void pages_are_kept(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report("Kenya");
    tip_narrative *narrative = begin(&document, &heard);
    static const tip_block blocks[] = {{TIP_BLOCK_LINE, {"KENYA (Tier 2)", 14}, 7},
                                       {TIP_BLOCK_TEXT, {"One.", 4}, 7},
                                       {TIP_BLOCK_LINE, {"KENYA (Tier 2)", 14}, 8},
                                       {TIP_BLOCK_TEXT, {"Two.", 4}, 8}};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        assert_int_equal(tip_narrative_add(narrative, &blocks[i]), TIP_OK);
    expect_end(narrative, &heard, "KEN|2|overview|1|7|One.\nKEN|2|overview|2|8|Two.\n");
}

/* What front matter gives no line overrules, and there is no head to be left out. */
static void given_facts(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report("Kenya");
    document.tier = "3";
    document.country_given = document.tier_given = true;
    tip_narrative *narrative = begin(&document, &heard);
    add(narrative, TIP_BLOCK_TEXT, "A note");
    add(narrative, TIP_BLOCK_LINE, "NEPAL (Tier 1)");
    add(narrative, TIP_BLOCK_TEXT, "A text.");
    expect_end(narrative, &heard, "KEN|3|overview|1|0|A note\nKEN|3|overview|2|0|A text.\n");
}

/* What may be another report keeps its title and its headings. */
static void assumed_report(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report("Kenya");
    document.assumed = true;
    tip_narrative *narrative = begin(&document, &heard);
    add(narrative, TIP_BLOCK_TEXT, "A title");
    add(narrative, TIP_BLOCK_HEADING, "Summary");
    add(narrative, TIP_BLOCK_TEXT, "A sentence of at least six words.");
    expect_end(narrative, &heard,
               "KEN||overview|1|0|A title\nKEN||Summary|1|0|A sentence of at least six words.\n");
}

/* A long head is text: it is handed over, and so is all of a document that has no sentence. */
static void heads(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report(NULL);
    tip_narrative *narrative = begin(&document, &heard);
    for (size_t i = 0; i < 1000 && heard.count == 0; i++)
        add(narrative, TIP_BLOCK_TEXT, "A made-up sentence of some words.");
    assert_in_range(heard.count, 100, 400);
    size_t before = heard.count;
    add(narrative, TIP_BLOCK_LINE, "KENYA (Tier 2)");
    size_t records = 0;
    assert_int_equal(tip_narrative_end(narrative, &records), TIP_OK);
    assert_int_equal(records, before);
    tip_narrative_free(narrative);
    tip_buf_free(&heard.lines);
    heard = (struct heard){0};
    narrative = begin(&document, &heard);
    add(narrative, TIP_BLOCK_TEXT, "Words");
    expect_end(narrative, &heard, "||overview|1|0|Words\n");
}

/* The tier is waited for as long as memory allows, then no more. */
static void held_back_at_most(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_document document = report("Kenya");
    tip_narrative *narrative = begin(&document, &heard);
    size_t size = 1 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    tip_block block = {TIP_BLOCK_TEXT, {text, size}, 0};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(tip_narrative_add(narrative, &block), TIP_OK);
    assert_int_equal(heard.count, 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(tip_narrative_add(narrative, &block), TIP_OK);
    assert_int_equal(heard.count, 5);
    add(narrative, TIP_BLOCK_TEXT, "Kenya remained on Tier 2.");
    assert_int_equal(heard.count, 6);
    assert_null(memmem(heard.lines.data, heard.lines.size, "|2|overview", 11));
    free(text);
    tip_narrative_free(narrative);
    tip_buf_free(&heard.lines);
}

static void sink_stops(void **state)
{
    (void)state;
    struct heard heard = {.stop_after = 2};
    tip_document document = report("Kenya");
    tip_narrative *narrative = begin(&document, &heard);
    size_t records = 99;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(add(narrative, TIP_BLOCK_TEXT, "Words of a sentence, six of them."),
                         TIP_OK);
    assert_int_equal(tip_narrative_end(narrative, &records), TIP_STOPPED);
    assert_int_equal(records, 99);
    assert_int_equal(heard.count, 2);
    tip_narrative_free(narrative);
    tip_narrative_free(NULL);
    tip_buf_free(&heard.lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_every_form),
        cmocka_unit_test(headings_of_other_documents),
        cmocka_unit_test(headings_of_reports),
        cmocka_unit_test(names_without_tiers),
        cmocka_unit_test(pages_are_kept),
        cmocka_unit_test(given_facts),
        cmocka_unit_test(heads),
        cmocka_unit_test(held_back_at_most),
        cmocka_unit_test(sink_stops),
        cmocka_unit_test(assumed_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
