/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines to paragraphs. */
#include "corpus/line.h"
#include "corpus/pdf_private.h"
#include "corpus/repair.h"
#include "corpus/section.h"

#include <math.h>
#include <string.h>
#include <utf8proc.h>

enum {
    SIZES = 160,        /* of fonts that are told apart: half points up to 80 */
    PITCHES = 200,      /* of lines that are told apart: quarter points up to 50 */
    HEADING_MAX = 160,  /* bytes of a line that stands out because it is a heading */
    SUBHEADING_MAX = 90 /* ... because it is bold */
};

/* How much further in a line begins that is indented, in font sizes. */
#define INDENT 0.6F

/* What the document's text looks like, for telling what stands out. */
struct look {
    float size;  /* font size of most of it */
    float pitch; /* from the top of a line to that of the next, in font sizes */
    bool bold;
    bool indented; /* paragraphs begin with an indented line */
};

struct builder {
    const tip_pdf_lines *lines;
    const tip_vocabulary *vocabulary;
    struct look look;
    tip_block_fn *take;
    void *payload;
    tip_buf text;             /* of the block so far */
    tip_buf line;             /* repaired */
    tip_block_kind kind;      /* of the block so far */
    unsigned page;            /* it begins on */
    size_t lines_taken;       /* of it */
    const tip_pdf_line *last; /* its last line; NULL when there is no block */
    float hang;               /* how far into its column the second line begins, if further than the
                                 first; else 0 */
};

/* --- the look of the document --- */

/* The last of those that are at least `share` of 100 of the largest. */
static size_t last_large(const size_t *counts, size_t count, size_t share)
{
    size_t most = 0, last = 0;
    for (size_t i = 0; i < count; i++)
        most = counts[i] > most ? counts[i] : most;
    for (size_t i = 0; i < count; i++)
        last = counts[i] > 0 && counts[i] * 100 >= most * share ? i : last;
    return last;
}

static size_t clamp(float value, size_t count)
{
    return value <= 0 ? 0 : value >= (float)(count - 1) ? count - 1 : (size_t)value;
}

static void find_size(const tip_pdf_lines *lines, struct look *look)
{
    size_t letters[SIZES] = {0};
    size_t bold = 0, all = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const tip_pdf_line *line = &lines->items[i];
        if (line->gone || line->kind != TIP_PDF_FLOW)
            continue;
        letters[clamp(line->size * 2 + 0.5F, SIZES)] += line->text_size;
        all += line->text_size;
        bold += line->bold ? line->text_size : 0;
    }
    /* Notes and tables in small print may be more than the text. */
    look->size = (float)last_large(letters, SIZES, 30) / 2;
    look->bold = bold * 2 > all;
}

static bool is_body(const struct look *look, const tip_pdf_line *line)
{
    return line->kind == TIP_PDF_FLOW && !line->gone && fabsf(line->size - look->size) < 0.3F;
}

static void find_pitch(const tip_pdf_lines *lines, struct look *look)
{
    size_t pitches[PITCHES] = {0};
    for (size_t i = 1; i < lines->count; i++) {
        const tip_pdf_line *a = &lines->items[i - 1], *b = &lines->items[i];
        float pitch = b->box.top - a->box.top;
        if (a->column == b->column && is_body(look, a) && is_body(look, b) &&
            pitch > 0.8F * look->size && pitch < 2.5F * look->size)
            pitches[clamp(pitch * 4, PITCHES)]++;
    }
    size_t best = last_large(pitches, PITCHES, 100);
    look->pitch = best && look->size > 0 ? ((float)best + 0.5F) / 4 / look->size : 1.2F;
}

static float offset(const tip_pdf_line *line)
{
    return (line->box.left - line->column_left) / line->size;
}

/* Lines that stand further in than the one below them, against all that do not. */
static void find_indents(const tip_pdf_lines *lines, struct look *look)
{
    size_t indented = 0, all = 0;
    for (size_t i = 1; i < lines->count; i++) {
        const tip_pdf_line *a = &lines->items[i - 1], *b = &lines->items[i];
        if (a->column != b->column || !is_body(look, a) || !is_body(look, b))
            continue;
        all++;
        indented += offset(a) > INDENT && offset(a) < 4 && offset(b) < 0.2F;
    }
    look->indented = indented * 30 > all;
}

/* --- what a line says --- */

static tip_str first_word(tip_str text)
{
    const char *space = text.size ? memchr(text.data, ' ', text.size) : NULL;
    return space ? (tip_str){text.data, (size_t)(space - text.data)} : text;
}

/* A bullet and what follows it. */
static bool is_item(tip_str text, tip_str *ret_rest)
{
    static const char *const bullets[] = {
        "\xE2\x80\xA2", /* U+2022 bullet */
        "\xE2\x96\xAA", /* U+25AA small square */
        "\xE2\x97\x8F", /* U+25CF circle */
        "\xE2\x97\xA6", /* U+25E6 white bullet */
        "\xE2\x80\xA3", /* U+2023 triangular bullet */
        "\xE2\x96\xA0", /* U+25A0 square */
        "\xC2\xB7",     /* U+00B7 middle dot */
        "\xEF\x82\xB7", /* U+F0B7 bullet of the Symbol font */
        "\xEF\x82\xA7", /* U+F0A7 square of the Wingdings font */
    };
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        size_t size = strlen(bullets[i]);
        if (text.size < size || memcmp(text.data, bullets[i], size) != 0)
            continue;
        size += text.size > size && text.data[size] == ' ';
        *ret_rest = (tip_str){text.data + size, text.size - size};
        return true;
    }
    return false;
}

