/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/line.h"
#include "corpus/pdf_private.h"
#include "corpus/plain_private.h"
#include "corpus/section.h"
#include "corpus/year.h"

#include <string.h>
#include <strings.h>

enum {
    TITLE_MAX = 200, /* bytes of a line that is taken for the title */
    COVER_PAGES = 3  /* on which a document says what it is */
};

/* A document that is being read. */
struct reader {
    tip_buf title; /* that the file gives itself */
    tip_pdf_lines lines;
    tip_narrative *narrative;
    tip_document document;
};

static tip_status take_title(void *payload, tip_str title)
{
    struct reader *reader = payload;
    return tip_plain_collapse(title, &reader->title);
}

static tip_status take_page(void *payload, const tip_pdf_page *page)
{
    struct reader *reader = payload;
    return tip_pdf_lines_add(&reader->lines, page);
}

static tip_status take_block(void *payload, const tip_block *block)
{
    struct reader *reader = payload;
    tip_block known = *block;
    /* What is bold in a report is a heading only when it is one of its sections'. */
    if (reader->document.trafficking && known.kind == TIP_BLOCK_SUBHEADING)
        known.kind = TIP_BLOCK_LINE;
    return tip_narrative_add(reader->narrative, &known);
}

/* --- what the document says of itself --- */

static bool has_ending(tip_str text)
{
    static const char *const endings[] = {".doc", ".docx", ".indd", ".pdf", ".qxd", ".qxp"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        if (text.size >= size && strncasecmp(text.data + text.size - size, endings[i], size) == 0)
            return true;
    }
    return false;
}

/* Programs put the name of their own file where a title belongs. */
static bool is_title(tip_str text)
{
    return text.size > 0 && text.size <= TITLE_MAX && memchr(text.data, ' ', text.size) &&
           !has_ending(text);
}

static bool contains(tip_str text, const char *words)
{
    size_t size = strlen(words);
    for (size_t i = 0; i + size <= text.size; i++)
        if (strncasecmp(text.data + i, words, size) == 0)
            return true;
    return false;
}

/* A running line without the page's number at its beginning or end. */
static tip_str without_number(tip_str text)
{
    static const char digits[] = "0123456789";
    size_t ignored, start = 0;
    while (start < text.size && memchr(digits, text.data[start], sizeof digits - 1))
        start++;
    if (start > 0 && start < text.size && text.data[start] == ' ' &&
        !tip_year_first((tip_str){text.data, start}, &ignored))
        text = (tip_str){text.data + start + 1, text.size - start - 1};
    size_t end = text.size;
    while (end > 0 && memchr(digits, text.data[end - 1], sizeof digits - 1))
        end--;
    if (end > 0 && end < text.size && text.data[end - 1] == ' ' &&
        tip_year_first((tip_str){text.data, end - 1}, &ignored))
        text.size = end - 1;
    return text;
}

/* Its own title, else the first running line that names a year, else the largest of the first page.
 */
static tip_str find_title(const struct reader *reader)
{
    tip_str own = tip_buf_str(&reader->title);
    if (is_title(own))
        return own;
    const tip_pdf_lines *lines = &reader->lines;
    const tip_pdf_line *best = NULL;
    for (size_t i = 0; i < lines->count; i++) {
        const tip_pdf_line *line = &lines->items[i];
        tip_str text = tip_pdf_line_text(lines, line);
        size_t ignored;
        if (line->gone && is_title(text) && tip_year_first(text, &ignored))
            return without_number(text);
        if (line->page == 1 && text.size <= TITLE_MAX && (!best || line->size > best->size))
            best = line;
    }
    return best ? tip_pdf_line_text(lines, best) : (tip_str){0};
}

/* A report of many countries says so on its cover and in its running heads; one of a single country
 * has its tier line. */
static bool is_trafficking(const struct reader *reader, tip_str title)
{
    static const char words[] = "trafficking in persons report";
    const tip_pdf_lines *lines = &reader->lines;
    bool found = contains(title, words);
    for (size_t i = 0; i < lines->count && !found; i++) {
        const tip_pdf_line *line = &lines->items[i];
        tip_str text = tip_pdf_line_text(lines, line), name;
        const char *tier;
        bool title_like = line->gone || line->page <= COVER_PAGES;
        found = (title_like && text.size <= TITLE_MAX && tip_line_in_capitals(text) &&
                 contains(text, words)) ||
                tip_tier_line(text, &name, &tier);
    }
    return found;
}

