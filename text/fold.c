/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/fold.h"

#include "text/text.h"

#include <string.h>
#include <utf8proc.h>

/* Marks of a lower combining class change the letter (virama, nukta, kana voicing); those from
 * here on are accents and vowel points. */
#define FIRST_ACCENT_CLASS 10

/* How far back a mark is sorted. Real text never has that many on one letter; without a limit a
 * long run of marks would take quadratic time. */
#define MARKS_SORTED 32

/* Letters that people write without their stroke or as two, but that Unicode does not decompose. */
static const struct {
    int32_t letter;
    char plain[3];
} plain_letters[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"},
    {0x0127, "h"},  {0x0131, "i"}, {0x0142, "l"}, {0x0153, "oe"},
};

/* Scripts without spaces. `whole`: compatibility forms are kept, as taking them apart would make
 * two words of one (Thai sara am). */
static const struct {
    int32_t first;
    int32_t last;
    bool whole;
} alone[] = {
    {0x0E00, 0x0EFF, true},    /* Thai, Lao */
    {0x1000, 0x109F, true},    /* Myanmar */
    {0x1780, 0x17FF, true},    /* Khmer */
    {0x3005, 0x3007, true},    /* iteration mark, closing mark, zero */
    {0x3021, 0x3029, true},    /* Hangzhou numerals */
    {0x3031, 0x3035, true},    /* kana repeat marks */
    {0x3038, 0x303C, false},   /* more numerals, read as ideographs */
    {0x3041, 0x30FF, true},    /* Hiragana, Katakana */
    {0x3192, 0x319F, false},   /* Kanbun */
    {0x31F0, 0x31FF, true},    /* small Katakana */
    {0x3220, 0x3229, false},   /* ideographs in brackets */
    {0x3280, 0x3289, false},   /* ideographs in circles */
    {0x3400, 0x4DBF, true},    /* Han */
    {0x4E00, 0x9FFF, true},    /* Han */
    {0xA9E0, 0xA9FF, true},    /* Myanmar */
    {0xAA60, 0xAA7F, true},    /* Myanmar */
    {0xF900, 0xFAFF, false},   /* compatibility ideographs */
    {0xFF66, 0xFF9F, false},   /* halfwidth Katakana */
    {0x1AFF0, 0x1B16F, true},  /* kana supplements */
    {0x20000, 0x3FFFF, false}, /* rare Han */
};

static const size_t alone_count = sizeof alone / sizeof *alone;

/* The entry of `alone` that holds c, or alone_count. */
static size_t find_alone(int32_t c)
{
    if (c < alone[0].first)
        return alone_count;
    for (size_t i = 0; i < alone_count; i++)
        if (c <= alone[i].last)
            return c >= alone[i].first ? i : alone_count;
    return alone_count;
}

bool tip_char_stands_alone(int32_t c)
{
    if (find_alone(c) == alone_count)
        return false;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

static bool is_accent(int32_t c)
{
    const utf8proc_property_t *property = utf8proc_get_property(c);
    return property->combining_class >= FIRST_ACCENT_CLASS ||
           property->category == UTF8PROC_CATEGORY_ME;
}

/* Writes c, or the letters that stand for it. */
static size_t put_plain(int32_t c, int32_t *ret_chars)
{
    for (size_t i = 0; i < sizeof plain_letters / sizeof *plain_letters; i++) {
        if (plain_letters[i].letter != c)
            continue;
        size_t count = strlen(plain_letters[i].plain);
        for (size_t k = 0; k < count; k++)
            ret_chars[k] = plain_letters[i].plain[k];
        return count;
    }
    *ret_chars = c;
    return 1;
}

size_t tip_fold_char(int32_t c, int32_t *ret_chars)
{
    int32_t parts[TIP_FOLD_CHAR_MAX];
    int boundary = 0;
    size_t place = find_alone(c);
    bool whole = place < alone_count && alone[place].whole;
    utf8proc_option_t options =
        UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | (whole ? 0 : UTF8PROC_COMPAT);
    utf8proc_ssize_t parts_count =
        utf8proc_decompose_char(c, parts, TIP_FOLD_CHAR_MAX, options, &boundary);
    if (parts_count > TIP_FOLD_CHAR_MAX)
        return 0;
    size_t count = 0;
    for (utf8proc_ssize_t i = 0; i < parts_count && count + 2 <= TIP_FOLD_CHAR_MAX; i++)
        if (!is_accent(parts[i]))
            count += put_plain(parts[i], ret_chars + count);
    return count;
}

void tip_fold_append(int32_t *chars, size_t *count, int32_t c)
{
    utf8proc_propval_t class = utf8proc_get_property(c)->combining_class;
    size_t at = *count;
    size_t stop = at > MARKS_SORTED ? at - MARKS_SORTED : 0;
    while (class > 0 && at > stop &&
           utf8proc_get_property(chars[at - 1])->combining_class > class) {
        chars[at] = chars[at - 1];
        at--;
    }
    chars[at] = c;
    *count += 1;
}

size_t tip_fold_encode(int32_t *chars, size_t count, char *ret_text, size_t room)
{
    utf8proc_ssize_t composed = utf8proc_normalize_utf32(chars, (utf8proc_ssize_t)count,
                                                         UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    size_t used = 0;
    for (utf8proc_ssize_t i = 0; i < composed; i++) {
        unsigned char bytes[4];
        size_t size = (size_t)utf8proc_encode_char(chars[i], bytes);
        if (size > room - used)
            break;
        memcpy(ret_text + used, bytes, size);
        used += size;
    }
    return used;
}

static bool is_ascii(tip_str text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.size; i++)
        all |= (unsigned char)text.data[i];
    return all < 0x80;
}

static tip_status fold_ascii(tip_str text, tip_buf *ret_folded)
{
    if (tip_buf_reserve(ret_folded, text.size) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        ret_folded->data[ret_folded->size++] = c == '\0' ? ' ' : c;
    }
    return TIP_OK;
}

/* Appends the folded characters of the text, as int32_t; what is not UTF-8 becomes spaces. */
static tip_status fold_chars(tip_str text, tip_buf *chars)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    for (size_t pos = 0; pos < text.size;) {
        int32_t c = 0;
        utf8proc_ssize_t size =
            utf8proc_iterate(bytes + pos, (utf8proc_ssize_t)(text.size - pos), &c);
        if (size <= 0 || c <= 0) {
            size = 1;
            c = ' ';
        }
        int32_t folded[TIP_FOLD_CHAR_MAX];
        size_t folded_count = tip_fold_char(c, folded);
        if (tip_buf_reserve(chars, folded_count * sizeof c) != TIP_OK)
            return TIP_NO_MEMORY;
        size_t count = chars->size / sizeof c;
        for (size_t i = 0; i < folded_count; i++)
            tip_fold_append((int32_t *)(void *)chars->data, &count, folded[i]);
        chars->size = count * sizeof c;
        pos += (size_t)size;
    }
    return TIP_OK;
}

tip_status tip_fold(tip_str text, tip_buf *ret_folded)
{
    if (is_ascii(text))
        return fold_ascii(text, ret_folded);
    tip_buf chars = {0};
    tip_status status = fold_chars(text, &chars);
    /* a character takes at most four bytes, just as an int32_t */
    if (status == TIP_OK)
        status = tip_buf_reserve(ret_folded, chars.size);
    if (status == TIP_OK && chars.size > 0)
        ret_folded->size +=
            tip_fold_encode((int32_t *)(void *)chars.data, chars.size / sizeof(int32_t),
                            ret_folded->data + ret_folded->size, chars.size);
    tip_buf_free(&chars);
    return status;
}
