/* SPDX-License-Identifier: GPL-2.0-or-later */
#define HASH_NONFATAL_OOM 1
#include "base/error.h"
#include "corpus/html_private.h"
#include "corpus/section.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uthash.h>

/* No heading is longer; a bold paragraph is. */
#define HEADING_MAX 200

/* How many paragraphs a section has so far. The key is the country's name, NUL, the section. */
struct section_count {
    unsigned count;
    UT_hash_handle hh;
    size_t size;
    char key[];
};

/* Where the reading of one page stands. */
struct reader {
    const tip_html_page *page;
    const tip_input *input;
    const tip_sink *sink;
    tip_buf text;           /* of the block so far */
    bool space;             /* white space to write before the next word */
    bool plain;             /* some of the text is not bold */
    size_t bold;            /* bold elements around this place */
    const xmlNode *heading; /* the heading element around this place */
    tip_buf label;          /* "Section 1.", to stand before the next section heading */
    tip_buf top;            /* section heading */
    tip_buf section;        /* what the records say: top, or top > sub */
    tip_buf name;           /* country as the page has it; for when it is unknown */
    const tip_country *country;
    const char *tier;
    bool trafficking;
    struct section_count *counts;
    size_t records;
};

static tip_status set_text(tip_buf *buf, tip_str text)
{
    tip_buf_clear(buf);
    return tip_buf_add(buf, text.data, text.size);
}

static void begin_block(struct reader *reader)
{
    tip_buf_clear(&reader->text);
    reader->space = false;
    reader->plain = false;
}

/* The number of the next paragraph of this section; a section that comes back is continued, so
 * that no two paragraphs have one name. */
static tip_status next_number(struct reader *reader, unsigned *ret_number)
{
    tip_str name = reader->country ? tip_str_of(reader->country->name) : tip_buf_str(&reader->name);
    size_t size = name.size + 1 + reader->section.size;
    struct section_count *entry = calloc(1, sizeof *entry + size);
    if (!entry)
        return TIP_NO_MEMORY;
    if (name.size)
        memcpy(entry->key, name.data, name.size);
    if (reader->section.size)
        memcpy(entry->key + name.size + 1, reader->section.data, reader->section.size);
    entry->size = size;
    struct section_count *found = NULL;
    HASH_FIND(hh, reader->counts, entry->key, size, found);
    if (!found) {
        found = entry;
        unsigned before = HASH_COUNT(reader->counts);
        HASH_ADD_KEYPTR(hh, reader->counts, entry->key, size, entry);
        if (HASH_COUNT(reader->counts) == before)
            found = NULL;
    }
    if (found != entry)
        free(entry);
    if (!found)
        return TIP_NO_MEMORY;
    *ret_number = ++found->count;
    return TIP_OK;
}

static void free_counts(struct reader *reader)
{
    struct section_count *entry, *next;
    HASH_ITER(hh, reader->counts, entry, next)
    {
        HASH_DEL(reader->counts, entry);
        free(entry);
    }
}

static tip_status emit(struct reader *reader, tip_str text)
{
    const tip_country *country = reader->country;
    tip_record record = {
        .year = reader->page->year,
        .country = country ? tip_str_of(country->name) : tip_buf_str(&reader->name),
        .iso3 = tip_str_of(country ? country->iso3 : NULL),
        .region = tip_str_of(country ? country->region : NULL),
        .tier = tip_str_of(reader->tier),
        .section = tip_buf_str(&reader->section),
        .title = tip_buf_str(&reader->page->title),
        .source = reader->input->path,
        .text = text,
    };
    tip_status status = next_number(reader, &record.paragraph);
    if (status)
        return status;
    reader->records++;
    return reader->sink->record(reader->sink->payload, &record);
}

/* The part of `rest` before the next bullet, trimmed; moves `rest` behind that bullet. */
static tip_str next_item(tip_str *rest)
{
    static const char bullet[] = "\xE2\x80\xA2";
    const char *found = memmem(rest->data, rest->size, bullet, sizeof bullet - 1);
    size_t size = found ? (size_t)(found - rest->data) : rest->size;
    tip_str item = {rest->data, size};
    size_t used = found ? size + sizeof bullet - 1 : size;
    *rest = (tip_str){rest->data + used, rest->size - used};
    while (item.size > 0 && item.data[0] == ' ')
        item = (tip_str){item.data + 1, item.size - 1};
    while (item.size > 0 && item.data[item.size - 1] == ' ')
        item.size--;
    return item;
}

/* Some years print the list of recommendations as one paragraph with bullets in it. */
static tip_status emit_block(struct reader *reader)
{
    tip_str rest = tip_buf_str(&reader->text);
    tip_str section = tip_buf_str(&reader->section);
    if (!reader->trafficking || !tip_str_equal(section, tip_str_of("recommendations")))
        return emit(reader, rest);
    tip_status status = TIP_OK;
    while (rest.size > 0 && !status) {
        tip_str item = next_item(&rest);
        if (item.size > 0)
            status = emit(reader, item);
    }
    return status;
}

