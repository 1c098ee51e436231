/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole reports set in columns come out as the paragraphs that were set. */
#include "base/buf.h"
#include "corpus/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fontconfig/fontconfig.h>

#include "typeset.h"

enum { TEXT_ROOM = 4096, EXPECTED_MAX = 1024, REPORTS = 3 };

/* What was set, in order. */
struct expected {
    struct {
        const char *iso3, *tier, *section;
        char *text;
    } items[EXPECTED_MAX];
    size_t count;
    size_t next;       /* that the reader has to hand over */
    const char *title; /* of all; NULL: any */
    unsigned page;     /* of the last record */
};

static void expected_free(struct expected *expected)
{
    for (size_t i = 0; i < expected->count; i++)
        free(expected->items[i].text);
    free(expected);
}

static void equal(tip_str found, const char *text)
{
    size_t size = strlen(text), same = 0;
    while (same < size && same < found.size && found.data[same] == text[same])
        same++;
    if (same < size || same < found.size)
        print_message("after \"%.*s\"\nexpected: %.60s\nfound:    %.*s\n", (int)same, text,
                      text + same, found.size - same < 60 ? (int)(found.size - same) : 60,
                      found.data + same);
    assert_int_equal(found.size, size);
    assert_int_equal(same, size);
}

static tip_status check_record(void *payload, const tip_record *record)
{
    struct expected *expected = payload;
    if (expected->next == expected->count)
        print_message("too many: %.*s\n", (int)record->text.size, record->text.data);
    assert_true(expected->next < expected->count);
    size_t i = expected->next++;
    equal(record->text, expected->items[i].text);
    equal(record->iso3, expected->items[i].iso3);
    equal(record->tier, expected->items[i].tier);
    equal(record->section, expected->items[i].section);
    if (expected->title)
        equal(record->title, expected->title);
    assert_int_equal(record->year, 2014);
    assert_true(record->page > 0 && record->page >= expected->page);
    expected->page = record->page;
    return TIP_OK;
}

/* --- made-up text --- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* Nothing in these says anything about any country. */
static const char *const sentences[] = {
    "This made-up sen~tence stands here so that a line of the col~umn has some~thing to hold.",
    "The ex~am~ple con~tin~ues with iden~ti~fi~ca~tion, pros~e~cu~tion, and pro~tec~tion in "
    "gen~er~al.",
    "No real gov~ern~ment is meant by the word gov~ern~ment in this ex~am~ple (not even once).",
    "An anti-~traf~fick~ing com~mit~tee of no coun~try met 12 times in a year that is not "
    "giv~en.",
    "Short sen~tences help.",
    "Num~bers such as $1,234,567 and 45 per~cent, and words such as long-~term, must be kept "
    "whole by the col~umn.",
    "It is said\xE2\x80\x94here and there\xE2\x80\x94that such text is te~dious; it is, how~ever, "
    "suf~fi~cient for the ex~am~ple.",
    "Traf~fick~ing is the word that was part~ed most of~ten at the ends of lines in a col~umn "
    "of text.",
};

static char *make_text(uint32_t *state)
{
    char *text = calloc(1, TEXT_ROOM);
    assert_non_null(text);
    uint32_t count = 1 + next_random(state) % 6;
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            strcat(text, " ");
        strcat(text, sentences[next_random(state) % (sizeof sentences / sizeof *sentences)]);
    }
    return text;
}

static void set_paragraph(struct typeset *set, struct expected *expected, const char *iso3,
                          const char *tier, const char *section, const char *mark, uint32_t *state)
{
    char *text = make_text(state);
    assert_true(expected->count < EXPECTED_MAX);
    typeset_paragraph(set, text, mark);
    char *out = text;
    for (const char *at = text; *at; at++)
        if (*at != '~')
            *out++ = *at;
    *out = '\0';
    expected->items[expected->count].iso3 = iso3;
    expected->items[expected->count].tier = tier;
    expected->items[expected->count].section = section;
    expected->items[expected->count++].text = text;
}