/* What follows a colon or stands alone as a line of the first page. */
static const tip_country *find_country(const struct reader *reader, tip_str title)
{
    const tip_pdf_lines *lines = &reader->lines;
    const char *colon = title.size ? memrchr(title.data, ':', title.size) : NULL;
    if (colon) {
        size_t start = (size_t)(colon + 1 - title.data);
        const tip_country *country = tip_country_find((tip_str){colon + 1, title.size - start});
        if (country)
            return country;
    }
    for (size_t i = 0; i < lines->count && lines->items[i].page == 1; i++) {
        tip_str text = tip_pdf_line_text(lines, &lines->items[i]);
        const tip_country *country = text.size <= TITLE_MAX ? tip_country_find(text) : NULL;
        if (country)
            return country;
    }
    return NULL;
}

static int find_year(const struct reader *reader, tip_str title)
{
    const tip_pdf_lines *lines = &reader->lines;
    size_t ignored;
    int year = tip_year_first(title, &ignored);
    for (size_t i = 0; i < lines->count && !year; i++)
        if (lines->items[i].gone)
            year = tip_year_first(tip_pdf_line_text(lines, &lines->items[i]), &ignored);
    for (size_t i = 0; i < lines->count && !year && lines->items[i].page == 1; i++)
        if (lines->items[i].text_size <= TITLE_MAX &&
            tip_line_in_capitals(tip_pdf_line_text(lines, &lines->items[i])))
            year = tip_year_first(tip_pdf_line_text(lines, &lines->items[i]), &ignored);
    return year;
}

/* What the document does not tell, its path may. */
static void describe(struct reader *reader, const tip_input *input, tip_facts *facts)
{
    tip_str title = find_title(reader);
    bool trafficking = is_trafficking(reader, title);
    const tip_country *country = trafficking ? NULL : find_country(reader, title);
    facts->document.title = title;
    facts->document.year = find_year(reader, title);
    tip_facts_read_path(facts, input->path);
    reader->document = facts->document;
    reader->document.trafficking = trafficking;
    reader->document.assumed = false;
    if (country)
        reader->document.country = country;
}

/* --- reading --- */

/* Readers look for the mark of the end in the last 1024 bytes: Adobe, PDF Reference 1.7, H.3, 18.
 */
static bool is_cut_off(tip_str bytes)
{
    enum { END_MAX = 1024 };
    size_t size = bytes.size < END_MAX ? bytes.size : END_MAX;
    static const char mark[] = "%%EOF";
    return !size || !memmem(bytes.data + bytes.size - size, size, mark, sizeof mark - 1);
}

static tip_status fail_empty(const tip_input *input, tip_error *err)
{
    const char *why =
        is_cut_off(input->bytes)
            ? "the PDF is cut off, %%EOF is missing; there is no text in what there is"
            : "there is no text in this PDF; if it is a scan, run a program for "
              "recognizing text on it first";
    return tip_fail(err, TIP_BAD_INPUT, "%.*s: %s", (int)input->path.size, input->path.data, why);
}

static tip_status hand_over(struct reader *reader, const tip_sink *sink, size_t *ret_records)
{
    tip_status status = tip_narrative_new(&reader->document, sink, &reader->narrative);
    if (status == TIP_OK)
        status = tip_pdf_lines_blocks(&reader->lines, take_block, reader);
    if (status == TIP_OK)
        status = tip_narrative_end(reader->narrative, ret_records);
    tip_narrative_free(reader->narrative);
    return status;
}

static tip_status read_document(struct reader *reader, const tip_input *input, const tip_sink *sink,
                                tip_error *err)
{
    tip_pdf_sink pages = {.title = take_title, .page = take_page, .payload = reader};
    tip_facts facts = {0};
    size_t records = 0;
    tip_status status = tip_pdf_extract_apart(input, &pages, err);
    if (status == TIP_TOO_LARGE && reader->lines.text.size > TIP_PDF_TEXT_MAX)
        return tip_fail(err, status, "%.*s: a PDF with more than %zu bytes of text",
                        (int)input->path.size, input->path.data, TIP_PDF_TEXT_MAX);
    if (status != TIP_OK)
        return status;
    if (tip_pdf_lines_drop_running(&reader->lines) != TIP_OK)
        return tip_fail_memory(err);
    describe(reader, input, &facts);
    status = hand_over(reader, sink, &records);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (status == TIP_OK && records == 0)
        return fail_empty(input, err);
    if (status == TIP_OK && is_cut_off(input->bytes))
        tip_warn(input, sink, "the PDF is cut off, %%EOF is missing; what there is was read");
    return status;
}

tip_status tip_read_pdf(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    struct reader reader = {0};
    tip_status status = read_document(&reader, input, sink, err);
    tip_pdf_lines_free(&reader.lines);
    tip_buf_free(&reader.title);
    return status;
}