/* Whether a paragraph may end here. A bracket at the end is a note to the sentence before it, or a
 * part of a sentence that goes on. */
static bool ends_sentence(tip_str text)
{
    size_t start;
    const char *open = text.size ? memrchr(text.data, '(', text.size) : NULL;
    if (open && open > text.data && tip_line_last(text, &start) == ')') {
        text.size = (size_t)(open - text.data);
        while (text.size && text.data[text.size - 1] == ' ')
            text.size--;
    }
    return tip_line_may_end(text);
}

static bool begins_small(tip_str text)
{
    utf8proc_int32_t code = 0;
    (void)tip_line_first(text, &code);
    return utf8proc_category(code) == UTF8PROC_CATEGORY_LL;
}

static bool is_caption(tip_str text)
{
    tip_str word = first_word(text);
    return tip_str_equal(word, tip_str_of("Table")) || tip_str_equal(word, tip_str_of("Figure"));
}

/* The font size of the next line of text. */
static float size_below(const struct builder *builder, const tip_pdf_line *line)
{
    const tip_pdf_line *end = builder->lines->items + builder->lines->count;
    const tip_pdf_line *next = line + 1;
    while (next < end && (next->gone || next->kind != TIP_PDF_FLOW))
        next++;
    return next < end ? next->size : line->size;
}

/* What a line is by its look. */
static tip_block_kind kind_of(const struct builder *builder, const tip_pdf_line *line)
{
    tip_str text = tip_pdf_line_text(builder->lines, line);
    const struct look *look = &builder->look;
    bool large = line->size > 1.12F * look->size;
    bool bold = line->bold && !look->bold;
    if (line->kind != TIP_PDF_FLOW || text.size > HEADING_MAX)
        return TIP_BLOCK_TEXT;
    if (tip_line_in_capitals(text))
        return large || (bold && line->size > 1.04F * size_below(builder, line)) ? TIP_BLOCK_HEADING
                                                                                 : TIP_BLOCK_LINE;
    if (is_caption(text) || line->size < 0.95F * look->size)
        return TIP_BLOCK_TEXT;
    if (large)
        return ends_sentence(text) ? TIP_BLOCK_TEXT : TIP_BLOCK_HEADING;
    if (bold && text.size <= SUBHEADING_MAX && !ends_sentence(text))
        return TIP_BLOCK_SUBHEADING;
    return bold && text.size <= SUBHEADING_MAX ? TIP_BLOCK_LINE : TIP_BLOCK_TEXT;
}

/* --- where blocks begin --- */

static bool same_style(const tip_pdf_line *a, const tip_pdf_line *b)
{
    return a->bold == b->bold && fabsf(a->size - b->size) < 0.05F * a->size + 0.1F;
}

/* Whether the first word of a line had fitted on the one before: then that one was ended on
 * purpose. Text may run around a picture, so the line before that says how wide the column is. */
static bool had_room(const struct builder *builder, const tip_pdf_line *line)
{
    const tip_pdf_line *last = builder->last;
    float right = last->column_right;
    for (const tip_pdf_line *near = last - 1; near >= builder->lines->items && near > last - 3;
         near--)
        if (near->column == last->column && near->box.right < right && near->column == line->column)
            right = fmaxf(near->box.right, fmaxf(last->box.right, line->box.right));
    float space = 0.25F * last->size;
    float word = line->first_right - line->box.left;
    return last->box.right + space + word < right - 0.5F * last->size;
}

/* A paragraph of one line may be indented itself: then the column says what that is. */
static bool is_indented(const struct builder *builder, const tip_pdf_line *line)
{
    const tip_pdf_line *last = builder->last;
    bool first =
        last->column != line->column || (builder->look.indented && builder->lines_taken == 1);
    return line->box.left > (first ? line->column_left : last->box.left) + INDENT * line->size;
}

/* Whether the item of a list ends before this line, which begins left of its text. */
static bool leaves_item(const struct builder *builder, const tip_pdf_line *line)
{
    return line->box.left - line->column_left < builder->hang - 0.3F * line->size;
}

