/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/pdf_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns of columns of columns: what is nested deeper is read as it stands. */
enum { DEPTH_MAX = 4 };

/* From line to line of a column on average, gaps between paragraphs included; in font sizes. */
#define PITCH_MAX 1.6F

/* From line to line of a paragraph at most, in font sizes. */
#define LINE_PITCH 1.3F

/* Lines that a gutter must have on both sides to be looked for on later pages too. */
enum { GUTTER_LINES = 20 };

/* Nothing that is meant to be read is smaller, in points. */
#define SIZE_MIN 2.0F

/* The share of the page's height that is margin above and below the text, at least. */
#define MARGIN 0.06F

/* More single letters on a page than this are no side tab. */
enum { LETTERS_MAX = 400, TAB_LETTERS_MIN = 4 };

tip_str tip_pdf_line_text(const tip_pdf_lines *lines, const tip_pdf_line *line)
{
    return (tip_str){lines->text.data ? lines->text.data + line->text : NULL, line->text_size};
}

void tip_pdf_lines_free(tip_pdf_lines *lines)
{
    free(lines->items);
    tip_buf_free(&lines->text);
    *lines = (tip_pdf_lines){0};
}

static tip_pdf_line *add_line(tip_pdf_lines *lines)
{
    if (lines->count == lines->room) {
        size_t room = lines->room ? 2 * lines->room : 256;
        tip_pdf_line *items = reallocarray(lines->items, room, sizeof *items);
        if (!items)
            return NULL;
        lines->items = items;
        lines->room = room;
    }
    return &lines->items[lines->count++];
}

static float middle(const tip_pdf_word *word)
{
    return (word->box.top + word->box.bottom) / 2;
}

static float height(const tip_box *box)
{
    return box->bottom - box->top;
}

static int by_middle(const void *a, const void *b)
{
    float x = middle(a), y = middle(b);
    return (x > y) - (x < y);
}

static int by_left(const void *a, const void *b)
{
    const tip_pdf_word *x = a, *y = b;
    return (x->box.left > y->box.left) - (x->box.left < y->box.left);
}

size_t tip_words_line(const tip_pdf_word *words, size_t count)
{
    tip_box line = words[0].box;
    size_t i = 1;
    for (; i < count; i++) {
        const tip_box *box = &words[i].box;
        float low = fminf(height(box), height(&line));
        float overlap = fminf(box->bottom, line.bottom) - fmaxf(box->top, line.top);
        if (overlap < 0.4F * low)
            break;
        /* A note's mark may come first: the letters behind it say how high the line is. */
        if (height(box) > height(&line) && height(box) < 1.8F * height(&line))
            line = *box;
    }
    return i;
}

/* --- lines --- */

/* Font size and weight of most letters of a line. */
static void take_style(tip_pdf_line *line, const tip_pdf_word *words, size_t count)
{
    size_t most = 0, bold = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        for (size_t j = i; j < count && j < i + 64; j++)
            same += fabsf(words[j].size - words[i].size) < 0.1F ? words[j].text_size : 0;
        if (same > most) {
            most = same;
            line->size = words[i].size;
        }
        all += words[i].text_size;
        bold += words[i].bold ? words[i].text_size : 0;
    }
    line->bold = bold * 10 > all * 9;
}

static tip_box around(const tip_pdf_word *words, size_t count)
{
    tip_box box = words[0].box;
    for (size_t i = 1; i < count; i++) {
        box.left = fminf(box.left, words[i].box.left);
        box.top = fminf(box.top, words[i].box.top);
        box.right = fmaxf(box.right, words[i].box.right);
        box.bottom = fmaxf(box.bottom, words[i].box.bottom);
    }
    return box;
}

static tip_status add_words(tip_buf *text, const tip_pdf_page *page, const tip_pdf_word *words,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i && tip_buf_add_byte(text, ' ') != TIP_OK)
            return TIP_NO_MEMORY;
        if (tip_buf_add(text, page->text.data + words[i].text, words[i].text_size) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

tip_status tip_layout_add_line(tip_layout *layout, tip_pdf_word *words, size_t count,
                               const tip_box *column, tip_pdf_line_kind kind, const char *before)
{
    tip_pdf_lines *lines = layout->lines;
    qsort(words, count, sizeof *words, by_left);
    size_t start = lines->text.size;
    if (start > TIP_PDF_TEXT_MAX)
        return TIP_TOO_LARGE;
    if (tip_buf_add_text(&lines->text, before) != TIP_OK ||
        add_words(&lines->text, layout->page, words, count) != TIP_OK)
        return TIP_NO_MEMORY;
    tip_pdf_line *line = add_line(lines);
    if (!line)
        return TIP_NO_MEMORY;
    *line = (tip_pdf_line){.box = around(words, count),
                           .first_right = words[0].box.right,
                           .column_left = column->left,
                           .column_right = column->right,
                           .page_height = layout->page->height,
                           .page = layout->page->number,
                           .column = lines->columns,
                           .kind = kind,
                           .text = start,
                           .text_size = lines->text.size - start};
    take_style(line, words, count);
    return TIP_OK;
}

tip_status tip_layout_add_flow(tip_layout *layout, tip_pdf_word *words, size_t count,
                               const tip_box *column)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t size = tip_words_line(words + i, count - i);
        status = tip_layout_add_line(layout, words + i, size, column, TIP_PDF_FLOW, "");
        i += size;
    }
    return status;
}

