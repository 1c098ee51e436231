/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/html_private.h"
#include "corpus/line.h"
#include "corpus/narrative.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where the reading of one page stands. */
struct reader {
    const tip_html_page *page;
    tip_narrative *narrative;
    tip_buf text;           /* of the block so far */
    bool space;             /* white space to write before the next word */
    bool plain;             /* some of the text is not bold */
    size_t line;            /* where the current line of the block begins */
    bool line_plain;        /* some of the line's text is not bold */
    size_t bold_end;        /* the bytes of the line's bold beginning */
    size_t bold;            /* bold elements around this place */
    size_t items;           /* list items around this place */
    const xmlNode *heading; /* the heading element around this place */
    tip_buf label;          /* "Section 1.", to stand before the next section heading */
};

static void begin_line(struct reader *reader)
{
    reader->line = reader->text.size;
    reader->line_plain = false;
    reader->bold_end = 0;
}

static void begin_block(struct reader *reader)
{
    tip_buf_clear(&reader->text);
    reader->space = false;
    reader->plain = false;
    begin_line(reader);
}

static tip_status add(struct reader *reader, tip_block_kind kind, tip_str text)
{
    tip_block block = {.kind = kind, .text = text};
    return tip_narrative_add(reader->narrative, &block);
}

static tip_block_kind kind_of_block(const struct reader *reader)
{
    if (!reader->plain)
        return TIP_BLOCK_LINE;
    return reader->items ? TIP_BLOCK_ITEM : TIP_BLOCK_TEXT;
}

static tip_str skip_space(tip_str text)
{
    size_t size = text.size && text.data[0] == ' ';
    return (tip_str){text.data + size, text.size - size};
}

/* The current line of the block, so far. */
static tip_str current_line(const struct reader *reader)
{
    tip_str text = tip_buf_str(&reader->text);
    if (text.size == reader->line)
        return (tip_str){NULL, 0};
    return skip_space((tip_str){text.data + reader->line, text.size - reader->line});
}

/* "<b>Prosecution</b> The government ...": behind a heading a sentence begins. */
static bool begins_sentence(tip_str text)
{
    text = skip_space(text);
    return text.size > 0 && (tip_line_is_capitalized(text) || isdigit((unsigned char)*text.data));
}

static bool is_heading(const struct reader *reader, tip_str line)
{
    return line.size > 0 && tip_narrative_heading_size(reader->narrative, line) == line.size;
}

/* The bytes of the heading that a line is or begins with, in bold or with a colon; else 0. */
static size_t heading_of_line(const struct reader *reader, tip_str line)
{
    if (!tip_line_is_capitalized(line))
        return 0;
    size_t size = tip_narrative_heading_size(reader->narrative, line);
    if (size)
        return size;
    size = reader->bold_end < line.size ? reader->bold_end : line.size;
    tip_str bold = {line.data, size}, rest = {line.data + size, line.size - size};
    return begins_sentence(rest) && is_heading(reader, bold) ? size : 0;
}

/* A line that is a heading, or begins with one, ends the paragraph before it; what is behind the
 * heading begins the next. In a sentence that is broken into lines a heading is but a word. */
static tip_status end_line(struct reader *reader)
{
    tip_str before = {reader->text.data, reader->line}, line = current_line(reader);
    bool text_of_item = reader->items && reader->line_plain;
    size_t size =
        line.size && !text_of_item && tip_line_may_end(before) ? heading_of_line(reader, line) : 0;
    if (size == 0)
        return TIP_OK;
    tip_status status = add(reader, kind_of_block(reader), before);
    if (!status)
        status = add(reader, TIP_BLOCK_LINE, (tip_str){line.data, size});
    tip_str rest = skip_space((tip_str){line.data + size, line.size - size});
    if (rest.size)
        memmove(reader->text.data, rest.data, rest.size);
    reader->text.size = rest.size;
    reader->plain = reader->line_plain;
    reader->line = 0;
    reader->bold_end = 0;
    return status;
}

/* "Section 1." stands in an element of its own before the rest of its heading. */
static tip_status add_top_heading(struct reader *reader, tip_str line)
{
    tip_buf *label = &reader->label;
    tip_status status = label->size ? tip_buf_add_byte(label, ' ') : TIP_OK;
    if (!status)
        status = tip_buf_add(label, line.data, line.size);
    if (!status)
        status = add(reader, TIP_BLOCK_HEADING, tip_buf_str(label));
    tip_buf_clear(label);
    return status;
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
    return page->marked ? tip_html_has_class(reader->heading, "report__section-subtitle")
                        : tip_html_level(reader->heading) == page->sub_level;
}

/* Headings below the two levels that head sections are left out. */
static tip_status end_heading(struct reader *reader)
{
    tip_str line = tip_buf_str(&reader->text);
    if (is_heading(reader, line))
        return add(reader, TIP_BLOCK_LINE, line);
    if (reader->page->marked && tip_html_has_class(reader->heading, "report-toc-section")) {
        tip_buf_clear(&reader->label);
        return tip_buf_add(&reader->label, line.data, line.size);
    }
    if (is_top_heading(reader, line))
        return add_top_heading(reader, line);
    return is_sub_heading(reader) ? add(reader, TIP_BLOCK_SUBHEADING, line) : TIP_OK;
}

