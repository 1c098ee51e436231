/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "base/error.h"
#include "corpus/country.h"
#include "corpus/line.h"
#include "corpus/narrative.h"
#include "corpus/plain_private.h"
#include "corpus/section.h"

#include <string.h>

enum {
    HEADING_MAX = 80, /* bytes of a heading that is known only by its capitals */
    WRAPPED_MAX = 200 /* bytes; nobody wraps lines longer than this: they are paragraphs */
};

struct reader {
    tip_narrative *narrative;
    tip_lines lines;
    tip_buf now;   /* the line being looked at, white space collapsed */
    tip_buf ahead; /* the line behind it */
    tip_buf text;  /* the paragraph so far */
    bool in_bullet;
    bool in_tab; /* the line before was of one letter */
    bool headed; /* a tier line was met */
};

/* A line drawn with dashes or the like separates as an empty line does. */
static bool is_rule(tip_str line)
{
    for (size_t i = 0; i < line.size; i++)
        if (!strchr("-_=*~+# ", line.data[i]))
            return false;
    return line.size >= 3;
}

/* The line behind the current one, collapsed into `ahead`; empty at the end. */
static tip_status look_ahead(struct reader *reader)
{
    tip_lines lines = reader->lines;
    tip_str raw = {0};
    bool form_feed;
    tip_buf_clear(&reader->ahead);
    (void)tip_lines_next(&lines, &raw, &form_feed);
    return tip_plain_collapse(raw, &reader->ahead);
}

static tip_status add(struct reader *reader, tip_block_kind kind, tip_str text)
{
    tip_block block = {.kind = kind, .text = text};
    return tip_narrative_add(reader->narrative, &block);
}

/* Ends the paragraph. Bullets inside it, as the reports of 2019 have them, begin items. */
static tip_status flush(struct reader *reader)
{
    static const char bullet[] = " \xE2\x80\xA2 ";
    tip_str rest = tip_buf_str(&reader->text);
    tip_block_kind kind = reader->in_bullet ? TIP_BLOCK_ITEM : TIP_BLOCK_TEXT;
    tip_status status = TIP_OK;
    while (rest.size && status == TIP_OK) {
        const char *at = memmem(rest.data, rest.size, bullet, sizeof bullet - 1);
        size_t size = at ? (size_t)(at - rest.data) : rest.size;
        status = add(reader, kind, (tip_str){rest.data, size});
        kind = TIP_BLOCK_ITEM;
        if (at)
            size += sizeof bullet - 1;
        rest = (tip_str){rest.data + size, rest.size - size};
    }
    tip_buf_clear(&reader->text);
    reader->in_bullet = false;
    return status;
}

/* "anti-" and "trafficking" are one word that the line end has parted; whether its hyphen was there
 * before cannot be known, so it stays. */
static bool parted_word(tip_str text, tip_str line)
{
    size_t start;
    utf8proc_int32_t hyphen = tip_line_last(text, &start);
    utf8proc_int32_t next = 0;
    if (hyphen != '-' && hyphen != 0x2010)
        return false;
    (void)tip_line_first(line, &next);
    return utf8proc_category(next) == UTF8PROC_CATEGORY_LL &&
           tip_line_is_letter(tip_line_last((tip_str){text.data, start}, &start));
}

static tip_status add_line(struct reader *reader, tip_str line)
{
    tip_buf *text = &reader->text;
    tip_status status = TIP_OK;
    if (text->size && !parted_word(tip_buf_str(text), line))
        status = tip_buf_add_byte(text, ' ');
    return status ? status : tip_buf_add(text, line.data, line.size);
}

static bool is_capital_heading(tip_str line)
{
    return line.size <= HEADING_MAX && line.data[line.size - 1] != '.' &&
           tip_line_in_capitals(line);
}