static bool text_begins(const struct builder *builder, const tip_pdf_line *line)
{
    const tip_pdf_line *last = builder->last;
    float pitch = line->box.top - last->box.top;
    bool ended = ends_sentence(tip_buf_str(&builder->text));
    if (ended && tip_section_of_heading(tip_pdf_line_text(builder->lines, line)))
        return true;
    if (last->column != line->column) {
        bool next = last->page != line->page || line->box.top < last->box.top;
        if (begins_small(tip_pdf_line_text(builder->lines, line)))
            return false;
        if (!next && pitch > 1.3F * builder->look.pitch * line->size)
            return true;
        bool hanging = builder->kind == TIP_BLOCK_ITEM || builder->hang > 0;
        return ended && (had_room(builder, line) ||
                         (hanging ? leaves_item(builder, line) : is_indented(builder, line)));
    }
    if (pitch > 1.22F * builder->look.pitch * line->size || pitch < 0)
        return true;
    if (builder->hang > 0)
        return leaves_item(builder, line) || (ended && is_indented(builder, line));
    bool hanging = builder->kind == TIP_BLOCK_ITEM && builder->lines_taken == 1;
    return ended && ((is_indented(builder, line) && !hanging) || had_room(builder, line));
}

/* Headings go on over lines when they are full, or when the line behind names the tier. */
static bool heading_begins(const struct builder *builder, const tip_pdf_line *line)
{
    const tip_pdf_line *last = builder->last;
    float pitch = line->box.top - last->box.top;
    if (pitch < 0 || pitch > 1.8F * fmaxf(line->size, builder->look.size))
        return true;
    tip_str text = tip_buf_str(&builder->text), ignored;
    const char *tier;
    char both[2 * HEADING_MAX + 2];
    if (text.size == 0 || text.size + line->text_size + 1 > sizeof both)
        return true;
    memcpy(both, text.data, text.size);
    both[text.size] = ' ';
    memcpy(both + text.size + 1, tip_pdf_line_text(builder->lines, line).data, line->text_size);
    if (tip_tier_line((tip_str){both, text.size + 1 + line->text_size}, &ignored, &tier))
        return false;
    return had_room(builder, line) || tip_section_of_heading(text) ||
           tip_tier_line(text, &ignored, &tier);
}

static bool begins_block(const struct builder *builder, const tip_pdf_line *line,
                         tip_block_kind kind)
{
    const tip_pdf_line *last = builder->last;
    tip_str rest;
    if (!last || line->kind == TIP_PDF_ROW)
        return true;
    if (line->kind == TIP_PDF_CELL)
        return false;
    if (last->kind != TIP_PDF_FLOW || is_item(tip_pdf_line_text(builder->lines, line), &rest))
        return true;
    bool plain = builder->kind == TIP_BLOCK_TEXT || builder->kind == TIP_BLOCK_ITEM;
    if (plain && same_style(last, line))
        return text_begins(builder, line);
    if (plain || kind == TIP_BLOCK_TEXT || builder->kind != kind || !same_style(last, line))
        return true;
    return heading_begins(builder, line);
}

/* --- blocks --- */

static tip_status flush(struct builder *builder)
{
    tip_block block = {builder->kind, tip_buf_str(&builder->text), builder->page};
    tip_status status = TIP_OK;
    if (builder->last && block.text.size)
        status = builder->take(builder->payload, &block);
    tip_buf_clear(&builder->text);
    builder->last = NULL;
    builder->hang = 0;
    return status;
}

static tip_status add_line(struct builder *builder, const tip_pdf_line *line)
{
    tip_str text = tip_pdf_line_text(builder->lines, line);
    tip_block_kind kind = kind_of(builder, line);
    tip_status status = TIP_OK;
    if (begins_block(builder, line, kind)) {
        status = flush(builder);
        builder->page = line->page;
        builder->kind = is_item(text, &text) ? TIP_BLOCK_ITEM : kind;
        builder->lines_taken = 0;
    } else if (builder->lines_taken == 1 && builder->last->column == line->column &&
               line->box.left > builder->last->box.left + 0.5F * line->size) {
        builder->hang = line->box.left - line->column_left;
    }
    builder->lines_taken++;
    tip_buf_clear(&builder->line);
    if (status == TIP_OK)
        status = tip_repair_line(builder->vocabulary, text, &builder->line);
    if (status == TIP_OK)
        status = tip_repair_join(builder->vocabulary, &builder->text, tip_buf_str(&builder->line));
    builder->last = line;
    return status;
}

tip_status tip_pdf_lines_blocks(const tip_pdf_lines *lines, tip_block_fn *take, void *payload)
{
    struct builder builder = {.lines = lines, .take = take, .payload = payload};
    tip_vocabulary *vocabulary = NULL;
    tip_status status = tip_vocabulary_new(&vocabulary);
    for (size_t i = 0; i < lines->count && status == TIP_OK; i++)
        if (!lines->items[i].gone)
            status = tip_vocabulary_add(vocabulary, tip_pdf_line_text(lines, &lines->items[i]));
    builder.vocabulary = vocabulary;
    find_size(lines, &builder.look);
    find_pitch(lines, &builder.look);
    find_indents(lines, &builder.look);
    for (size_t i = 0; i < lines->count && status == TIP_OK; i++)
        if (!lines->items[i].gone)
            status = add_line(&builder, &lines->items[i]);
    if (status == TIP_OK)
        status = flush(&builder);
    tip_buf_free(&builder.text);
    tip_buf_free(&builder.line);
    tip_vocabulary_free(vocabulary);
    return status;
}
