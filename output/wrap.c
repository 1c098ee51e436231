/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/wrap.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space, or a new line, between a word of some columns and what stands before it. */
static void separate(output_wrap *wrap, size_t columns, bool joined)
{
    FILE *stream = wrap->out->stream;
    bool starts = wrap->column == 0;
    size_t gap = joined ? 0 : 1;
    if (!starts && wrap->out->width > 0 && wrap->column > wrap->indent &&
        wrap->column + gap + columns > wrap->out->width) {
        fputc('\n', stream);
        starts = true;
    }
    if (starts) {
        fprintf(stream, "%*s", (int)wrap->indent, "");
        wrap->column = wrap->indent;
    } else if (!joined) {
        fputc(' ', stream);
        wrap->column++;
    }
}

static void put_word(output_wrap *wrap, const wrap_piece *piece, tip_str word, bool first,
                     bool last)
{
    const char *before = first ? piece->before : "";
    const char *after = last ? piece->after : "";
    size_t columns = strlen(before) + output_columns(word) + strlen(after);
    separate(wrap, columns, first && piece->joined);
    if (piece->style)
        output_style(wrap->out, piece->style);
    fputs(before, wrap->out->stream);
    output_safely(wrap->out->stream, word);
    fputs(after, wrap->out->stream);
    if (piece->style)
        output_style(wrap->out, STYLE_RESET);
    wrap->column += columns;
}

static size_t skip_space(tip_str text, size_t at)
{
    while (at < text.size && is_space(text.data[at]))
        at++;
    return at;
}

void wrap_text(output_wrap *wrap, const wrap_piece *piece)
{
    tip_str text = piece->text;
    bool first = true;
    for (size_t at = skip_space(text, 0); at < text.size;) {
        size_t end = at;
        while (end < text.size && !is_space(text.data[end]))
            end++;
        size_t next = skip_space(text, end);
        put_word(wrap, piece, (tip_str){text.data + at, end - at}, first, next == text.size);
        first = false;
        at = next;
    }
}

void wrap_end(output_wrap *wrap)
{
    fputc('\n', wrap->out->stream);
    wrap->column = 0;
}