/* A heading marked as Markdown does, without the marks. */
static bool is_marked_heading(tip_str line, tip_str *ret_heading)
{
    size_t marks = 0;
    while (marks < line.size && line.data[marks] == '#')
        marks++;
    if (marks == 0 || marks > 6 || marks + 1 >= line.size || line.data[marks] != ' ')
        return false;
    *ret_heading = (tip_str){line.data + marks + 1, line.size - marks - 1};
    return true;
}

static bool may_end(const struct reader *reader)
{
    return tip_line_may_end(tip_buf_str(&reader->text));
}

/* A tier line inside a paragraph is one if its name is in capitals, or if there are only the lines
 * of a page's head before the first. */
static bool parts_paragraph(const struct reader *reader, tip_str name)
{
    return may_end(reader) || tip_line_in_capitals(name) ||
           (!reader->headed && !tip_line_is_sentence(tip_buf_str(&reader->text)));
}

/* Takes the line if it is a tier line. */
static tip_status try_tier_line(struct reader *reader, tip_str line, bool marked, bool *ret_taken)
{
    tip_str name;
    const char *tier;
    *ret_taken = tip_tier_line(line, &name, &tier) && (marked || parts_paragraph(reader, name));
    if (!*ret_taken)
        return TIP_OK;
    reader->headed = true;
    tip_status status = flush(reader);
    return status ? status : add(reader, TIP_BLOCK_LINE, line);
}

/* A text wholly in capitals is no row of headings: a line of capitals with another right behind it
 * is one of a paragraph, unless that one is a heading by name. */
static tip_status stands_alone(struct reader *reader, bool *ret_alone)
{
    tip_str name;
    const char *tier;
    tip_status status = look_ahead(reader);
    tip_str next = tip_buf_str(&reader->ahead);
    *ret_alone = next.size == 0 || !tip_line_in_capitals(next) || tip_section_of_heading(next) ||
                 tip_tier_line(next, &name, &tier);
    return status;
}

static tip_str without_colon(tip_str heading)
{
    while (heading.size && strchr(": ", heading.data[heading.size - 1]))
        heading.size--;
    return heading;
}

/* Takes from the line the heading that it is or begins with, if any. */
static tip_status take_heading(struct reader *reader, tip_str *line, bool marked)
{
    tip_status status = TIP_OK;
    bool ended = may_end(reader);
    size_t size = marked ? line->size : tip_section_heading_size(*line);
    tip_str known = {line->data, size};
    bool heading = marked || (size && (ended || tip_line_in_capitals(known)));
    if (!heading && ended && is_capital_heading(*line)) {
        size = line->size;
        status = stands_alone(reader, &heading);
    }
    if (status || !heading)
        return status;
    status = flush(reader);
    if (!status)
        status = add(reader, TIP_BLOCK_HEADING, without_colon((tip_str){line->data, size}));
    size += size < line->size; /* the space behind the colon */
    *line = (tip_str){line->data + size, line->size - size};
    return status;
}

/* Whether the line is a bullet, and its text, which may be on the next line only. A dash may also
 * be one inside a wrapped sentence. */
static bool is_bullet(const struct reader *reader, tip_str line, tip_str *ret_rest)
{
    static const char *const marks[] = {"\xE2\x80\xA2", "*", "-"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t size = strlen(marks[i]);
        if (line.size < size || memcmp(line.data, marks[i], size) != 0)
            continue;
        if (line.size > size && line.data[size] != ' ')
            continue;
        if (*line.data == '-' && !reader->in_bullet && !may_end(reader))
            return false;
        size += line.size > size;
        *ret_rest = (tip_str){line.data + size, line.size - size};
        return true;
    }
    return false;
}

/* Converters write the letters of a heading that stands on its side one below the other. */
static tip_status is_side_tab(struct reader *reader, tip_str line, bool *ret_tab)
{
    *ret_tab = false;
    bool letter = line.size == 1 && line.data[0] >= 'A' && line.data[0] <= 'Z';
    tip_status status = letter && !reader->in_tab ? look_ahead(reader) : TIP_OK;
    if (status || !letter)
        return status;
    *ret_tab = reader->in_tab ||
               (reader->ahead.size == 1 && tip_line_is_capitalized(tip_buf_str(&reader->ahead)));
    return TIP_OK;
}

