/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of records: how they are read, and how large ones are cut. */
#include "base/buf.h"
#include "corpus/parts.h"
#include "corpus/table.h"
#include "tests/unit/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a reader handed out: one line per record, and one per warning. */
struct heard {
    char records[4096];
    char warnings[2048];
    size_t count;
};

static void put(char *out, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put(char *out, size_t room, const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, room - used, format, args);
    va_end(args);
}

static tip_status hear_record(void *payload, const tip_record *r)
{
    struct heard *heard = payload;
    put(heard->records, sizeof heard->records, "%.*s|%d|%.*s|%.*s|%.*s|%u|%u|%.*s\n",
        (int)r->id.size, r->id.data, r->year, (int)r->iso3.size, r->iso3.data, (int)r->tier.size,
        r->tier.data, (int)r->section.size, r->section.data, r->paragraph, r->page,
        (int)r->text.size, r->text.data);
    heard->count++;
    return TIP_OK;
}

static void hear_warning(void *payload, const char *message)
{
    struct heard *heard = payload;
    put(heard->warnings, sizeof heard->warnings, "%s\n", message);
}

static tip_status read_bytes(const char *bytes, size_t size, struct heard *heard, tip_error *err)
{
    tip_input input = {{"t.csv", 5}, {bytes, size}, 1};
    tip_sink sink = {hear_record, hear_warning, heard};
    *heard = (struct heard){.count = 0};
    return tip_read(TIP_FORMAT_CSV, &input, &sink, err);
}

static void expect(const char *table, const char *records, const char *warnings)
{
    struct heard heard;
    tip_error err = {.message = ""};
    assert_int_equal(read_bytes(table, strlen(table), &heard, &err), TIP_OK);
    assert_string_equal(heard.records, records);
    assert_string_equal(heard.warnings, warnings);
}

static void expect_failure(const char *bytes, size_t size, tip_status status, const char *part)
{
    struct heard heard;
    tip_error err = {.message = ""};
    assert_int_equal(read_bytes(bytes, size, &heard, &err), status);
    assert_non_null(strstr(err.message, part));
    assert_int_equal(heard.count, 0);
}

static void test_every_column(void **state)
{
    (void)state;
    expect("id,year,country,iso3,region,tier,section,paragraph,page,title,source,text,other\r\n"
           "x/1,2020,Burma,,,Tier 2 Watch List,PROSECUTION:,3,17,T,s,\"A \"\"b\"\", c\nd\",9\r\n",
           "x/1|2020|MMR|2WL|prosecution|3|17|A \"b\", c\nd\n", "");
    expect("text,n,file,iso2,subsection\nA,7,f,KE,Sub\n", "|0|KEN||Sub|7|0|A\n", "");
}

static void test_header_spelling(void **state)
{
    (void)state;
    expect("\xEF\xBB\xBF YEAR , Te xt \n2020,A\n", "|2020||||0|0|A\n", "");
    expect("\n\n\"Text\",\"Year\"\nA,2020\n", "|2020||||0|0|A\n", "");
}

static void test_delimiters(void **state)
{
    (void)state;
    expect("year;text\n2020;\"A; b, c\"\n2021;D, e\n", "|2020||||0|0|A; b, c\n|2021||||0|0|D, e\n",
           "");
    expect("year\ttext\n2020\tA, b; c\n", "|2020||||0|0|A, b; c\n", "");
    expect("text\nA\n", "|0||||0|0|A\n", "");
}

/* Of a line with tabs the marks count only where the whole line is right with them. */
static void test_tabs_and_quotes(void **state)
{
    (void)state;
    expect("year\ttext\n"
           "2020\t\"Bonded\" labor\n"
           "2021\t\"A \"\"b\"\" c\"\n"
           "2022\tthe \"d\"\n"
           "2023\t\"e\n",
           "|2020||||0|0|\"Bonded\" labor\n|2021||||0|0|A \"b\" c\n|2022||||0|0|the \"d\"\n"
           "|2023||||0|0|\"e\n",
           "");
}

static void test_line_ends(void **state)
{
    (void)state;
    expect("text,year\rA,1\rB,2", "|1||||0|0|A\n|2||||0|0|B\n", "");
    expect("text,year\r\n\r\n  \r\nA,1\r\n,\r\nB,x\r\n", "|1||||0|0|A\n|0||||0|0|B\n",
           "t.csv:6: \"year\" is not a number of 1 to 9999 and was left out\n");
}

