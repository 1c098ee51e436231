/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "base/error.h"
#include "corpus/country.h"
#include "corpus/plain_private.h"
#include "corpus/reader.h"
#include "corpus/section.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(item) ((item)->added = false)
#include <uthash.h>

enum {
    HEADING_MAX = 80, /* bytes of a heading that is known only by its capitals */
    RUN_IN_MAX = 120  /* bytes of a heading that shares the line of its paragraph */
};

/* How many paragraphs one section of one country has so far; the key is both names. */
struct counter {
    UT_hash_handle hh;
    unsigned count;
    bool added;
    char key[];
};

struct reader {
    const tip_input *input;
    const tip_sink *sink;
    tip_error *err;
    tip_lines lines;
    tip_facts facts;
    bool headed;  /* a tier line of the current country was met */
    tip_buf name; /* of a tier line's country */
    tip_buf section;
    tip_buf now;   /* the line being looked at, white space collapsed */
    tip_buf ahead; /* the line behind it */
    tip_buf text;  /* the paragraph so far */
    bool in_bullet;
    size_t records;
    struct counter *counters;
};

static bool is_letter(utf8proc_int32_t code)
{
    utf8proc_category_t category = utf8proc_category(code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

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

static tip_status count_paragraph(struct reader *reader, unsigned *ret_number)
{
    tip_str country = reader->facts.record.country;
    tip_str section = tip_buf_str(&reader->section);
    size_t size = country.size + 1 + section.size;
    struct counter *fresh = calloc(1, sizeof *fresh + size);
    if (!fresh)
        return tip_fail_memory(reader->err);
    if (country.size)
        memcpy(fresh->key, country.data, country.size);
    if (section.size)
        memcpy(fresh->key + country.size + 1, section.data, section.size);
    struct counter *counter = NULL;
    HASH_FIND(hh, reader->counters, fresh->key, size, counter);
    if (counter) {
        free(fresh);
    } else {
        counter = fresh;
        counter->added = true;
        HASH_ADD_KEYPTR(hh, reader->counters, counter->key, size, counter);
        if (!counter->added) {
            free(counter);
            return tip_fail_memory(reader->err);
        }
    }
    *ret_number = ++counter->count;
    return TIP_OK;
}

static tip_status emit(struct reader *reader, tip_str text)
{
    tip_record record = reader->facts.record;
    record.section = tip_buf_str(&reader->section);
    record.text = text;
    tip_status status = count_paragraph(reader, &record.paragraph);
    if (status != TIP_OK)
        return status;
    reader->records++;
    return reader->sink->record(reader->sink->payload, &record);
}

/* Ends the paragraph. Bullets inside it, as the reports of 2019 have them, begin new ones. */
static tip_status flush(struct reader *reader)
{
    static const char bullet[] = " \xE2\x80\xA2 ";
    tip_str rest = tip_buf_str(&reader->text);
    tip_status status = TIP_OK;
    while (rest.size && status == TIP_OK) {
        const char *at = memmem(rest.data, rest.size, bullet, sizeof bullet - 1);
        size_t size = at ? (size_t)(at - rest.data) : rest.size;
        if (size)
            status = emit(reader, (tip_str){rest.data, size});
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
    utf8proc_int32_t hyphen = tip_plain_last(text, &start);
    utf8proc_int32_t next = 0;
    if (hyphen != '-' && hyphen != 0x2010)
        return false;
    (void)tip_plain_first(line, &next);
    return utf8proc_category(next) == UTF8PROC_CATEGORY_LL &&
           is_letter(tip_plain_last((tip_str){text.data, start}, &start));
}

static tip_status add_line(struct reader *reader, tip_str line)
{
    tip_buf *text = &reader->text;
    if (text->size && !parted_word(tip_buf_str(text), line) &&
        tip_buf_add_byte(text, ' ') != TIP_OK)
        return tip_fail_memory(reader->err);
    if (tip_buf_add(text, line.data, line.size) != TIP_OK)
        return tip_fail_memory(reader->err);
    return TIP_OK;
}

/* Whether what stands before could be the end of a paragraph: a line inside a wrapped sentence may
 * look like a heading by chance. */
static bool at_sentence_end(const struct reader *reader)
{
    size_t start;
    tip_str text = tip_buf_str(&reader->text);
    utf8proc_int32_t code = tip_plain_last(text, &start);
    while (code == '"' || code == '\'' || code == ')' || code == ']' || code == 0x2019 ||
           code == 0x201D) {
        text.size = start;
        code = tip_plain_last(text, &start);
    }
    return text.size == 0 || (code < 0x80 && strchr(".!?:;", (char)code));
}

/* Two capital letters at least, and no small one. */
static bool in_capitals(tip_str line)
{
    size_t capitals = 0;
    for (size_t i = 0; i < line.size;) {
        utf8proc_int32_t code = 0;
        i += tip_plain_first((tip_str){line.data + i, line.size - i}, &code);
        utf8proc_category_t category = utf8proc_category(code);
        if (category == UTF8PROC_CATEGORY_LL)
            return false;
        capitals += category == UTF8PROC_CATEGORY_LU;
    }
    return capitals >= 2;
}

static bool is_capital_heading(tip_str line)
{
    return line.size <= HEADING_MAX && line.data[line.size - 1] != '.' && in_capitals(line);
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

static tip_status set_section(struct reader *reader, tip_str heading)
{
    const char *known = tip_section_of_heading(heading);
    tip_str section = known ? tip_str_of(known) : heading;
    while (!known && section.size &&
           (section.data[section.size - 1] == ':' || section.data[section.size - 1] == ' '))
        section.size--;
    tip_buf_clear(&reader->section);
    if (tip_buf_add(&reader->section, section.data, section.size) != TIP_OK)
        return tip_fail_memory(reader->err);
    return TIP_OK;
}

/* The same line again is the head of a further page, not of a further narrative. */
static bool is_page_head(const struct reader *reader, tip_str country, const char *tier)
{
    const tip_record *known = &reader->facts.record;
    return reader->headed && tip_str_equal(known->country, country) &&
           (reader->facts.tier_given || tip_str_equal(known->tier, tip_str_of(tier)));
}

static tip_status take_tier_line(struct reader *reader, tip_str name, const char *tier)
{
    tip_facts *facts = &reader->facts;
    const tip_country *country = tip_country_find(name);
    tip_str canonical = country ? tip_str_of(country->name) : name;
    if (is_page_head(reader, canonical, tier))
        return TIP_OK;
    if (!facts->country_given && !tip_str_equal(facts->record.country, canonical)) {
        tip_buf_clear(&reader->name);
        if (tip_buf_add(&reader->name, name.data, name.size) != TIP_OK)
            return tip_fail_memory(reader->err);
        tip_facts_set_country(facts, tip_buf_str(&reader->name));
    }
    if (!facts->tier_given)
        facts->record.tier = tip_str_of(tier);
    reader->headed = true;
    return set_section(reader, tip_str_of("overview"));
}

/* Takes the line if it is a tier line. */
static tip_status try_tier_line(struct reader *reader, tip_str line, bool marked, bool *ret_taken)
{
    tip_str name;
    const char *tier;
    *ret_taken = (marked || at_sentence_end(reader)) && tip_tier_line(line, &name, &tier);
    if (!*ret_taken)
        return TIP_OK;
    tip_status status = flush(reader);
    return status == TIP_OK ? take_tier_line(reader, name, tier) : status;
}

/* A text wholly in capitals is no row of headings: a line of capitals with another right behind it
 * is one of a paragraph, unless that one is a heading by name. */
static tip_status stands_alone(struct reader *reader, bool *ret_alone)
{
    tip_str name;
    const char *tier;
    if (look_ahead(reader) != TIP_OK)
        return tip_fail_memory(reader->err);
    tip_str next = tip_buf_str(&reader->ahead);
    *ret_alone = next.size == 0 || !in_capitals(next) || tip_section_of_heading(next) ||
                 tip_tier_line(next, &name, &tier);
    return TIP_OK;
}

/* The bytes of the known section heading that a line begins with: all of them, or with
 * "Recommendations for Gabon: Increase ..." those up to the colon. 0 when there is none. */
static size_t known_heading(tip_str line)
{
    size_t most = line.size < RUN_IN_MAX ? line.size : RUN_IN_MAX;
    const char *colon = memchr(line.data, ':', most);
    size_t size = colon ? (size_t)(colon + 1 - line.data) : line.size;
    if (size + 1 < line.size && line.data[size] == ' ')
        return tip_section_of_heading((tip_str){line.data, size}) ? size : 0;
    return tip_section_of_heading(line) ? line.size : 0;
}

/* Takes from the line the heading that it is or begins with, if any. */
static tip_status take_heading(struct reader *reader, tip_str *line, bool marked)
{
    tip_status status = TIP_OK;
    bool ended = at_sentence_end(reader);
    size_t size = marked ? line->size : known_heading(*line);
    bool heading = marked || (size && (ended || in_capitals((tip_str){line->data, size})));
    if (!heading && ended && is_capital_heading(*line)) {
        size = line->size;
        status = stands_alone(reader, &heading);
    }
    if (status != TIP_OK || !heading)
        return status;
    status = flush(reader);
    if (status == TIP_OK)
        status = set_section(reader, (tip_str){line->data, size});
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
        if (*line.data == '-' && !reader->in_bullet && !at_sentence_end(reader))
            return false;
        size += line.size > size;
        *ret_rest = (tip_str){line.data + size, line.size - size};
        return true;
    }
    return false;
}

static tip_status take_line(struct reader *reader, tip_str line)
{
    bool taken = false;
    bool marked = is_marked_heading(line, &line);
    tip_status status = try_tier_line(reader, line, marked, &taken);
    if (status != TIP_OK || taken)
        return status;
    if (!marked && is_bullet(reader, line, &line)) {
        status = flush(reader);
        reader->in_bullet = true;
    } else {
        status = take_heading(reader, &line, marked);
    }
    return status == TIP_OK && line.size ? add_line(reader, line) : status;
}

static tip_status read_body(struct reader *reader)
{
    tip_str raw;
    bool form_feed = false;
    tip_status status = TIP_OK;
    if (reader->facts.in_narrative)
        status = set_section(reader, tip_str_of("overview"));
    while (status == TIP_OK) {
        if (!tip_lines_next(&reader->lines, &raw, &form_feed))
            break;
        tip_buf_clear(&reader->now);
        if (tip_plain_collapse(raw, &reader->now) != TIP_OK)
            return tip_fail_memory(reader->err);
        tip_str line = tip_buf_str(&reader->now);
        bool separator = line.size == 0 || is_rule(line);
        status = separator ? flush(reader) : take_line(reader, line);
        if (status == TIP_OK && form_feed)
            status = flush(reader);
    }
    return status == TIP_OK ? flush(reader) : status;
}

static tip_status read_all(struct reader *reader)
{
    const tip_input *input = reader->input;
    tip_status status =
        tip_facts_read_front(&reader->facts, &reader->lines, input, reader->sink, reader->err);
    if (status != TIP_OK)
        return status;
    tip_facts_read_path(&reader->facts, input->path);
    if (reader->facts.record.source.size == 0)
        reader->facts.record.source = input->path;
    status = read_body(reader);
    if (status == TIP_OK && reader->records == 0)
        status = tip_fail(reader->err, TIP_BAD_INPUT, "%.*s: there is no paragraph in this file",
                          (int)input->path.size, input->path.data);
    return status;
}

static void release(struct reader *reader)
{
    struct counter *counter, *next;
    HASH_ITER(hh, reader->counters, counter, next)
    {
        HASH_DEL(reader->counters, counter);
        free(counter);
    }
    tip_facts_free(&reader->facts);
    tip_buf_free(&reader->name);
    tip_buf_free(&reader->section);
    tip_buf_free(&reader->now);
    tip_buf_free(&reader->ahead);
    tip_buf_free(&reader->text);
}

tip_status tip_read_text(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    tip_buf converted = {0};
    tip_str text = {0};
    tip_status status = tip_plain_decode(input, &converted, &text, err);
    if (status == TIP_OK) {
        struct reader reader = {
            .input = input,
            .sink = sink,
            .err = err,
            .lines = {.rest = text, .next = input->first_line ? input->first_line : 1}};
        status = read_all(&reader);
        release(&reader);
    }
    tip_buf_free(&converted);
    return status;
}
