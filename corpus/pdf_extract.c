/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/pdf_private.h"

#include <poppler.h>
#include <stdlib.h>
#include <strings.h>

/* The words of one page as they grow. */
struct page {
    tip_pdf_word *words;
    size_t count, room;
    tip_buf text;
};

/* The font that the characters from here on are set in. */
struct fonts {
    const GList *rest;
    const PopplerTextAttributes *now;
    bool bold;
};

static bool is_heavy(const char *font)
{
    static const char *const marks[] = {"bold", "black", "heavy", "demi", "extrabd"};
    for (size_t i = 0; font && i < sizeof marks / sizeof *marks; i++)
        if (strcasestr(font, marks[i]))
            return true;
    return false;
}

/* Goes on to the font of the i-th character: the runs are in order and do not overlap. */
static void fonts_go_to(struct fonts *fonts, int i)
{
    while (fonts->rest && (!fonts->now || fonts->now->end_index < i)) {
        fonts->now = fonts->rest->data;
        fonts->bold = is_heavy(fonts->now->font_name);
        fonts->rest = fonts->rest->next;
    }
}

static bool add_word(struct page *page, const tip_pdf_word *word)
{
    if (page->count == page->room) {
        size_t room = page->room ? 2 * page->room : 1024;
        tip_pdf_word *words = reallocarray(page->words, room, sizeof *words);
        if (!words)
            return false;
        page->words = words;
        page->room = room;
    }
    page->words[page->count++] = *word;
    return true;
}

/* Whether a character stands right behind a word: on its line, and with no space between. */
static bool is_next(const tip_pdf_word *word, const PopplerRectangle *box)
{
    double height = (double)word->box.bottom - (double)word->box.top;
    double middle = ((double)word->box.top + (double)word->box.bottom) / 2;
    double gap = box->x1 - (double)word->box.right;
    return box->y1 < middle && box->y2 > middle && gap < 0.2 * height && gap > -0.5 * height;
}

static tip_pdf_word first_letter(const struct page *page, const PopplerRectangle *box,
                                 const struct fonts *fonts)
{
    float height = (float)(box->y2 - box->y1);
    return (tip_pdf_word){
        .box = {(float)box->x1, (float)box->y1, (float)box->x2, (float)box->y2},
        .size = fonts->now ? (float)fonts->now->font_size : height,
        .bold = fonts->bold,
        .text = (uint32_t)page->text.size,
    };
}

static bool add_letter(struct page *page, tip_pdf_word *word, const char *at, size_t size)
{
    if (tip_buf_add(&page->text, at, size) != TIP_OK)
        return false;
    word->text_size += (uint32_t)size;
    return true;
}

static bool split_words(struct page *page, const char *text, const PopplerRectangle *boxes,
                        guint box_count, const GList *attributes)
{
    struct fonts fonts = {.rest = attributes};
    tip_pdf_word word = {0};
    for (guint i = 0; *text && i < box_count && page->count < TIP_PDF_WORDS_MAX; i++) {
        const char *next = g_utf8_next_char(text);
        bool space = g_unichar_isspace(g_utf8_get_char(text));
        if (word.text_size && (space || !is_next(&word, &boxes[i]))) {
            if (!add_word(page, &word))
                return false;
            word = (tip_pdf_word){0};
        }
        fonts_go_to(&fonts, (int)i);
        if (!space && !word.text_size)
            word = first_letter(page, &boxes[i], &fonts);
        if (!space && !add_letter(page, &word, text, (size_t)(next - text)))
            return false;
        if (!space && (float)boxes[i].x2 > word.box.right)
            word.box.right = (float)boxes[i].x2;
        text = next;
    }
    return !word.text_size || add_word(page, &word);
}

static bool read_words(PopplerPage *source, struct page *page)
{
    PopplerRectangle *boxes = NULL;
    guint box_count = 0;
    char *text = poppler_page_get_text(source);
    bool good = true;
    if (text && poppler_page_get_text_layout(source, &boxes, &box_count)) {
        GList *attributes = poppler_page_get_text_attributes(source);
        good = split_words(page, text, boxes, box_count, attributes);
        poppler_page_free_text_attributes(attributes);
    }
    g_free(boxes);
    g_free(text);
    return good;
}

static tip_status extract_page(PopplerDocument *document, int index, struct page *page,
                               const tip_pdf_sink *sink)
{
    double width = 0, height = 0;
    PopplerPage *source = poppler_document_get_page(document, index);
    page->count = 0;
    tip_buf_clear(&page->text);
    bool good = true;
    if (source) {
        poppler_page_get_size(source, &width, &height);
        good = read_words(source, page);
        g_object_unref(source);
    }
    if (!good)
        return TIP_NO_MEMORY;
    tip_pdf_page result = {.number = (unsigned)index + 1,
                           .width = (float)width,
                           .height = (float)height,
                           .words = page->words,
                           .count = page->count,
                           .text = tip_buf_str(&page->text)};
    return sink->page(sink->payload, &result);
}

static tip_pdf_end extract_pages(PopplerDocument *document, const tip_pdf_sink *sink)
{
    int count = poppler_document_get_n_pages(document);
    if (count > (int)TIP_PDF_PAGES_MAX)
        return TIP_PDF_TOO_LONG;
    char *title = poppler_document_get_title(document);
    tip_status status = title ? sink->title(sink->payload, tip_str_of(title)) : TIP_OK;
    g_free(title);
    struct page page = {0};
    for (int i = 0; i < count && status == TIP_OK; i++)
        status = extract_page(document, i, &page, sink);
    free(page.words);
    tip_buf_free(&page.text);
    return status == TIP_OK ? TIP_PDF_READ : TIP_PDF_STOPPED;
}

tip_pdf_end tip_pdf_extract(tip_str bytes, const tip_pdf_sink *sink)
{
    GError *error = NULL;
    GBytes *source = g_bytes_new_static(bytes.data, bytes.size);
    PopplerDocument *document = poppler_document_new_from_bytes(source, NULL, &error);
    tip_pdf_end end = TIP_PDF_DAMAGED;
    if (document) {
        end = extract_pages(document, sink);
        g_object_unref(document);
    } else if (error && g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)) {
        end = TIP_PDF_LOCKED;
    }
    g_clear_error(&error);
    g_bytes_unref(source);
    return end;
}
