/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/tipindex_explain.h"

#include "base/buf.h"
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    LINE_WORDS = 72,    /* bytes shown of a paragraph, about */
    SECTION_LINES = 200 /* paragraphs shown of a section */
};

/* The section at hand is kept until its end, since its figures stand before its lines. */
typedef struct printer {
    tip_buf report; /* its line: a new one begins another report */
    tip_buf section;
    tip_buf lines;
    bool in_section;
    size_t paragraphs;
    size_t words;
    size_t records; /* of the file */
    bool in_file;
    bool skipped;
} printer;

/* ---- Lines ---- */

static void put_line(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What files hold may not command a terminal: messages of errors may not either. */
static void put_line(FILE *stream, const char *format, ...)
{
    tip_error line;
    va_list args;
    va_start(args, format);
    (void)tip_vfail(&line, TIP_OK, format, args);
    va_end(args);
    fprintf(stream, "%s\n", line.message);
}

static int shown(tip_str text)
{
    return text.size > 200 ? 200 : (int)text.size;
}

/* Up to the last space that fits; the bytes of a character stay together. */
static size_t first_words(tip_str text)
{
    size_t size = LINE_WORDS;
    if (text.size <= size)
        return text.size;
    while (size > 0 && text.data[size] != ' ')
        size--;
    for (size = size ? size : LINE_WORDS; size > 0; size--)
        if (((unsigned char)text.data[size] & 0xC0) != 0x80)
            break;
    return size;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- Sections ---- */

static void end_section(printer *p)
{
    if (!p->in_section)
        return;
    tip_str name = tip_buf_str(&p->section);
    put_line(stdout, "  %.*s: %zu paragraph%s, %zu word%s", name.size ? shown(name) : 15,
             name.size ? name.data : "without section", p->paragraphs, plural(p->paragraphs),
             p->words, plural(p->words));
    fwrite(p->lines.data ? p->lines.data : "", 1, p->lines.size, stdout);
    if (p->paragraphs > SECTION_LINES)
        printf("    ... and %zu more\n", p->paragraphs - SECTION_LINES);
    p->in_section = false;
}

static tip_status begin_section(printer *p, const tip_record *record)
{
    end_section(p);
    tip_buf_clear(&p->section);
    tip_buf_clear(&p->lines);
    p->paragraphs = 0;
    p->words = 0;
    p->in_section = true;
    return tip_buf_add(&p->section, record->section.data, record->section.size);
}

static tip_status add_paragraph(printer *p, const tip_record *record, size_t words)
{
    tip_error line;
    char words_shown[LINE_WORDS + 1];
    tip_str text = record->text.size ? record->text : record->title;
    p->words += words;
    if (++p->paragraphs > SECTION_LINES)
        return TIP_OK;
    size_t size = first_words(text);
    for (size_t i = 0; i < size; i++) /* tabs and line feeds part words too */
        words_shown[i] = text.data[i] >= '\t' && text.data[i] <= '\r' ? ' ' : text.data[i];
    (void)tip_fail(&line, TIP_OK, "    %.*s%s", (int)size, words_shown,
                   size < text.size ? " ..." : "");
    tip_status status = tip_buf_add_text(&p->lines, line.message);
    return status == TIP_OK ? tip_buf_add_byte(&p->lines, '\n') : status;
}

/* ---- Reports ---- */

static void describe(const tip_record *record, char *text, size_t size)
{
    char year[16] = "year unknown";
    char code[32] = "";
    tip_str country = record->country.size ? record->country : tip_str_of("country unknown");
    if (record->year > 0)
        snprintf(year, sizeof year, "%d", record->year);
    if (record->iso3.size)
        snprintf(code, sizeof code, " (%.*s)", record->iso3.size > 8 ? 8 : (int)record->iso3.size,
                 record->iso3.data);
    snprintf(text, size, "%.*s%s, %s, tier %.*s%s%.*s%s%.*s", shown(country), country.data, code,
             year, record->tier.size ? shown(record->tier) : 7,
             record->tier.size ? record->tier.data : "unknown", record->region.size ? ", " : "",
             shown(record->region), record->region.size ? record->region.data : "",
             record->title.size ? "; " : "", shown(record->title),
             record->title.size ? record->title.data : "");
}

static tip_status begin_report(printer *p, const char *line)
{
    end_section(p);
    put_line(stdout, "  %s", line);
    tip_buf_clear(&p->report);
    return tip_buf_add_text(&p->report, line);
}

static tip_status take_record(void *payload, const tip_record *record, size_t words)
{
    printer *p = payload;
    char line[800];
    tip_status status = TIP_OK;
    describe(record, line, sizeof line);
    bool same_report = p->records++ > 0 && tip_str_equal(tip_buf_str(&p->report), tip_str_of(line));
    if (!same_report)
        status = begin_report(p, line);
    bool same_section = p->in_section && tip_str_equal(tip_buf_str(&p->section), record->section);
    if (status == TIP_OK && !same_section)
        status = begin_section(p, record);
    return status == TIP_OK ? add_paragraph(p, record, words) : status;
}

/* ---- Files ---- */

static void end_file(printer *p)
{
    end_section(p);
    if (p->in_file && p->records == 0)
        puts("  no paragraph");
}

static tip_status take_file(void *payload, const char *path, const char *format)
{
    printer *p = payload;
    end_file(p);
    put_line(stdout, "%s: %s", path, format);
    p->in_file = true;
    p->records = 0;
    return ferror(stdout) ? TIP_STOPPED : TIP_OK;
}

static void take_warning(void *payload, const char *message)
{
    printer *p = payload;
    end_section(p);
    put_line(stdout, "%s! %s", p->in_file ? "  " : "", message);
    p->skipped = true;
}

tip_status print_explanation(const char *const *paths, size_t count,
                             const tip_update_options *options, bool *ret_skipped, tip_error *err)
{
    printer p = {0};
    tip_explanation to = {take_file, take_record, take_warning, &p};
    tip_status status = tip_index_explain(paths, count, options, &to, err);
    if (status == TIP_NO_MEMORY)
        (void)tip_fail_memory(err); /* here or there */
    end_file(&p);
    tip_buf_free(&p.report);
    tip_buf_free(&p.section);
    tip_buf_free(&p.lines);
    if (status == TIP_OK)
        *ret_skipped = p.skipped;
    return status;
}
