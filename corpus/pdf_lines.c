/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words to lines. */
#include "corpus/pdf_page.h"

#include <math.h>
#include <stdlib.h>

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

int tip_words_by_left(const void *a, const void *b)
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
        float low = tip_min(tip_box_height(box), tip_box_height(&line));
        float overlap = tip_min(box->bottom, line.bottom) - tip_max(box->top, line.top);
        if (overlap < 0.4F * low)
            break;
        /* A note's mark may come first: the letters behind it say how high the line is. */
        if (tip_box_height(box) > tip_box_height(&line) &&
            tip_box_height(box) < 1.8F * tip_box_height(&line))
            line = *box;
    }
    return i;
}

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

tip_box tip_words_around(const tip_pdf_word *words, size_t count)
{
    tip_box box = words[0].box;
    for (size_t i = 1; i < count; i++) {
        box.left = tip_min(box.left, words[i].box.left);
        box.top = tip_min(box.top, words[i].box.top);
        box.right = tip_max(box.right, words[i].box.right);
        box.bottom = tip_max(box.bottom, words[i].box.bottom);
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
    qsort(words, count, sizeof *words, tip_words_by_left);
    size_t start = lines->text.size;
    if (start > TIP_PDF_TEXT_MAX)
        return TIP_TOO_LARGE;
    if (tip_buf_add_text(&lines->text, before) != TIP_OK ||
        add_words(&lines->text, layout->page, words, count) != TIP_OK)
        return TIP_NO_MEMORY;
    tip_pdf_line *line = add_line(lines);
    if (!line)
        return TIP_NO_MEMORY;
    *line = (tip_pdf_line){.box = tip_words_around(words, count),
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
