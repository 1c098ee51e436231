/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/html.h"

#include <stdarg.h>
#include <string.h>
#include <utf8proc.h>

static void put_character(FILE *out, const char *bytes, size_t size)
{
    switch (*bytes) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        fwrite(bytes, 1, size, out);
    }
}

/* White space is none of them; nor are the marks that turn the direction of what follows, shown. */
static bool is_hidden(utf8proc_int32_t character)
{
    return (character < ' ' && character != '\n' && character != '\t') ||
           (character >= 0x7F && character < 0xA0) ||
           (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069);
}

static void put_text(FILE *out, tip_str text)
{
    for (size_t at = 0; at < text.size;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
                                                 (utf8proc_ssize_t)(text.size - at), &character);
        if (size <= 0 || is_hidden(character))
            fputs("\xEF\xBF\xBD", out);
        else
            put_character(out, text.data + at, (size_t)size);
        at += size <= 0 ? 1 : (size_t)size;
    }
}

static void put_encoded(FILE *out, tip_str text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] && strchr(plain, text.data[i]))
            fputc(text.data[i], out);
        else
            fprintf(out, "%%%02X", (unsigned)(unsigned char)text.data[i]);
    }
}

/* With a comma before each three digits. */
static void put_number(FILE *out, size_t number)
{
    char digits[32];
    int size = snprintf(digits, sizeof digits, "%zu", number);
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            fputc(',', out);
        fputc(digits[i], out);
    }
}

static void put_argument(FILE *out, char letter, va_list *arguments)
{
    switch (letter) {
    case 's':
        put_text(out, tip_str_of(va_arg(*arguments, const char *)));
        break;
    case 't':
        put_text(out, va_arg(*arguments, tip_str));
        break;
    case 'u':
        put_encoded(out, va_arg(*arguments, tip_str));
        break;
    case 'n':
        put_number(out, va_arg(*arguments, size_t));
        break;
    case 'd':
        fprintf(out, "%d", va_arg(*arguments, int));
        break;
    case 'g':
        fprintf(out, "%.4g", va_arg(*arguments, double));
        break;
    default:
        fputc(letter, out);
    }
}

void html(FILE *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    while (*format) {
        size_t size = strcspn(format, "%");
        fwrite(format, 1, size, out);
        format += size;
        if (!*format || !format[1])
            break;
        put_argument(out, format[1], &arguments);
        format += 2;
    }
    va_end(arguments);
}