static const struct {
    const char *line, *running, *iso3, *tier;
} countries[] = {
    {"ALBANIA: Tier 1", "ALBANIA", "ALB", "1"},
    {"BELGIUM: Tier 2", "BELGIUM", "BEL", "2"},
    {"BOSNIA AND HERZEGOVINA: Tier 2 Watch List", "BOSNIA AND HERZEGOVINA", "BIH", "2WL"},
    {"C\xC3\x94TE D\xE2\x80\x99IVOIRE: Tier 2", "C\xC3\x94TE D\xE2\x80\x99IVOIRE", "CIV", "2"},
    {"GHANA: Tier 3", "GHANA", "GHA", "3"},
    {"NEPAL: Tier 2", "NEPAL", "NPL", "2"},
};

static const struct {
    const char *heading, *section;
} sections[] = {
    {"PROSECUTION", "prosecution"},
    {"PROTECTION", "protection"},
    {"PREVENTION", "prevention"},
    {"TRAFFICKING PROFILE", "profile"},
};

static void set_country(struct typeset *set, struct expected *expected, size_t i, uint32_t *state)
{
    const char *iso3 = countries[i].iso3, *tier = countries[i].tier;
    double size = set->style.size;
    typeset_heading(set, countries[i].line, 1.5 * size, true);
    set->running = countries[i].running;
    for (uint32_t n = 1 + next_random(state) % 3; n > 0; n--)
        set_paragraph(set, expected, iso3, tier, "overview", NULL, state);
    typeset_heading(set, "RECOMMENDATIONS", size, true);
    for (uint32_t n = 2 + next_random(state) % 4; n > 0; n--)
        set_paragraph(set, expected, iso3, tier, "recommendations", "\xE2\x80\xA2", state);
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        typeset_heading(set, sections[s].heading, size, true);
        for (uint32_t n = 1 + next_random(state) % 4; n > 0; n--)
            set_paragraph(set, expected, iso3, tier, sections[s].section, NULL, state);
    }
}

static void read_report(const struct typeset *set, struct expected *expected)
{
    tip_sink sink = {.record = check_record, .payload = expected};
    tip_input input = {.path = tip_str_of("made-up.pdf"),
                       .bytes = {(const char *)set->bytes, set->size},
                       .first_line = 1};
    tip_error err = {.message = ""};
    tip_status status = tip_read(TIP_FORMAT_PDF, &input, &sink, &err);
    if (status != TIP_OK)
        print_message("%s\n", err.message);
    assert_int_equal(status, TIP_OK);
    assert_int_equal(expected->next, expected->count);
    assert_int_equal(expected->page, set->page);
}

/* False when what was set is ambiguous. */
static bool check_report(struct typeset_style style, uint32_t seed)
{
    struct expected *expected = calloc(1, sizeof *expected);
    assert_non_null(expected);
    struct typeset set;
    uint32_t state = seed;
    expected->title = style.furniture ? "TRAFFICKING IN PERSONS REPORT 2014" : NULL;
    typeset_begin(&set, style, "INTRODUCTION");
    typeset_font(&set, 24, true);
    typeset_show(&set, 54, 120, "TRAFFICKING IN PERSONS REPORT");
    typeset_show(&set, 54, 160, "JUNE 2014");
    typeset_banner(&set, "COUNTRY NARRATIVES", 20);
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        set_country(&set, expected, i, &state);
    typeset_end(&set);
    if (!set.ambiguous)
        read_report(&set, expected);
    free(set.bytes);
    expected_free(expected);
    return !set.ambiguous;
}

static void check_reports(struct typeset_style style)
{
    int checked = 0;
    for (uint32_t seed = 1; checked < REPORTS; seed++)
        checked += check_report(style, seed);
}

static void test_two_columns(void **state)
{
    (void)state;
    struct typeset_style style = {.columns = 2,
                                  .gutter = 18,
                                  .size = 9,
                                  .pitch = 11,
                                  .paragraph_gap = 5,
                                  .justified = true,
                                  .furniture = true};
    check_reports(style);
}