/* --- columns --- */

static void add_to_side(tip_side *side, const tip_pdf_word *words, size_t count)
{
    tip_box box = around(words, count);
    if (side->lines == 0) {
        side->box = box;
    } else {
        side->box.left = fminf(side->box.left, box.left);
        side->box.right = fmaxf(side->box.right, box.right);
        side->box.bottom = fmaxf(side->box.bottom, box.bottom);
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

static float width(const tip_box *box)
{
    return box->right - box->left;
}

/* Lines of a column follow each other closely, those of cells do not. */
static bool is_dense(const tip_side *side)
{
    return height(&side->box) < PITCH_MAX * side->sizes;
}

static bool are_columns(const tip_side *left, const tip_side *right)
{
    float a = width(&left->box), b = width(&right->box);
    return left->lines >= 2 && right->lines >= 2 && is_filled(left, a, false) &&
           is_filled(right, b, false) && is_dense(left) && is_dense(right) && a > 0.42F * b &&
           b > 0.42F * a;
}

static bool crosses(const tip_pdf_word *words, size_t count, const tip_strip *strip)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].box.left < strip->right && words[i].box.right > strip->left)
            return true;
    return false;
}

size_t tip_words_band(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                      bool *ret_crossed)
{
    size_t i = tip_words_line(words, count);
    *ret_crossed = crosses(words, i, strip);
    while (i < count) {
        size_t size = tip_words_line(words + i, count - i);
        if (crosses(words + i, size, strip) != *ret_crossed)
            break;
        i += size;
    }
    return i;
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

/* The places that are tried, and what each is worth. */
enum { PLACES = 200 };

struct place {
    size_t score, crossed;
};

/* The middle of the run of places, from the left, that are nearly as good as the best. */
static size_t choose_place(const struct place *places, size_t best)
{
    size_t first = 0;
    while (places[first].score * 10 < places[best].score * 9 ||
           places[first].crossed > places[best].crossed)
        first++;
    size_t last = first;
    while (last + 1 < PLACES && places[last + 1].score == places[first].score &&
           places[last + 1].crossed == places[first].crossed)
        last++;
    return (first + last) / 2;
}

size_t tip_words_find_strip(const tip_pdf_word *words, size_t count, float width,
                            tip_strip_score *score, tip_pdf_word *room, size_t least,
                            tip_strip *ret_strip)
{
    struct place places[PLACES];
    tip_box box = around(words, count);
    float from = box.left + 0.08F * (box.right - box.left);
    float step = (box.right - 0.05F * (box.right - box.left) - width - from) / PLACES;
    if (step <= 0)
        return 0;
    size_t best = 0;
    for (size_t i = 0; i < PLACES; i++) {
        float left = from + (float)i * step;
        tip_strip strip = {left, left + width, false};
        places[i].score = score(words, count, &strip, room, &places[i].crossed);
        if (places[i].score > places[best].score)
            best = i;
    }
    if (places[best].score < least)
        return 0;
    float left = from + (float)choose_place(places, best) * step;
    *ret_strip = (tip_strip){left, left + width, false};
    return places[best].score;
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
        if (!crosses(&words[i], 1, strip)) {
            side->left = fminf(side->left, fmaxf(box->left, outer->left));
            side->right = fmaxf(side->right, fminf(box->right, outer->right));
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
    return is_filled(&left, width(&columns[0]), strip->known) &&
           is_filled(&right, width(&columns[1]), strip->known);
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
        tip_box box = around(words + tail, size);
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
        else if (is_filled(&left, width(&left.box), true) &&
                 is_filled(&right, width(&right.box), true))
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
        tip_strip strip = {center - TIP_STRIP_WIDTH / 2, center + TIP_STRIP_WIDTH / 2, true};
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
    size_t least = depth == 0 ? 3 : 6;
    if (depth == DEPTH_MAX)
        return false;
    if (find_old_gutter(layout, words, count, ret_strip))
        return true;
    size_t score = tip_words_find_strip(words, count, TIP_STRIP_WIDTH, column_score, layout->room,
                                        least, ret_strip);
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

/* --- what is no text of the page --- */

static bool is_usable(const tip_pdf_page *page, const tip_pdf_word *word)
{
    const tip_box *box = &word->box;
    bool finite = isfinite(box->left) && isfinite(box->top) && isfinite(box->right) &&
                  isfinite(box->bottom) && isfinite(word->size);
    return finite && word->text_size && word->size >= SIZE_MIN && box->right > box->left &&
           box->bottom > box->top && box->right > 0 && box->bottom > 0 && box->left < page->width &&
           box->top < page->height;
}

static bool is_letter(const tip_pdf_page *page, const tip_pdf_word *word)
{
    unsigned char first = (unsigned char)page->text.data[word->text];
    bool digit = first >= '0' && first <= '9';
    return word->text_size == 1 ? first > ' ' && !digit : first >= 0xC0 && word->text_size <= 4;
}

/* Whether nothing stands on its line close by. */
static bool stands_alone(const tip_pdf_word *words, size_t count, const tip_pdf_word *letter)
{
    float reach = 1.2F * fmaxf(letter->size, height(&letter->box));
    for (size_t i = 0; i < count; i++) {
        const tip_box *box = &words[i].box;
        if (&words[i] != letter && box->top < middle(letter) && box->bottom > middle(letter) &&
            box->right > letter->box.left - reach && box->left < letter->box.right + reach)
            return false;
    }
    return true;
}

/* Whether another letter follows below or goes before above, close by. */
static bool is_stacked(const tip_pdf_word *a, const tip_pdf_word *b)
{
    float reach = 2.5F * fmaxf(a->size, height(&a->box));
    float shift = (a->box.left + a->box.right) / 2 - (b->box.left + b->box.right) / 2;
    return fabsf(shift) < 0.6F * a->size && fabsf(middle(a) - middle(b)) < reach;
}

/* The letters of side tabs, each of which stands alone with others above and below. They come in
 * order of their middles, so that a stack is met from its top. */
static void drop_tabs(const tip_pdf_page *page, tip_pdf_word *words, size_t *count)
{
    size_t letters[LETTERS_MAX], found = 0;
    for (size_t i = 0; i < *count; i++) {
        if (!is_letter(page, &words[i]) || !stands_alone(words, *count, &words[i]))
            continue;
        if (found == LETTERS_MAX)
            return;
        letters[found++] = i;
    }
    for (size_t first = 0; first < found; first++) {
        size_t stack[LETTERS_MAX], height_ = 0;
        if (words[letters[first]].text_size == 0)
            continue;
        stack[height_++] = letters[first];
        for (size_t i = first + 1; i < found; i++)
            if (words[letters[i]].text_size &&
                is_stacked(&words[stack[height_ - 1]], &words[letters[i]]))
                stack[height_++] = letters[i];
        for (size_t i = 0; i < height_ && height_ >= TAB_LETTERS_MIN; i++)
            words[stack[i]].text_size = 0;
    }
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (words[i].text_size)
            words[kept++] = words[i];
    *count = kept;
}

/* What stands in the upper and lower margin is no part of any column. */
static tip_status lay_out(tip_layout *layout, tip_pdf_word *words, size_t count)
{
    float margin = MARGIN * layout->page->height;
    size_t start = 0, end = count;
    while (start < count && middle(&words[start]) < margin)
        start++;
    while (end > start && middle(&words[end - 1]) > layout->page->height - margin)
        end--;
    tip_box page = around(words, count);
    tip_box body = end > start ? around(words + start, end - start) : page;
    layout->lines->columns++;
    tip_status status = tip_layout_add_flow(layout, words, start, &page);
    if (status == TIP_OK)
        status = order(layout, words + start, end - start, &body, 0);
    layout->lines->columns++;
    return status == TIP_OK ? tip_layout_add_flow(layout, words + end, count - end, &page) : status;
}

tip_status tip_pdf_lines_add(tip_pdf_lines *lines, const tip_pdf_page *page)
{
    if (page->count == 0)
        return TIP_OK;
    tip_pdf_word *words = calloc(2 * page->count, sizeof *words);
    if (!words)
        return TIP_NO_MEMORY;
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++)
        if (is_usable(page, &page->words[i]))
            words[count++] = page->words[i];
    qsort(words, count, sizeof *words, by_middle);
    drop_tabs(page, words, &count);
    tip_status status = TIP_OK;
    if (count) {
        tip_layout layout = {.page = page, .lines = lines, .room = words + page->count};
        status = lay_out(&layout, words, count);
    }
    free(words);
    return status;
}
