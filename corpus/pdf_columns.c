/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns. */
#include "corpus/pdf_page.h"

#include <math.h>
#include <string.h>

/* Columns of columns of columns: what is nested deeper is read as it stands. */
enum { DEPTH_MAX = 4 };

/* From line to line of a column on average, gaps between paragraphs included; in font sizes. */
#define PITCH_MAX 1.6F

/* From line to line of a paragraph at most, in font sizes. */
#define LINE_PITCH 1.3F

/* Lines that a gutter must have on both sides to be looked for on later pages too. */
enum { GUTTER_LINES = 20 };

/* Width of the empty strip between two columns, at least; in points. Reports have 12 to 24, and
 * spaces between words of 2 to 6. */
#define STRIP_WIDTH 8.0F

static void add_to_side(tip_side *side, const tip_pdf_word *words, size_t count)
{
    tip_box box = tip_words_around(words, count);
    if (side->lines == 0) {
        side->box = box;
    } else {
        side->box.left = tip_min(side->box.left, box.left);
        side->box.right = tip_max(side->box.right, box.right);
        side->box.bottom = tip_max(side->box.bottom, box.bottom);
    }
    for (size_t i = 0; i < count; i++) {
        side->ink += words[i].box.right - words[i].box.left;
        side->letters += words[i].text_size;
    }
    side->sizes += words[0].size;
    side->lines++;
}

/* The words of one side, which come in order of their middles, line by line. */
static void measure_side(const tip_pdf_word *words, size_t count, float split, bool left,
                         tip_pdf_word *room, tip_side *ret_side)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if ((words[i].box.left < split) == left)
            room[kept++] = words[i];
    *ret_side = (tip_side){0};
    for (size_t i = 0; i < kept;) {
        size_t size = tip_words_line(room + i, kept - i);
        add_to_side(ret_side, room + i, size);
        i += size;
    }
}

/* Words fill the lines of a column, more or less, but not those of a table. Where a column is known
 * to be, it may have short lines only. */
static bool is_filled(const tip_side *side, float width, bool known)
{
    float share = known ? 0.3F : 0.5F;
    size_t letters = known ? 6 : 12;
    return side->lines > 0 && side->ink > share * width * (float)side->lines &&
           side->letters > letters * side->lines;
}

/* Lines of a column follow each other closely, those of cells do not. */
static bool is_dense(const tip_side *side)
{
    return tip_box_height(&side->box) < PITCH_MAX * side->sizes;
}

static bool are_columns(const tip_side *left, const tip_side *right)
{
    float a = tip_box_width(&left->box), b = tip_box_width(&right->box);
    return left->lines >= 2 && right->lines >= 2 && is_filled(left, a, false) &&
           is_filled(right, b, false) && is_dense(left) && is_dense(right) && a > 0.42F * b &&
           b > 0.42F * a;
}

/* How many lines a strip parts into columns. */
static size_t column_score(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                           tip_pdf_word *room, size_t *ret_crossed)
{
    size_t score = 0;
    bool crossed;
    *ret_crossed = 0;
    for (size_t i = 0; i < count;) {
        size_t size = tip_words_band(words + i, count - i, strip, &crossed);
        tip_side left, right;
        if (crossed) {
            *ret_crossed += size;
        } else {
            measure_side(words + i, size, strip->left, true, room, &left);
            measure_side(words + i, size, strip->left, false, room, &right);
            if (are_columns(&left, &right))
                score += left.lines < right.lines ? left.lines : right.lines;
        }
        i += size;
    }
    return score;
}

static tip_status order(tip_layout *layout, tip_pdf_word *words, size_t count,
                        const tip_box *column, unsigned depth);

/* Brings the words left of the strip before the others, both in order of their middles. */
static size_t part(tip_layout *layout, tip_pdf_word *words, size_t count, const tip_strip *strip)
{
    size_t left = 0, right = 0;
    for (size_t i = 0; i < count; i++) {
        if (words[i].box.left < strip->left)
            words[left++] = words[i];
        else
            layout->room[right++] = words[i];
    }
    memcpy(words + left, layout->room, right * sizeof *words);
    return left;
}

/* The width of the columns on both sides of the strip, over all bands, inside the outer column. */
static void measure_columns(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                            const tip_box *outer, tip_box columns[2])
{
    columns[0] = (tip_box){strip->left, 0, 0, 0};
    columns[1] = (tip_box){INFINITY, 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        const tip_box *box = &words[i].box;
        tip_box *side = &columns[box->left >= strip->left];
        if (!tip_words_cross(&words[i], 1, strip)) {
            side->left = tip_min(side->left, tip_max(box->left, outer->left));
            side->right = tip_max(side->right, tip_min(box->right, outer->right));
        }
    }
}

/* Whether a band, however small, is a part of the columns. */
static bool is_column_band(tip_layout *layout, const tip_pdf_word *words, size_t count,
                           const tip_strip *strip, const tip_box columns[2])
{
    tip_side left, right;
    measure_side(words, count, strip->left, true, layout->room, &left);
    measure_side(words, count, strip->left, false, layout->room, &right);
    return is_filled(&left, tip_box_width(&columns[0]), strip->known) &&
           is_filled(&right, tip_box_width(&columns[1]), strip->known);
}

