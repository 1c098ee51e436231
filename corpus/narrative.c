/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/narrative.h"
#include "corpus/formula.h"
#include "corpus/line.h"
#include "corpus/narrative_private.h"
#include "corpus/section.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADING_MAX = 200,   /* bytes; no heading is longer, a bold paragraph is */
    HEAD_MAX = 8 * 1024, /* bytes; the heads of saved pages, with all their menus, have half */
    HELD_MAX = 4 << 20   /* bytes; the longest report of a country has a tenth */
};

static const char overview[] = "overview";

/* How far the opening paragraphs of a report are. */
enum opening {
    OPENING_NEW,     /* nothing read: the report may begin with the profile */
    OPENING_PROFILE, /* as it did */
    OPENING_OVER
};

struct tip_narrative {
    tip_document document;
    tip_sink sink;
    int year;
    const tip_country *country;
    tip_buf name; /* of the country as written, for when it is not in the table */
    const char *tier;
    bool trafficking;
    bool begun;     /* a line that begins a report was met */
    bool headed;    /* it was one with a tier, and the current country's */
    bool tier_lost; /* the tier of the current country is not waited for any longer */
    enum opening opening;
    tip_buf top;     /* section heading */
    tip_buf section; /* what the records say: top, or top > sub */
    bool in_head;
    bool in_text; /* a sentence of the head was met */
    tip_head head;
    tip_held held;
    tip_section_count *counts;
    size_t records;
};

static tip_status set_text(tip_buf *buf, tip_str text)
{
    tip_buf_clear(buf);
    return tip_buf_add(buf, text.data, text.size);
}

static tip_str country_name(const tip_narrative *narrative)
{
    return narrative->country ? tip_str_of(narrative->country->name)
                              : tip_buf_str(&narrative->name);
}

static tip_str region(const tip_narrative *narrative)
{
    if (narrative->document.region.size)
        return narrative->document.region;
    return tip_str_of(narrative->country ? narrative->country->region : NULL);
}

/* ---- Handing over ---- */

static tip_status hand_over(tip_narrative *narrative, tip_str section, tip_str text, unsigned page)
{
    const tip_country *country = narrative->country;
    tip_record record = {
        .year = narrative->year,
        .country = country_name(narrative),
        .iso3 = tip_str_of(country ? country->iso3 : NULL),
        .region = region(narrative),
        .tier = tip_str_of(narrative->tier),
        .section = section,
        .page = page,
        .title = narrative->document.title,
        .source = narrative->document.source,
        .text = text,
    };
    tip_status status =
        tip_section_count_next(&narrative->counts, record.country, section, &record.paragraph);
    if (status)
        return status;
    narrative->records++;
    return narrative->sink.record(narrative->sink.payload, &record);
}

static bool waits_for_tier(const tip_narrative *narrative)
{
    return narrative->trafficking && !narrative->tier && !narrative->tier_lost &&
           country_name(narrative).size > 0;
}

static tip_status release_held(tip_narrative *narrative)
{
    tip_held *held = &narrative->held;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < held->count && !status; i++)
        status = hand_over(narrative, tip_held_section(held, i), tip_held_text(held, i),
                           held->records[i].page);
    tip_held_drop(held, held->count);
    return status;
}

/* Whether what is no sentence can be told from the report's text. */
static bool is_certain(const tip_narrative *narrative)
{
    return narrative->trafficking && (narrative->begun || !narrative->document.assumed);
}

static size_t first_sentence(const tip_held *held)
{
    size_t i = 0;
    while (i < held->count && !tip_line_is_sentence(tip_held_text(held, i)))
        i++;
    return i;
}

/* How much of the head is none of the report's text, when it ends with a report or without one. */
static size_t chrome_of_head(const tip_narrative *narrative, bool before_report)
{
    const tip_document *document = &narrative->document;
    size_t count = narrative->held.count, first = first_sentence(&narrative->held);
    if (before_report && (narrative->head.narratives || tip_head_is_catalogued(&narrative->head) ||
                          document->country || document->name.size))
        return count;
    if (!before_report && (!is_certain(narrative) || first == count))
        return 0; /* it is all there is */
    return first;
}

/* The head ends, with the line that begins a report or without: what is text is kept. */
static tip_status end_head(tip_narrative *narrative, bool before_report)
{
    if (!narrative->in_head)
        return TIP_OK;
    narrative->in_head = false;
    tip_held_drop(&narrative->held, chrome_of_head(narrative, before_report));
    if (narrative->year == 0 && (narrative->trafficking || before_report))
        narrative->year = narrative->head.year;
    return waits_for_tier(narrative) ? TIP_OK : release_held(narrative);
}

static tip_status emit(tip_narrative *narrative, tip_str section, tip_str text, unsigned page)
{
    size_t size = narrative->held.bytes.size + section.size + text.size;
    tip_status status = TIP_OK;
    if (narrative->in_head && size > HEAD_MAX)
        status = end_head(narrative, false);
    if (!status && waits_for_tier(narrative) && size > HELD_MAX) {
        narrative->tier_lost = true;
        status = release_held(narrative);
    }
    if (status)
        return status;
    narrative->in_text |= narrative->in_head && tip_line_is_sentence(text);
    if (narrative->in_head || waits_for_tier(narrative))
        return tip_held_add(&narrative->held, section, text, page);
    return hand_over(narrative, section, text, page);
}

