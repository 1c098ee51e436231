/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/row.h"

#include <string.h>

static bool needs_quotes(tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr("\",\r\n", text.data[i]) && text.data[i])
            return true;
    return text.size > 0 && (text.data[0] == ' ' || text.data[text.size - 1] == ' ');
}

static void put_quoted(FILE *stream, tip_str text)
{
    fputc('"', stream);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            fputc('"', stream);
        fputc(text.data[i], stream);
    }
    fputc('"', stream);
}

static void put_tabless(FILE *stream, tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        fputc(strchr("\t\r\n", text.data[i]) ? ' ' : text.data[i], stream);
}

void row_begin(output_row *row)
{
    if (row->begun)
        fputc(row->out->format == OUTPUT_TSV ? '\t' : ',', row->out->stream);
    row->begun = true;
}

void row_text(output_row *row, tip_str text)
{
    FILE *stream = row->out->stream;
    row_begin(row);
    if (row->out->format == OUTPUT_TSV)
        put_tabless(stream, text);
    else if (needs_quotes(text))
        put_quoted(stream, text);
    else
        fwrite(text.data ? text.data : "", 1, text.size, stream);
}

void row_name(output_row *row, const char *name)
{
    row_text(row, tip_str_of(name));
}

void row_number(output_row *row, unsigned long long number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%llu", number);
    row_name(row, digits);
}

void row_known(output_row *row, unsigned long long number)
{
    if (number > 0)
        row_number(row, number);
    else
        row_name(row, "");
}

void row_real(output_row *row, const char *format, double number)
{
    char digits[32];
    snprintf(digits, sizeof digits, format, number);
    row_name(row, digits);
}

void row_end(output_row *row)
{
    fputs(row->out->format == OUTPUT_TSV ? "\n" : "\r\n", row->out->stream);
    row->begun = false;
}

void row_header(output_row *row, const char *const *names)
{
    for (; *names; names++)
        row_name(row, *names);
    row_end(row);
}