/* The block is complete: a heading, a paragraph, or nothing. */
static tip_status end_block(struct reader *reader)
{
    tip_status status = TIP_OK;
    if (reader->heading && reader->text.size > 0) {
        status = end_heading(reader);
    } else if (reader->text.size > 0) {
        status = end_line(reader);
        if (!status)
            status = add(reader, kind_of_block(reader), tip_buf_str(&reader->text));
    }
    begin_block(reader);
    return status;
}

/* A line end, or with nothing since the last one the end of a paragraph. */
static tip_status read_break(struct reader *reader)
{
    reader->space = true;
    if (reader->heading || reader->text.size == 0)
        return TIP_OK;
    if (reader->line == reader->text.size)
        return end_block(reader);
    tip_status status = end_line(reader);
    begin_line(reader);
    return status;
}

static tip_status read_text(struct reader *reader, const xmlNode *node)
{
    size_t before = reader->text.size;
    tip_status status =
        tip_html_collapse(&reader->text, &reader->space, tip_str_of((const char *)node->content));
    if (reader->text.size > before && reader->bold == 0) {
        reader->plain = true;
        reader->line_plain = true;
    }
    return status;
}

static void end_bold(struct reader *reader)
{
    if (--reader->bold == 0 && !reader->line_plain)
        reader->bold_end = current_line(reader).size;
}

static bool is_item(const xmlNode *node)
{
    return strcmp((const char *)node->name, "li") == 0;
}

static bool is_hidden(const struct reader *reader, const xmlNode *node, tip_html_kind kind)
{
    if (kind >= TIP_HTML_CHROME || tip_html_attribute(node, "hidden").data ||
        tip_html_attribute(node, "id").data)
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
    if (kind == TIP_HTML_BREAK)
        return read_break(reader);
    if (kind == TIP_HTML_BOLD)
        reader->bold++;
    if (kind == TIP_HTML_BLOCK && reader->heading)
        reader->space = true;
    if (kind < TIP_HTML_BLOCK || reader->heading)
        return TIP_OK;
    tip_status status = end_block(reader);
    if (kind == TIP_HTML_HEADING)
        reader->heading = node;
    reader->items += is_item(node);
    return status;
}

static tip_status leave(struct reader *reader, const xmlNode *node)
{
    tip_html_kind kind = tip_html_kind_of(node);
    if (kind == TIP_HTML_BOLD)
        end_bold(reader);
    if (kind < TIP_HTML_BLOCK || (reader->heading && reader->heading != node))
        return TIP_OK;
    tip_status status = end_block(reader);
    reader->heading = NULL;
    reader->items -= is_item(node);
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

static tip_status read_page(const tip_html_page *page, const tip_input *input, const tip_sink *sink,
                            size_t *ret_records)
{
    tip_document document = {
        .year = page->year,
        .country = page->country,
        .name = tip_buf_str(&page->name),
        .tier = page->tier,
        .title = tip_buf_str(&page->title),
        .source = input->path,
        .trafficking = page->trafficking,
    };
    struct reader reader = {.page = page};
    tip_status status = tip_narrative_new(&document, sink, &reader.narrative);
    if (status)
        return status;
    if (page->body)
        status = read_body(&reader, page->body);
    if (!status)
        status = tip_narrative_end(reader.narrative, ret_records);
    tip_narrative_free(reader.narrative);
    tip_buf_free(&reader.text);
    tip_buf_free(&reader.label);
    return status;
}

static bool has_tag(tip_str bytes, const char *tag)
{
    const char *at = bytes.data, *end = bytes.data + bytes.size;
    size_t size = strlen(tag);
    while (at && (size_t)(end - at) >= size && strncasecmp(at, tag, size) != 0)
        at = memchr(at + 1, '<', (size_t)(end - at) - 1);
    return at && (size_t)(end - at) >= size;
}

static void warn_of_what_is_missing(const tip_input *input, const tip_sink *sink, bool too_deep)
{
    char what[100];
    if (too_deep) {
        snprintf(what, sizeof what,
                 "elements are nested more than %d deep; the rest of the page was not read",
                 TIP_HTML_DEPTH_MAX);
        tip_warn(input, sink, what);
    }
    /* A piece of a page, which somebody has cut out, has neither. */
    if (has_tag(input->bytes, "<html") && !has_tag(input->bytes, "</html"))
        tip_warn(input, sink, "the page is cut off, </html> is missing; what there is was read");
}

tip_status tip_read_html(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    xmlDoc *doc;
    bool too_deep;
    tip_status status = tip_html_parse(input, &doc, &too_deep, err);
    if (status)
        return status;
    warn_of_what_is_missing(input, sink, too_deep);
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