/* ---- Paragraphs ---- */

static tip_status add_recommendations(tip_narrative *narrative, tip_str text, unsigned page)
{
    tip_str item;
    tip_status status = TIP_OK;
    while (!status && tip_recommendation_next(&text, &item))
        if (item.size)
            status = emit(narrative, tip_buf_str(&narrative->section), item, page);
    return status;
}

/* The section of a paragraph: those to 2016 open with the profile, without a heading. */
static tip_str section_of(tip_narrative *narrative, tip_str text)
{
    tip_str section = tip_buf_str(&narrative->section);
    if (narrative->opening == OPENING_OVER || country_name(narrative).size == 0 ||
        !tip_str_equal(section, tip_str_of(overview)))
        return section;
    bool can_open = narrative->opening == OPENING_PROFILE || tip_paragraph_is_profile(text);
    if (can_open && !tip_paragraph_is_assessment(text))
        narrative->opening = OPENING_PROFILE;
    else if (tip_line_is_sentence(text))
        narrative->opening = OPENING_OVER;
    return narrative->opening == OPENING_PROFILE ? tip_str_of("profile") : section;
}

/* The tier stands in the paragraphs of the overview, wherever these are. */
static tip_status find_tier(tip_narrative *narrative, tip_str section, tip_str text)
{
    if (!waits_for_tier(narrative) || (!tip_str_equal(section, tip_str_of(overview)) &&
                                       !tip_str_equal(section, tip_str_of("profile"))))
        return TIP_OK;
    narrative->tier = tip_tier_of_sentence(text);
    if (!narrative->tier)
        return TIP_OK;
    return narrative->in_head ? end_head(narrative, false) : release_held(narrative);
}

static tip_status add_paragraph(tip_narrative *narrative, const tip_block *block, tip_str text)
{
    if (!narrative->trafficking)
        return emit(narrative, tip_buf_str(&narrative->section), text, block->page);
    if (country_name(narrative).size && tip_paragraph_is_caption(text))
        return TIP_OK;
    if (block->kind != TIP_BLOCK_ITEM &&
        tip_str_equal(tip_buf_str(&narrative->section), tip_str_of("recommendations")))
        return add_recommendations(narrative, text, block->page);
    tip_str section = section_of(narrative, text);
    tip_status status = emit(narrative, section, text, block->page);
    return status ? status : find_tier(narrative, section, text);
}

/* ---- Headings ---- */

static tip_status begin_report(tip_narrative *narrative, const tip_country *country, tip_str name,
                               const char *tier)
{
    tip_status status = end_head(narrative, true);
    if (!status)
        status = release_held(narrative);
    if (!status && !narrative->document.country_given &&
        (country || !narrative->country || narrative->begun)) {
        narrative->country = country;
        status = set_text(&narrative->name, name);
    }
    if (!narrative->document.tier_given)
        narrative->tier = tier;
    narrative->begun = true;
    narrative->headed = tier != NULL;
    narrative->trafficking = true;
    narrative->tier_lost = false;
    narrative->opening = OPENING_NEW;
    return status ? status : set_text(&narrative->section, tip_str_of(overview));
}

/* The same line again is the head of a further page, not of a further report. */
static bool is_page_head(const tip_narrative *narrative, const tip_country *country, tip_str name,
                         const char *tier)
{
    bool same = country ? country == narrative->country
                        : tip_str_equal(name, tip_buf_str(&narrative->name));
    return narrative->headed && same &&
           (narrative->document.tier_given ||
            tip_str_equal(tip_str_of(narrative->tier), tip_str_of(tier)));
}

static tip_status take_tier_line(tip_narrative *narrative, tip_str line, bool *ret_taken)
{
    tip_str name;
    const char *tier;
    *ret_taken = line.size <= HEADING_MAX && tip_tier_line(line, &name, &tier);
    if (!*ret_taken)
        return TIP_OK;
    const tip_country *country = tip_country_find(name);
    if (is_page_head(narrative, country, name, tier))
        return TIP_OK;
    return begin_report(narrative, country, name, tier);
}

/* A country's name alone, where it stands out: it begins the country's report in a document whose
 * lines tell no tiers; the current country's own is the head of a page. */
static tip_status take_name(tip_narrative *narrative, const tip_block *block, bool *ret_taken)
{
    *ret_taken = false;
    bool stands_out = block->kind == TIP_BLOCK_HEADING || block->kind == TIP_BLOCK_LINE;
    if (!narrative->trafficking || !stands_out || block->text.size > HEADING_MAX)
        return TIP_OK;
    const tip_country *country = tip_country_find(block->text);
    if (!country)
        return TIP_OK;
    *ret_taken = country == narrative->country;
    if (*ret_taken || narrative->headed || narrative->document.country ||
        !tip_line_in_capitals(block->text))
        return TIP_OK;
    *ret_taken = true;
    return begin_report(narrative, country, block->text, NULL);
}