static tip_status order_columns(tip_layout *layout, tip_pdf_word *words, size_t count,
                                const tip_strip *strip, const tip_box columns[2], unsigned depth)
{
    size_t left = part(layout, words, count, strip);
    tip_status status = order(layout, words, left, &columns[0], depth + 1);
    return status == TIP_OK ? order(layout, words + left, count - left, &columns[1], depth + 1)
                            : status;
}

/* How many words at the start of a band of columns are the short last lines of what spans the
 * columns above: they follow it closely, and nothing stands beside them. */
static size_t tail_of(const tip_pdf_word *words, size_t count, const tip_pdf_word *above,
                      const tip_strip *strip)
{
    size_t tail = 0;
    while (tail < count) {
        size_t size = tip_words_line(words + tail, count - tail);
        tip_box box = tip_words_around(words + tail, size);
        if (box.right > strip->left || box.top - above->box.top > LINE_PITCH * above->size ||
            fabsf(words[tail].size - above->size) > 0.1F)
            break;
        above = &words[tail];
        tail += size;
    }
    return tail;
}

/* What lies between two bands of columns is one column, with its tables. */
static tip_status order_bands(tip_layout *layout, tip_pdf_word *words, size_t count,
                              const tip_strip *strip, const tip_box *column, unsigned depth)
{
    tip_box columns[2];
    measure_columns(words, count, strip, column, columns);
    tip_status status = TIP_OK;
    bool crossed;
    size_t start = 0; /* of what is no columns */
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t size = tip_words_band(words + i, count - i, strip, &crossed);
        if (!crossed && is_column_band(layout, words + i, size, strip, columns)) {
            if (i > start) {
                size_t tail = tail_of(words + i, size, &words[i - 1], strip);
                i += tail;
                size -= tail;
            }
            status = order(layout, words + start, i - start, column, DEPTH_MAX);
            if (status == TIP_OK)
                status = order_columns(layout, words + i, size, strip, columns, depth);
            start = i + size;
        }
        i += size;
    }
    return status == TIP_OK ? order(layout, words + start, count - start, column, DEPTH_MAX)
                            : status;
}

/* Puts a gutter before the others; the oldest may go. */
static void remember_gutter(tip_pdf_lines *lines, float center)
{
    if (lines->gutter_count < TIP_PDF_GUTTERS)
        lines->gutter_count++;
    memmove(lines->gutters + 1, lines->gutters, (lines->gutter_count - 1) * sizeof *lines->gutters);
    lines->gutters[0] = center;
}

/* Whether a few lines stand beside a strip that few words cross. */
static bool is_gutter(const tip_layout *layout, const tip_pdf_word *words, size_t count,
                      const tip_strip *strip)
{
    size_t beside = 0, crossed = 0;
    for (size_t i = 0; i < count;) {
        bool crosses_it;
        size_t size = tip_words_band(words + i, count - i, strip, &crosses_it);
        tip_side left, right;
        measure_side(words + i, size, strip->left, true, layout->room, &left);
        measure_side(words + i, size, strip->left, false, layout->room, &right);
        if (crosses_it)
            crossed += size;
        else if (is_filled(&left, tip_box_width(&left.box), true) &&
                 is_filled(&right, tip_box_width(&right.box), true))
            beside += size;
        i += size;
    }
    return beside > 2 * crossed && beside > 0;
}

/* A gutter of an earlier page. */
static bool find_old_gutter(const tip_layout *layout, const tip_pdf_word *words, size_t count,
                            tip_strip *ret_strip)
{
    for (size_t i = 0; i < layout->lines->gutter_count; i++) {
        float center = layout->lines->gutters[i];
        tip_strip strip = {center - STRIP_WIDTH / 2, center + STRIP_WIDTH / 2, true};
        if (is_gutter(layout, words, count, &strip)) {
            *ret_strip = strip;
            return true;
        }
    }
    return false;
}

static bool find_gutter(const tip_layout *layout, const tip_pdf_word *words, size_t count,
                        unsigned depth, tip_strip *ret_strip)
{
    /* Inside a column, chance may leave a strip free over some lines. */
    const tip_strip_search search = {
        .width = STRIP_WIDTH, .score = column_score, .least = depth == 0 ? 3 : 6};
    if (depth == DEPTH_MAX)
        return false;
    if (find_old_gutter(layout, words, count, ret_strip))
        return true;
    size_t score = tip_words_find_strip(words, count, &search, layout->room, ret_strip);
    if (!score)
        return false;
    ret_strip->known = score >= GUTTER_LINES;
    if (ret_strip->known)
        remember_gutter(layout->lines, (ret_strip->left + ret_strip->right) / 2);
    return true;
}

/* The words, which come in order of their middles, in reading order. */
static tip_status order(tip_layout *layout, tip_pdf_word *words, size_t count,
                        const tip_box *column, unsigned depth)
{
    tip_strip strip;
    if (count == 0)
        return TIP_OK;
    if (find_gutter(layout, words, count, depth, &strip))
        return order_bands(layout, words, count, &strip, column, depth);
    layout->lines->columns++;
    return tip_layout_add_tables(layout, words, count, column);
}

tip_status tip_layout_add_columns(tip_layout *layout, tip_pdf_word *words, size_t count,
                                  const tip_box *column)
{
    return order(layout, words, count, column, 0);
}