static void test_indented(void **state)
{
    (void)state;
    struct typeset_style style = {.columns = 2,
                                  .gutter = 16,
                                  .size = 9,
                                  .pitch = 11,
                                  .indent = 10,
                                  .justified = true,
                                  .furniture = true};
    check_reports(style);
}

static void test_three_ragged_columns(void **state)
{
    (void)state;
    struct typeset_style style = {
        .columns = 3, .gutter = 15, .size = 8, .pitch = 9.5, .paragraph_gap = 5, .furniture = true};
    check_reports(style);
}

static void test_one_column(void **state)
{
    (void)state;
    struct typeset_style style = {.columns = 1, .size = 10, .pitch = 12.5, .paragraph_gap = 7};
    check_reports(style);
}

static void expect(struct expected *expected, const char *section, const char *text)
{
    size_t i = expected->count++;
    expected->items[i].iso3 = "GHA";
    expected->items[i].tier = "";
    expected->items[i].section = section;
    expected->items[i].text = strdup(text);
    assert_non_null(expected->items[i].text);
}

/* Cells of one to three lines, a caption above and text below; the heading is of no known section.
 */
static void test_table(void **state)
{
    (void)state;
    static const struct {
        double x, y;
        const char *text;
    } cells[] = {
        {58, 140, "Area"},
        {150, 140, "Suggested Action"},
        {480, 140, "Year"},
        {58, 153, "Law"},
        {150, 153, "Say in one line what is made up."},
        {480, 153, "2012"},
        {58, 166, "Practice"},
        {150, 166, "Say in two lines, of which this one is the first,"},
        {150, 176, "that nothing of this is so."},
        {480, 166, "2013"},
        {150, 189, "Say more of the same, so that the table has a row without"},
        {150, 199, "an area."},
        {480, 189, "2014"},
        {58, 212, "Made-up"},
        {58, 222, "Program"},
        {150, 212, "Stop."},
        {480, 212, "2014"},
    };
    struct expected *expected = calloc(1, sizeof *expected);
    assert_non_null(expected);
    struct typeset set;
    struct typeset_style style = {.columns = 1, .size = 11, .pitch = 13, .paragraph_gap = 8};
    typeset_begin(&set, style, "");
    typeset_font(&set, 20, true);
    typeset_show(&set, 54, 60, "2014 FINDINGS: GHANA");
    typeset_font(&set, 12, true);
    typeset_show(&set, 54, 90, "VII. SUGGESTED ACTIONS");
    typeset_font(&set, 11, true);
    typeset_show(&set, 54, 115, "Table 1. Made-up Actions");
    typeset_font(&set, 9, false);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        typeset_show(&set, cells[i].x, cells[i].y, cells[i].text);
    set.y = 250;
    typeset_paragraph(&set,
                      "Below the table a paragraph follows that is set over the whole of the "
                      "page, in two lines at least, as the text of reports is.",
                      NULL);
    typeset_end(&set);
    static const char section[] = "VII. SUGGESTED ACTIONS";
    expect(expected, section, "Table 1. Made-up Actions");
    expect(expected, section, "Area | Suggested Action | Year");
    expect(expected, section, "Law | Say in one line what is made up. | 2012");
    expect(expected, section,
           "Practice | Say in two lines, of which this one is the first, that "
           "nothing of this is so. | 2013");
    expect(expected, section,
           "Say more of the same, so that the table has a row without an area. "
           "| 2014");
    expect(expected, section, "Made-up Program | Stop. | 2014");
    expect(expected, section,
           "Below the table a paragraph follows that is set over the whole of "
           "the page, in two lines at least, as the text of reports is.");
    read_report(&set, expected);
    free(set.bytes);
    expected_free(expected);
}

/* The fonts that cairo keeps for the next document are no leak. */
static int forget_fonts(void **state)
{
    (void)state;
    cairo_debug_reset_static_data();
    FcFini();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_columns),
        cmocka_unit_test(test_indented),
        cmocka_unit_test(test_three_ragged_columns),
        cmocka_unit_test(test_one_column),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, forget_fonts);
}
