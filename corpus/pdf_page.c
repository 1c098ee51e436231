/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page to lines. */
#include "corpus/pdf_page.h"

#include <math.h>
#include <stdlib.h>

/* Nothing that is meant to be read is smaller, in points. */
#define SIZE_MIN 2.0F

/* The share of the page's height that is margin above and below the text, at least. */
#define MARGIN 0.06F

/* More single letters on a page than this are no side tab. */
enum { LETTERS_MAX = 400, TAB_LETTERS_MIN = 4 };

static int by_middle(const void *a, const void *b)
{
    float x = tip_word_middle(a), y = tip_word_middle(b);
    return (x > y) - (x < y);
}

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
    float reach = 1.2F * tip_max(letter->size, tip_box_height(&letter->box));
    for (size_t i = 0; i < count; i++) {
        const tip_box *box = &words[i].box;
        if (&words[i] != letter && box->top < tip_word_middle(letter) &&
            box->bottom > tip_word_middle(letter) && box->right > letter->box.left - reach &&
            box->left < letter->box.right + reach)
            return false;
    }
    return true;
}

/* Whether another letter follows below or goes before above, close by. */
static bool is_stacked(const tip_pdf_word *a, const tip_pdf_word *b)
{
    float reach = 2.5F * tip_max(a->size, tip_box_height(&a->box));
    float shift = (a->box.left + a->box.right) / 2 - (b->box.left + b->box.right) / 2;
    return fabsf(shift) < 0.6F * a->size && fabsf(tip_word_middle(a) - tip_word_middle(b)) < reach;
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
    while (start < count && tip_word_middle(&words[start]) < margin)
        start++;
    while (end > start && tip_word_middle(&words[end - 1]) > layout->page->height - margin)
        end--;
    tip_box page = tip_words_around(words, count);
    tip_box body = end > start ? tip_words_around(words + start, end - start) : page;
    layout->lines->columns++;
    tip_status status = tip_layout_add_flow(layout, words, start, &page);
    if (status == TIP_OK)
        status = tip_layout_add_columns(layout, words + start, end - start, &body);
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