/* A tier line begins a narrative: its country, its tier, no section yet. */
static tip_status take_tier_line(struct reader *reader, tip_str line, bool *ret_taken)
{
    tip_str name;
    const char *tier;
    *ret_taken = line.size <= HEADING_MAX && tip_tier_line(line, &name, &tier);
    if (!*ret_taken)
        return TIP_OK;
    const tip_country *country = tip_country_find(name);
    tip_status status = TIP_OK;
    if (country)
        reader->country = country;
    else if (!reader->country)
        status = set_text(&reader->name, name);
    reader->tier = tier;
    reader->trafficking = true;
    return status ? status : set_text(&reader->section, tip_str_of("overview"));
}

/* Whether a line is a heading of a narrative, which then rules what follows. */
static tip_status take_narrative_heading(struct reader *reader, tip_str line, bool *ret_taken)
{
    tip_status status = take_tier_line(reader, line, ret_taken);
    if (status || *ret_taken || !reader->trafficking || line.size > HEADING_MAX)
        return status;
    const char *section = tip_section_of_heading(line);
    if (!section)
        return TIP_OK;
    *ret_taken = true;
    return set_text(&reader->section, tip_str_of(section));
}

/* "Section 1." stands in an element of its own before the rest of its heading. */
static tip_status take_top_heading(struct reader *reader, tip_str line)
{
    tip_buf_clear(&reader->top);
    tip_status status = tip_buf_add(&reader->top, reader->label.data, reader->label.size);
    if (!status && reader->label.size > 0)
        status = tip_buf_add_byte(&reader->top, ' ');
    if (!status)
        status = tip_buf_add(&reader->top, line.data, line.size);
    tip_buf_clear(&reader->label);
    return status ? status : set_text(&reader->section, tip_buf_str(&reader->top));
}

static tip_status take_sub_heading(struct reader *reader, tip_str line)
{
    tip_status status = set_text(&reader->section, tip_buf_str(&reader->top));
    if (!status && reader->top.size > 0)
        status = tip_buf_add_text(&reader->section, " > ");
    return status ? status : tip_buf_add(&reader->section, line.data, line.size);
}

/* "Section 7. Worker Rights" heads a section even where the page marks it as a sub-heading. */
static bool is_numbered(tip_str line)
{
    static const char word[] = "section ";
    size_t size = sizeof word - 1;
    return line.size > size && strncasecmp(line.data, word, size) == 0 &&
           isdigit((unsigned char)line.data[size]);
}

static bool is_top_heading(const struct reader *reader, tip_str line)
{
    const tip_html_page *page = reader->page;
    if (page->marked ? tip_html_has_class(reader->heading, "report__section-title")
                     : tip_html_level(reader->heading) == page->top_level)
        return true;
    return is_numbered(line);
}

static bool is_sub_heading(const struct reader *reader)
{
    const tip_html_page *page = reader->page;
    if (reader->trafficking)
        return false;
    return page->marked ? tip_html_has_class(reader->heading, "report__section-subtitle")
                        : tip_html_level(reader->heading) == page->sub_level;
}

static tip_status end_heading(struct reader *reader)
{
    tip_str line = tip_buf_str(&reader->text);
    bool taken;
    tip_status status = take_narrative_heading(reader, line, &taken);
    if (status || taken)
        return status;
    if (reader->page->marked && tip_html_has_class(reader->heading, "report-toc-section"))
        return set_text(&reader->label, line);
    if (is_top_heading(reader, line))
        return take_top_heading(reader, line);
    return is_sub_heading(reader) ? take_sub_heading(reader, line) : TIP_OK;
}

/* The block is complete: a heading, a paragraph, or nothing. */
static tip_status end_block(struct reader *reader)
{
    if (reader->text.size == 0) {
        begin_block(reader);
        return TIP_OK;
    }
    bool taken = reader->heading != NULL;
    tip_status status = TIP_OK;
    if (taken)
        status = end_heading(reader);
    else if (reader->plain)
        status = take_tier_line(reader, tip_buf_str(&reader->text), &taken);
    else
        status = take_narrative_heading(reader, tip_buf_str(&reader->text), &taken);
    if (!status && !taken)
        status = emit_block(reader);
    begin_block(reader);
    return status;
}

/* "<b>PROSECUTION:</b> The government ..." and "<b>Prosecution</b><br>The government ...": the
 * bold words that begin a block are its heading. */