/* The number of the line that a row begins on, behind quoted line feeds. */
static void test_short_and_long_rows(void **state)
{
    (void)state;
    expect("text,year,tier\n\"A\n\n\",1,1\nB\nC,2,3,4\nD,2,3,,\n",
           "|1||1||0|0|A\n\n\n|0||||0|0|B\n|2||3||0|0|C\n|2||3||0|0|D\n",
           "t.csv:5: the row has only 1 of the header's 3 cells; the others are taken for empty\n"
           "t.csv:6: the row has 4 cells, the header 3; the rest was left out\n");
}

static void test_windows_1252(void **state)
{
    (void)state;
    expect("text,country\nA \x93quoted\x94 word,C\xF4te d'Ivoire\nd\xC3\xA9j\xC3\xA0,Kenya\n",
           "|0|CIV|||0|0|A \xE2\x80\x9Cquoted\xE2\x80\x9D word\n|0|KEN|||0|0|d\xC3\xA9j\xC3\xA0\n",
           "");
}

static void test_open_quotation_mark(void **state)
{
    (void)state;
    expect("text,year\nA,1\n\"B,2\nC,3\n", "|1||||0|0|A\n",
           "t.csv:3: a quotation mark of this row is not closed; the row and all behind it were "
           "skipped\n");
}

static void test_no_table(void **state)
{
    (void)state;
    expect_failure("", 0, TIP_BAD_INPUT, "no header row");
    expect_failure("\n \n", 3, TIP_BAD_INPUT, "no header row");
    expect_failure("year,words\n1,A\n", 15, TIP_BAD_INPUT,
                   "\"text\" in the header row, which has: "
                   "year, words");
    expect_failure("\xFF\xFEt\0e\0x\0t\0", 10, TIP_BAD_INPUT, "UTF-16");
    expect_failure("\x7F"
                   "ELF\1\1\1\0\0\0\0\0\0\0\0\0",
                   16, TIP_BAD_INPUT, "binary");
}

static void test_too_many_columns(void **state)
{
    (void)state;
    enum { COLUMNS = 1000 * 1000 };
    char *table = malloc(COLUMNS + 8);
    assert_non_null(table);
    memset(table, ',', COLUMNS);
    memcpy(table + COLUMNS, "text\nA\n", 7);
    expect_failure(table, COLUMNS + 7, TIP_TOO_LARGE, "header row");
    expect_failure(table + COLUMNS - 1000, 1000 + 7, TIP_TOO_LARGE, "1001 columns");
    struct heard heard;
    tip_error err = {.message = ""};
    assert_int_equal(read_bytes(table + COLUMNS - 999, 999 + 7, &heard, &err), TIP_OK);
    /* A row of a million cells is cut. */
    memcpy(table, "text\nAAA", 8);
    assert_int_equal(read_bytes(table, COLUMNS, &heard, &err), TIP_OK);
    assert_int_equal(heard.count, 1);
    free(table);
}

static void test_nul_bytes(void **state)
{
    (void)state;
    struct heard heard;
    tip_error err = {.message = ""};
    static const char table[] = "text,year\nA long enough text with a \0 byte in it,2020\n";
    assert_int_equal(read_bytes(table, sizeof table - 1, &heard, &err), TIP_OK);
    assert_string_equal(heard.records, "|2020||||0|0|A long enough text with a   byte in it\n");
}

/* ---- Large files ---- */

static void check_whole(char delimiter, const char *rows, size_t expected)
{
    size_t size = 77;
    assert_int_equal(tip_table_whole_rows(delimiter, tip_str_of(rows), &size), TIP_OK);
    assert_int_equal(size, expected);
}

static void test_whole_rows(void **state)
{
    (void)state;
    check_whole(',', "", 0);
    check_whole(',', "a,b", 0);
    check_whole(',', "a,b\nc", 4);
    check_whole(',', "a,\"b\nc\nd", 0);
    check_whole(',', "a\r\nb,\"x\n\"\n\"y\n", 10);
    check_whole(',', "a,it\"s\nb\n", 9);
    check_whole('\t', "a\t\"b\nc\nd", 7);
}

