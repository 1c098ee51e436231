/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a PDF file; those that do not begin like one, as words on pages, of which lines,
 * columns, tables and paragraphs are made. */
#include "fuzz.h"

#include "corpus/pdf_private.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 8, PAGE_WORDS = 64 };

static tip_status ignore_block(void *payload, const tip_block *block)
{
    (void)payload;
    if (block->text.size == 0 || block->page == 0)
        abort();
    return TIP_OK;
}

/* A word of eight bytes: its place in steps of 8 points, its size and kind, and what it says. */
static tip_pdf_word make_word(const uint8_t *bytes, size_t at)
{
    float left = (float)bytes[0] * 3, top = (float)bytes[1] * 4, size = (float)(bytes[2] % 32);
    uint32_t length = bytes[3] % 4;
    return (tip_pdf_word){.box = {left, top, left + (float)(bytes[4] % 64), top + 1.2F * size},
                          .size = size,
                          .bold = bytes[3] >> 7,
                          .text = (uint32_t)at + 5,
                          .text_size = length};
}

static void lay_out(const uint8_t *data, size_t size)
{
    tip_pdf_lines lines = {0};
    tip_pdf_word words[PAGE_WORDS];
    tip_pdf_page page = {
        .width = 612, .height = 792, .words = words, .text = {(const char *)data, size}};
    for (size_t at = 0; at + WORD_BYTES <= size;) {
        page.count = 0;
        page.number++;
        for (; at + WORD_BYTES <= size && page.count < PAGE_WORDS; at += WORD_BYTES)
            words[page.count++] = make_word(data + at, at);
        if (tip_pdf_lines_add(&lines, &page) != TIP_OK)
            break;
    }
    if (tip_pdf_lines_drop_running(&lines) == TIP_OK)
        (void)tip_pdf_lines_blocks(&lines, ignore_block, NULL);
    tip_pdf_lines_free(&lines);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 5 && memcmp(data, "%PDF-", 5) == 0)
        fuzz_read(TIP_FORMAT_PDF, "2021/kenya.pdf", data, size);
    else
        lay_out(data, size);
    return 0;
}