static tip_status end_run_in(struct reader *reader, bool at_line_end)
{
    tip_str line = tip_buf_str(&reader->text);
    if (reader->heading || reader->plain || line.size == 0)
        return TIP_OK;
    if (!at_line_end && line.data[line.size - 1] != ':')
        return TIP_OK;
    bool taken;
    tip_status status = take_narrative_heading(reader, line, &taken);
    if (!status && taken)
        begin_block(reader);
    return status;
}

static tip_status read_text(struct reader *reader, const xmlNode *node)
{
    size_t before = reader->text.size;
    tip_status status =
        tip_html_collapse(&reader->text, &reader->space, tip_str_of((const char *)node->content));
    if (reader->text.size > before && reader->bold == 0)
        reader->plain = true;
    return status;
}

static bool is_hidden(const struct reader *reader, const xmlNode *node, tip_html_kind kind)
{
    if (kind >= TIP_HTML_CHROME || tip_html_attribute(node, "hidden").data)
        return true;
    return kind == TIP_HTML_BLOCK && !reader->heading && tip_html_is_menu(node);
}

/* `*ret_down`: whether the node's children are to be read, and leave() to be called behind them. */
static tip_status enter(struct reader *reader, const xmlNode *node, bool *ret_down)
{
    tip_html_kind kind = tip_html_kind_of(node);
    *ret_down = false;
    if (node->type == XML_TEXT_NODE)
        return read_text(reader, node);
    if (node->type != XML_ELEMENT_NODE || is_hidden(reader, node, kind))
        return TIP_OK;
    *ret_down = true;
    if (kind == TIP_HTML_BREAK) {
        reader->space = true;
        return end_run_in(reader, true);
    }
    if (kind == TIP_HTML_BOLD)
        reader->bold++;
    if (kind == TIP_HTML_BLOCK && reader->heading)
        reader->space = true;
    if (kind < TIP_HTML_BLOCK || reader->heading)
        return TIP_OK;
    tip_status status = end_block(reader);
    if (kind == TIP_HTML_HEADING)
        reader->heading = node;
    return status;
}

static tip_status leave(struct reader *reader, const xmlNode *node)
{
    tip_html_kind kind = tip_html_kind_of(node);
    if (kind == TIP_HTML_BOLD && --reader->bold == 0)
        return end_run_in(reader, false);
    if (kind < TIP_HTML_BLOCK || (reader->heading && reader->heading != node))
        return TIP_OK;
    tip_status status = end_block(reader);
    reader->heading = NULL;
    return status;
}

static tip_status read_body(struct reader *reader, const xmlNode *body)
{
    const xmlNode *node = body->children;
    tip_status status = TIP_OK;
    while (node && !status) {
        bool down;
        status = enter(reader, node, &down);
        if (!status && down && node->children) {
            node = node->children;
            continue;
        }
        if (!status && down)
            status = leave(reader, node);
        while (!status && !node->next && node->parent != body) {
            node = node->parent;
            status = leave(reader, node);
        }
        node = node->next;
    }
    return status ? status : end_block(reader);
}

static void free_reader(struct reader *reader)
{
    free_counts(reader);
    tip_buf_free(&reader->text);
    tip_buf_free(&reader->label);
    tip_buf_free(&reader->top);
    tip_buf_free(&reader->section);
    tip_buf_free(&reader->name);
}

static tip_status read_page(const tip_html_page *page, const tip_input *input, const tip_sink *sink,
                            size_t *ret_records)
{
    struct reader reader = {
        .page = page,
        .input = input,
        .sink = sink,
        .country = page->country,
        .tier = page->tier,
        .trafficking = page->trafficking,
    };
    tip_status status = set_text(&reader.name, tip_buf_str(&page->name));
    if (!status && page->trafficking)
        status = set_text(&reader.section, tip_str_of("overview"));
    if (!status && page->body)
        status = read_body(&reader, page->body);
    *ret_records = reader.records;
    free_reader(&reader);
    return status;
}

static void warn_cut(const tip_input *input, const tip_sink *sink)
{
    if (!sink->warning)
        return;
    char message[800];
    int size = (int)(input->path.size < 500 ? input->path.size : 500);
    snprintf(message, sizeof message,
             "%.*s: elements are nested more than %d deep; the rest of the page was not read", size,
             input->path.data, TIP_HTML_DEPTH_MAX);
    sink->warning(sink->payload, message);
}

tip_status tip_read_html(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    xmlDoc *doc;
    bool cut;
    tip_status status = tip_html_parse(input, &doc, &cut, err);
    if (status)
        return status;
    if (cut)
        warn_cut(input, sink);
    tip_html_page page = {0};
    size_t records = 0;
    status = tip_html_page_read(doc, input->path, &page);
    if (!status)
        status = read_page(&page, input, sink, &records);
    tip_html_page_free(&page);
    xmlFreeDoc(doc);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (!status && records == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%.*s: the page has no paragraph of text",
                        (int)(input->path.size < 500 ? input->path.size : 500), input->path.data);
    return status;
}