/* Rows of all lengths, quoted line feeds in some, and their line numbers in warnings. */
static size_t write_rows(FILE *out, size_t rows)
{
    size_t lines = 1;
    fputs("text,year\n", out);
    for (size_t i = 0; i < rows; i++) {
        fprintf(out, "\"Row %zu", i);
        for (size_t n = 0; n < i % 5; n++)
            fputs("\nwith a line", out);
        fprintf(out, "\",%s\n", i + 1 == rows ? "bad" : "2020");
        lines += 1 + i % 5;
    }
    return lines - (rows - 1) % 5;
}

struct order {
    size_t next;
    size_t parts;
    char warning[512];
};

static tip_status check_order(void *payload, const tip_record *record)
{
    struct order *order = payload;
    char start[32];
    int size = snprintf(start, sizeof start, "Row %zu", order->next);
    assert_true(record->text.size >= (size_t)size);
    assert_memory_equal(record->text.data, start, (size_t)size);
    order->next++;
    return TIP_OK;
}

static void keep_warning(void *payload, const char *message)
{
    struct order *order = payload;
    assert_string_equal(order->warning, "");
    snprintf(order->warning, sizeof order->warning, "%s", message);
}

static void read_in_runs(const char *path, size_t target, struct order *order)
{
    tip_parts *parts;
    tip_error err = {.message = ""};
    tip_sink sink = {check_order, keep_warning, order};
    bool found = true;
    assert_int_equal(tip_parts_open(path, TIP_FORMAT_CSV, &parts, &err), TIP_OK);
    while (found) {
        tip_part part = {0};
        assert_int_equal(tip_parts_next(parts, target, &part, &found, &err), TIP_OK);
        if (found)
            assert_int_equal(tip_part_read(&part, &sink, &err), TIP_OK);
        order->parts += found;
        tip_part_free(&part);
    }
    tip_parts_close(parts);
}

static void test_runs(void **state)
{
    static const size_t targets[] = {1, 70 * 1000, 64 * 1024 * 1024};
    enum { ROWS = 8 * 1000 };
    const char *path = at(*state, "rows.csv");
    char expected[512];
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    size_t line = write_rows(out, ROWS);
    assert_int_equal(fclose(out), 0);
    snprintf(expected, sizeof expected,
             "%s:%zu: \"year\" is not a number of 1 to 9999 and was left out", path, line);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct order order = {0};
        read_in_runs(path, targets[i], &order);
        assert_int_equal(order.next, ROWS);
        assert_string_equal(order.warning, expected);
        assert_true(targets[i] >= 1024 * 1024 ? order.parts == 1 : order.parts > 1);
    }
}

/* A quotation mark that is not closed in a large file: a limit, not all memory. */
static void test_endless_row(void **state)
{
    const char *path = at(*state, "endless.csv");
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("text\nA\n\"B", out);
    for (size_t i = 0; i < 10 * 1024; i++)
        fprintf(out, "%1023s\n", "x");
    assert_int_equal(fclose(out), 0);
    struct heard heard = {.count = 0};
    tip_sink sink = {hear_record, hear_warning, &heard};
    tip_parts *parts;
    tip_error err = {.message = ""};
    tip_status status = TIP_OK;
    bool found = true;
    assert_int_equal(tip_parts_open(path, TIP_FORMAT_CSV, &parts, &err), TIP_OK);
    while (status == TIP_OK && found) {
        tip_part part = {0};
        status = tip_parts_next(parts, 4096, &part, &found, &err);
        if (status == TIP_OK && found)
            status = tip_part_read(&part, &sink, &err);
        tip_part_free(&part);
    }
    assert_int_equal(status, TIP_TOO_LARGE);
    assert_non_null(strstr(err.message, "endless.csv:3: "));
    assert_string_equal(heard.records, "|0||||0|0|A\n");
    tip_parts_close(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_column),
        cmocka_unit_test(test_header_spelling),
        cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_tabs_and_quotes),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_short_and_long_rows),
        cmocka_unit_test(test_windows_1252),
        cmocka_unit_test(test_open_quotation_mark),
        cmocka_unit_test(test_no_table),
        cmocka_unit_test(test_too_many_columns),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_whole_rows),
        cmocka_unit_test_setup_teardown(test_runs, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_endless_row, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