/* A known heading, canonical; it ends the head as the report has begun. */
static tip_status set_known_section(tip_narrative *narrative, const char *section)
{
    tip_status status = narrative->trafficking ? end_head(narrative, false) : TIP_OK;
    tip_buf_clear(&narrative->top);
    if (!status)
        status = tip_buf_add_text(&narrative->top, section);
    return status ? status : set_text(&narrative->section, tip_str_of(section));
}

/* Above a country's report a heading is the site's or the document's. */
static bool is_title(const tip_narrative *narrative)
{
    return is_certain(narrative) && narrative->in_head && !narrative->in_text &&
           country_name(narrative).size > 0;
}

static tip_status take_heading(tip_narrative *narrative, tip_str heading)
{
    if (is_title(narrative) || (narrative->trafficking && tip_paragraph_is_caption(heading)))
        return TIP_OK;
    tip_status status = set_text(&narrative->top, heading);
    return status ? status : set_text(&narrative->section, heading);
}

static tip_status take_subheading(tip_narrative *narrative, tip_str heading)
{
    tip_str top = tip_buf_str(&narrative->top);
    tip_status status = set_text(&narrative->section, top);
    if (!status && top.size > 0)
        status = tip_buf_add_text(&narrative->section, " > ");
    return status ? status : tip_buf_add(&narrative->section, heading.data, heading.size);
}

/* The bytes of a known section heading that the block is or, if it is a paragraph of a report,
 * begins with. */
static size_t known_heading(const tip_narrative *narrative, const tip_block *block)
{
    tip_str text = block->text;
    if (block->kind == TIP_BLOCK_ITEM ||
        (!narrative->trafficking && block->kind != TIP_BLOCK_HEADING))
        return 0;
    size_t size = tip_section_heading_size(text);
    return size < text.size && block->kind == TIP_BLOCK_HEADING ? 0 : size;
}

static tip_status take_known_heading(tip_narrative *narrative, const tip_block *block, size_t size)
{
    tip_str heading = {block->text.data, size},
            rest = {block->text.data + size, block->text.size - size};
    tip_status status = set_known_section(narrative, tip_section_of_heading(heading));
    if (status || rest.size < 2)
        return status;
    rest = (tip_str){rest.data + 1, rest.size - 1}; /* the space behind the colon */
    return add_paragraph(narrative, block, rest);
}

/* ---- The document ---- */

size_t tip_narrative_heading_size(const tip_narrative *narrative, tip_str line)
{
    tip_str name;
    const char *tier;
    if (line.size == 0)
        return 0;
    if (line.size <= HEADING_MAX && tip_tier_line(line, &name, &tier))
        return line.size;
    return narrative->trafficking ? tip_section_heading_size(line) : 0;
}

tip_status tip_narrative_new(const tip_document *document, const tip_sink *sink,
                             tip_narrative **ret_narrative)
{
    tip_narrative *narrative = calloc(1, sizeof *narrative);
    if (!narrative)
        return TIP_NO_MEMORY;
    narrative->document = *document;
    narrative->sink = *sink;
    narrative->year = document->year;
    narrative->country = document->country;
    narrative->tier = document->tier;
    narrative->trafficking = document->trafficking;
    narrative->in_head = !document->country_given;
    tip_status status = set_text(&narrative->name, document->name);
    if (!status && document->trafficking)
        status = set_text(&narrative->section, tip_str_of(overview));
    if (status) {
        tip_narrative_free(narrative);
        return status;
    }
    *ret_narrative = narrative;
    return TIP_OK;
}

tip_status tip_narrative_add(tip_narrative *narrative, const tip_block *block)
{
    bool taken = block->text.size == 0;
    tip_status status = TIP_OK;
    if (narrative->in_head)
        tip_head_note(&narrative->head, block->text);
    if (!taken && block->kind != TIP_BLOCK_ITEM)
        status = take_tier_line(narrative, block->text, &taken);
    if (!status && !taken)
        status = take_name(narrative, block, &taken);
    if (status || taken)
        return status;
    size_t known = known_heading(narrative, block);
    if (known)
        return take_known_heading(narrative, block, known);
    if (block->kind == TIP_BLOCK_HEADING)
        return take_heading(narrative, block->text);
    if (block->kind == TIP_BLOCK_SUBHEADING && !narrative->trafficking)
        return take_subheading(narrative, block->text);
    return add_paragraph(narrative, block, block->text);
}

tip_status tip_narrative_end(tip_narrative *narrative, size_t *ret_records)
{
    tip_status status = end_head(narrative, false);
    if (!status)
        status = release_held(narrative);
    if (!status)
        *ret_records = narrative->records;
    return status;
}

void tip_narrative_free(tip_narrative *narrative)
{
    if (!narrative)
        return;
    tip_buf_free(&narrative->name);
    tip_buf_free(&narrative->top);
    tip_buf_free(&narrative->section);
    tip_held_free(&narrative->held);
    tip_section_count_free(narrative->counts);
    free(narrative);
}
