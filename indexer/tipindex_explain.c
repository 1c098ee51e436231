/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/tipindex_explain.h"

#include "output/safe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPORT_ROOM = 800,  /* bytes of the line of a report */
    LINE_WORDS = 72,    /* bytes shown of a paragraph, about */
    SECTION_LINES = 200 /* paragraphs shown of a section */
};

/* The section at hand is kept until its end, since its figures stand before its lines. */
typedef struct printer {
    char report[REPORT_ROOM]; /* its line: a new one begins another report */
    char *section;            /* its heading, as many bytes of it */
    size_t section_size;
    FILE *lines; /* of the section, in memory; NULL between sections */
    char *text;  /* what was written there */
    size_t size;
    size_t paragraphs;
    size_t words;
    size_t records; /* of the file */
    bool in_file;
    bool skipped;
    bool failed; /* memory ran out where that could not be returned */
} printer;

/* ---- Lines ---- */

static void put_text(const char *text)
{
    output_safely(stdout, tip_str_of(text));
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

static tip_status end_section(printer *p)
{
    tip_str name = {p->section, (size_t)shown((tip_str){p->section, p->section_size})};
    if (!p->lines)
        return TIP_OK;
    bool failed = fclose(p->lines) != 0;
    p->lines = NULL;
    fputs("  ", stdout);
    output_safely(stdout, name.size ? name : tip_str_of("without section"));
    printf(": %zu paragraph%s, %zu word%s\n", p->paragraphs, plural(p->paragraphs), p->words,
           plural(p->words));
    if (!failed)
        fwrite(p->text, 1, p->size, stdout);
    free(p->text);
    if (p->paragraphs > SECTION_LINES)
        printf("    ... and %zu more\n", p->paragraphs - SECTION_LINES);
    return failed ? TIP_NO_MEMORY : TIP_OK;
}

static tip_status begin_section(printer *p, tip_str heading)
{
    tip_status status = end_section(p);
    char *section = malloc(heading.size + 1);
    if (status != TIP_OK || !section) {
        free(section);
        return TIP_NO_MEMORY;
    }
    memcpy(section, heading.size ? heading.data : "", heading.size);
    free(p->section);
    p->section = section;
    p->section_size = heading.size;
    p->paragraphs = 0;
    p->words = 0;
    p->lines = open_memstream(&p->text, &p->size);
    return p->lines ? TIP_OK : TIP_NO_MEMORY;
}

static bool is_in_section(const printer *p, tip_str heading)
{
    return p->lines && tip_str_equal((tip_str){p->section, p->section_size}, heading);
}

static void add_paragraph(printer *p, const tip_record *record, size_t words)
{
    char words_shown[LINE_WORDS + 1];
    tip_str text = record->text.size ? record->text : record->title;
    p->words += words;
    if (++p->paragraphs > SECTION_LINES)
        return;
    size_t size = first_words(text);
    for (size_t i = 0; i < size; i++) /* tabs and line feeds part words too */
        words_shown[i] = text.data[i] >= '\t' && text.data[i] <= '\r' ? ' ' : text.data[i];
    fputs("    ", p->lines);
    output_safely(p->lines, (tip_str){words_shown, size});
    fputs(size < text.size ? " ...\n" : "\n", p->lines);
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
    tip_status status = end_section(p);
    fputs("  ", stdout);
    put_text(line);
    putchar('\n');
    strcpy(p->report, line);
    return status;
}

static tip_status take_record(void *payload, const tip_record *record, size_t words)
{
    printer *p = payload;
    char line[REPORT_ROOM];
    tip_status status = TIP_OK;
    describe(record, line, sizeof line);
    if (p->records++ == 0 || strcmp(p->report, line) != 0)
        status = begin_report(p, line);
    if (status == TIP_OK && !is_in_section(p, record->section))
        status = begin_section(p, record->section);
    if (status == TIP_OK)
        add_paragraph(p, record, words);
    return status;
}

/* ---- Files ---- */

static tip_status end_file(printer *p)
{
    tip_status status = end_section(p);
    if (p->in_file && p->records == 0)
        puts("  no paragraph");
    return status;
}

static tip_status take_file(void *payload, const char *path, const char *format)
{
    printer *p = payload;
    tip_status status = end_file(p);
    put_text(path);
    printf(": %s\n", format);
    p->in_file = true;
    p->records = 0;
    return status == TIP_OK && ferror(stdout) ? TIP_STOPPED : status;
}

static void take_warning(void *payload, const char *message)
{
    printer *p = payload;
    p->failed |= end_section(p) != TIP_OK;
    fputs(p->in_file ? "  ! " : "! ", stdout);
    put_text(message);
    putchar('\n');
    p->skipped = true;
}

tip_status print_explanation(const char *const *paths, size_t count,
                             const tip_update_options *options, bool *ret_skipped, tip_error *err)
{
    printer p = {0};
    tip_explanation to = {take_file, take_record, take_warning, &p};
    tip_status status = tip_index_explain(paths, count, options, &to, err);
    tip_status end = end_file(&p);
    free(p.section);
    if (status == TIP_OK)
        status = p.failed ? TIP_NO_MEMORY : end;
    if (status == TIP_NO_MEMORY)
        strcpy(err->message, tip_status_text(status)); /* here or there */
    if (status == TIP_OK)
        *ret_skipped = p.skipped;
    return status;
}