/* A country's name in capitals in the middle of a sentence is the head of a printed page. */
static bool is_page_head(const struct reader *reader, tip_str line)
{
    tip_str text = tip_buf_str(&reader->text);
    return !may_end(reader) && !tip_line_in_capitals(text) && line.size > 3 &&
           tip_line_in_capitals(line) && tip_country_find(line);
}

/* Behind a sentence a number alone is a page's, not one of the text. */
static bool is_page_number(const struct reader *reader, tip_str line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] < '0' || line.data[i] > '9')
            return false;
    return may_end(reader);
}

static tip_status add_page_number(struct reader *reader, tip_str line)
{
    tip_status status = flush(reader);
    return status ? status : add(reader, TIP_BLOCK_TEXT, line);
}

static tip_status end_long_line(struct reader *reader, size_t size)
{
    return size > WRAPPED_MAX && may_end(reader) ? flush(reader) : TIP_OK;
}

static tip_status take_text(struct reader *reader, tip_str line)
{
    bool taken = false;
    bool marked = is_marked_heading(line, &line);
    tip_status status = try_tier_line(reader, line, marked, &taken);
    if (status || taken || is_page_head(reader, line))
        return status;
    if (!marked && is_bullet(reader, line, &line)) {
        status = flush(reader);
        reader->in_bullet = true;
    } else {
        status = take_heading(reader, &line, marked);
    }
    if (!status && line.size)
        status = add_line(reader, line);
    return status ? status : end_long_line(reader, line.size);
}

static tip_status take_line(struct reader *reader, tip_str line)
{
    if (line.size == 0 || is_rule(line))
        return flush(reader);
    if (is_page_number(reader, line))
        return add_page_number(reader, line);
    tip_status status = is_side_tab(reader, line, &reader->in_tab);
    return status || reader->in_tab ? status : take_text(reader, line);
}

static tip_status read_lines(struct reader *reader)
{
    tip_str raw;
    bool form_feed = false;
    tip_status status = TIP_OK;
    while (!status && tip_lines_next(&reader->lines, &raw, &form_feed)) {
        tip_buf_clear(&reader->now);
        status = tip_plain_collapse(raw, &reader->now);
        if (!status)
            status = take_line(reader, tip_buf_str(&reader->now));
        if (!status && form_feed)
            status = flush(reader);
    }
    return status ? status : flush(reader);
}

static tip_status read_body(const tip_document *document, tip_lines lines, const tip_sink *sink,
                            size_t *ret_records)
{
    struct reader reader = {.lines = lines};
    tip_status status = tip_narrative_new(document, sink, &reader.narrative);
    if (status)
        return status;
    status = read_lines(&reader);
    if (!status)
        status = tip_narrative_end(reader.narrative, ret_records);
    tip_narrative_free(reader.narrative);
    tip_buf_free(&reader.now);
    tip_buf_free(&reader.ahead);
    tip_buf_free(&reader.text);
    return status;
}

static tip_status read_text(const tip_input *input, tip_str text, const tip_sink *sink,
                            size_t *ret_records)
{
    tip_lines lines = {.rest = text, .next = input->first_line ? input->first_line : 1};
    tip_facts facts = {0};
    tip_status status = tip_facts_read_front(&facts, &lines, input, sink);
    if (!status) {
        tip_facts_read_path(&facts, input->path);
        status = read_body(&facts.document, lines, sink, ret_records);
    }
    tip_facts_free(&facts);
    return status;
}

tip_status tip_read_text(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    tip_buf converted = {0};
    tip_str text = {0};
    size_t records = 0;
    tip_status status = tip_plain_decode(input, &converted, &text, err);
    if (status)
        return status;
    status = read_text(input, text, sink, &records);
    tip_buf_free(&converted);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (!status && records == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%.*s: there is no paragraph in this file",
                        (int)input->path.size, input->path.data);
    return status;
}
