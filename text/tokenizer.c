/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text/fold.h"
#include "text/text.h"

#include <utf8proc.h>

/* Enough characters for a word of TIP_WORD_MAX bytes before it is composed: at least 3 bytes of a
 * composed character stand for at most 3 characters. */
#define CHARS_MAX 128

/* Not a character: behind the end, or a byte that is no UTF-8. */
#define NO_CHAR ((int32_t)-1)

/* The lower-case form of the letters and digits of ASCII; 0 for all other bytes. */
static const unsigned char lower_of[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',
    ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
    ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k',
    ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
    ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
    ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
    ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm',
    ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
    ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

/* What a character is to the tokenizer. */
typedef enum kind {
    SEPARATOR,
    IGNORED,    /* invisible: a word goes on behind it */
    APOSTROPHE, /* part of a word or not, depending on what stands around it */
    RUN,        /* makes words together with its neighbours */
    ALONE       /* a word of its own */
} kind;

/* One word being read. */
typedef struct scan {
    const unsigned char *text;
    size_t size;
    size_t pos;   /* behind what was read of the word */
    size_t body;  /* 0, or where the possessive that ends the word begins */
    char *word;   /* the folded word, while it is ASCII */
    size_t count; /* bytes in word, or characters in chars */
    bool wide;    /* from its first other character on the word is in chars */
    int32_t chars[CHARS_MAX + TIP_FOLD_CHAR_MAX];
} scan;

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

/* The character at `pos` and its bytes; NO_CHAR and 1 for a byte that is none, and at the end. */
static size_t char_at(const scan *s, size_t pos, int32_t *ret_c)
{
    *ret_c = NO_CHAR;
    if (pos >= s->size)
        return 1;
    if (s->text[pos] < 0x80) {
        *ret_c = s->text[pos];
        return 1;
    }
    int32_t c = NO_CHAR;
    utf8proc_ssize_t size = utf8proc_iterate(s->text + pos, (utf8proc_ssize_t)(s->size - pos), &c);
    if (size <= 0)
        return 1;
    *ret_c = c;
    return (size_t)size;
}

static bool is_apostrophe(int32_t c)
{
    /* U+02B9 to U+02BF are letters to Unicode, but in names (Nuku'alofa, Shari'a) they are written
     * and left out as apostrophes are */
    return c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0xFF07 ||
           (c >= 0x02B9 && c <= 0x02BF);
}

static bool is_ignored(int32_t c)
{
    return c == 0x00AD || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF;
}

static bool is_mark(int32_t c)
{
    if (c == 0x0345) /* the Greek iota below: folded, it is a letter */
        return false;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return true;
    default: /* the halfwidth voicing marks of kana count as letters in Unicode */
        return c == 0xFF9E || c == 0xFF9F;
    }
}

/* Letters, digits and marks. */
static bool is_in_words(int32_t c)
{
    const utf8proc_property_t *property = utf8proc_get_property(c);
    /* one half must not be read as twelve */
    if (property->decomp_type == UTF8PROC_DECOMP_TYPE_FRACTION)
        return false;
    switch ((utf8proc_category_t)property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

static kind kind_of(int32_t c)
{
    if (c == NO_CHAR)
        return SEPARATOR;
    if (is_apostrophe(c))
        return APOSTROPHE;
    if (c < 0x80)
        return lower_of[c] ? RUN : SEPARATOR;
    if (is_ignored(c))
        return IGNORED;
    if (!is_in_words(c))
        return SEPARATOR;
    return tip_char_stands_alone(c) ? ALONE : RUN;
}

static kind kind_at(const scan *s, size_t pos)
{
    int32_t c;
    char_at(s, pos, &c);
    return kind_of(c);
}

static size_t skip_ignored(const scan *s, size_t pos)
{
    for (;;) {
        int32_t c;
        size_t size = char_at(s, pos, &c);
        if (!is_ignored(c))
            return pos;
        pos += size;
    }
}

static size_t skip_separators(const scan *s, size_t pos)
{
    const unsigned char *text = s->text;
    for (; pos < s->size && !lower_of[text[pos]]; pos++) {
        if (text[pos] < 0x80)
            continue;
        int32_t c;
        size_t size = char_at(s, pos, &c);
        if (kind_of(c) >= RUN)
            break;
        pos += size - 1;
    }
    return pos;
}

/* Adds a byte of a word that is ASCII so far; what is too long is read but not kept. */
static void put(scan *s, unsigned char byte)
{
    if (s->count < TIP_WORD_MAX)
        s->word[s->count++] = (char)byte;
}

static void make_wide(scan *s)
{
    for (size_t i = 0; i < s->count; i++)
        s->chars[i] = s->word[i];
    s->wide = true;
}

/* Adds a character; some that are folded bring brackets or spaces along, which no word has. */
static void put_folded(scan *s, int32_t c)
{
    if (!s->wide)
        make_wide(s);
    if (s->count >= CHARS_MAX)
        return;
    int32_t folded[TIP_FOLD_CHAR_MAX];
    size_t count = tip_fold_char(c, folded);
    for (size_t i = 0; i < count; i++)
        if (kind_of(folded[i]) >= RUN)
            tip_fold_append(s->chars, &s->count, folded[i]);
}

/* The place to stop at so that at most `room` more bytes are read. */
static size_t limit(const scan *s, size_t room)
{
    return room < s->size - s->pos ? s->pos + room : s->size;
}

/* Most of all text passes through here, so everything is kept in local variables: a write through
 * s->word might, for all the compiler knows, change *s. */
static void scan_narrow(scan *s)
{
    const unsigned char *text = s->text;
    char *end = s->word + s->count;
    size_t pos = s->pos;
    size_t stop = limit(s, TIP_WORD_MAX - s->count);
    unsigned char lower;
    while (pos < stop && (lower = lower_of[text[pos]]) != 0) {
        *end++ = (char)lower;
        pos++;
    }
    s->count += pos - s->pos;
    s->pos = pos;
}

static void scan_wide(scan *s)
{
    while (s->count < CHARS_MAX && s->pos < s->size && lower_of[s->text[s->pos]])
        s->chars[s->count++] = lower_of[s->text[s->pos++]];
}

/* Reads letters and digits of ASCII; what is too long is read but not kept. */
static void scan_ascii(scan *s)
{
    if (s->wide)
        scan_wide(s);
    else
        scan_narrow(s);
    while (s->pos < s->size && lower_of[s->text[s->pos]])
        s->pos++;
}

/* Where a possessive s ends whose apostrophe is at `pos`; 0 when there is none. */
static size_t possessive_end(const scan *s, size_t pos)
{
    int32_t c;
    size_t letter = skip_ignored(s, pos + char_at(s, pos, &c));
    if (!is_apostrophe(c) || letter >= s->size || lower_of[s->text[letter]] != 's')
        return 0;
    size_t behind = skip_ignored(s, letter + 1);
    size_t size = char_at(s, behind, &c);
    if (kind_of(c) == RUN)
        return 0;
    if (is_apostrophe(c) && kind_at(s, skip_ignored(s, behind + size)) == RUN)
        return 0;
    return letter + 1;
}

static bool end_with_possessive(scan *s, size_t pos)
{
    size_t end = possessive_end(s, pos);
    if (end == 0)
        return false;
    s->body = s->pos;
    s->pos = end;
    return true;
}

/* The d' and l' of French are words of their own. */
static bool is_elision(const scan *s, int32_t next)
{
    return !s->wide && s->count == 1 && (s->word[0] == 'd' || s->word[0] == 'l') && !is_digit(next);
}

/* Reads on behind an apostrophe at `pos`; false when the word ends. */
static bool scan_apostrophe(scan *s, size_t pos)
{
    int32_t c;
    size_t next = skip_ignored(s, pos + char_at(s, pos, &c));
    char_at(s, next, &c);
    if (kind_of(c) != RUN || end_with_possessive(s, pos) || is_elision(s, c))
        return false;
    s->pos = next;
    return true;
}

/* Reads what is not ASCII, and apostrophes; false when the word ends. */
static bool scan_special(scan *s)
{
    size_t pos = skip_ignored(s, s->pos);
    int32_t c;
    size_t size = char_at(s, pos, &c);
    switch (kind_of(c)) {
    case APOSTROPHE:
        return scan_apostrophe(s, pos);
    case RUN:
        s->pos = pos;
        if (c < 0x80) /* behind something ignored */
            return true;
        put_folded(s, c);
        s->pos += size;
        return true;
    default:
        return false;
    }
}

static void scan_run(scan *s)
{
    do {
        scan_ascii(s);
        if (s->pos < s->size && s->text[s->pos] < 0x80 && s->text[s->pos] != '\'')
            return;
    } while (scan_special(s));
}

static size_t scan_digits(scan *s)
{
    size_t start = s->pos;
    for (; s->pos < s->size && is_digit(s->text[s->pos]); s->pos++)
        put(s, s->text[s->pos]);
    return s->pos - start;
}

/* How many digits stand at `pos`; 4 for all above 3. */
static size_t count_digits(const scan *s, size_t pos)
{
    size_t count = 0;
    while (count < 4 && pos + count < s->size && is_digit(s->text[pos + count]))
        count++;
    return count;
}

/* Reads the digits of a number with its commas and periods; letters may follow ("1990s"). */
static void scan_number(scan *s)
{
    bool grouped = scan_digits(s) <= 3;
    while (grouped && s->pos < s->size && s->text[s->pos] == ',' &&
           count_digits(s, s->pos + 1) == 3) {
        s->pos++;
        scan_digits(s);
    }
    while (s->pos < s->size && s->text[s->pos] == '.' && count_digits(s, s->pos + 1) > 0) {
        put(s, '.');
        s->pos++;
        scan_digits(s);
    }
}

/* Whether a letter of ASCII stands at `pos` without another word character behind it. */
static bool is_single_letter(const scan *s, size_t pos)
{
    if (pos >= s->size || !lower_of[s->text[pos]] || is_digit(s->text[pos]))
        return false;
    return kind_at(s, skip_ignored(s, pos + 1)) != RUN;
}

/* Reads "U.S." or "U.S"; false, and nothing read, when there are not two such letters. */
static bool scan_abbreviation(scan *s)
{
    if (s->pos + 1 >= s->size || s->text[s->pos + 1] != '.' || !is_single_letter(s, s->pos) ||
        !is_single_letter(s, s->pos + 2))
        return false;
    while (is_single_letter(s, s->pos)) {
        put(s, lower_of[s->text[s->pos]]);
        s->pos++;
        if (s->pos >= s->size || s->text[s->pos] != '.')
            break;
        s->pos++;
    }
    end_with_possessive(s, s->pos);
    return true;
}

/* Reads a character that is a word of its own, and its marks. */
static void scan_alone(scan *s)
{
    int32_t c;
    size_t size = char_at(s, s->pos, &c);
    do {
        put_folded(s, c);
        s->pos += size;
        size = char_at(s, s->pos, &c);
    } while (c != NO_CHAR && is_mark(c));
}

/* Reads the word that begins at s->pos, which is a RUN or ALONE. */
static void scan_word(scan *s)
{
    unsigned char first = s->text[s->pos];
    if (first >= 0x80 && kind_at(s, s->pos) == ALONE) {
        scan_alone(s);
        return;
    }
    if (is_digit(first))
        scan_number(s);
    else if (scan_abbreviation(s))
        return;
    scan_run(s);
}

/* Ends the folded word. */
static size_t finish(scan *s)
{
    if (s->wide)
        s->count = tip_fold_encode(s->chars, s->count, s->word, TIP_WORD_MAX);
    /* a number may have been cut behind its period */
    if (s->count > 0 && s->word[s->count - 1] == '.')
        s->count--;
    s->word[s->count] = '\0';
    return s->count;
}

/* Whether the original from `pos` to `end` is written in capitals, a plural s aside. */
static bool is_acronym(const scan *s, size_t pos, size_t end)
{
    size_t capitals = 0;
    while (pos < end) {
        int32_t c;
        pos += char_at(s, pos, &c);
        if (c >= 'a' && c <= 'z')
            return c == 's' && pos == end && capitals >= 2;
        switch (is_apostrophe(c) ? UTF8PROC_CATEGORY_PO : utf8proc_category(c)) {
        case UTF8PROC_CATEGORY_LU:
            capitals++;
            break;
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
            return false;
        default:
            break;
        }
    }
    return capitals >= 2;
}

static int32_t char_before(const scan *s, size_t pos)
{
    int32_t c;
    do
        pos--;
    while (pos > 0 && (s->text[pos] & 0xC0) == 0x80);
    char_at(s, pos, &c);
    return c;
}

static bool is_any_digit(int32_t c)
{
    return c != NO_CHAR && utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

/* Whether c, standing alone between two words that end and start there, joins them. */
static bool connects(const scan *s, int32_t c, size_t end, size_t start)
{
    int32_t next;
    switch (c) {
    case '-':
    case '/':
    case '&':
    case '_':
    case '.':
    case '@':
    case 0x2010:
    case 0x2011:
        return true;
    case 0x2013: /* a range of numbers, else a break in the sentence */
        char_at(s, start, &next);
        return is_any_digit(char_before(s, end)) && is_any_digit(next);
    default:
        return is_apostrophe(c);
    }
}

/* Whether at most one connecting character stands between the word before and this one. */
static bool is_joined(const scan *s, size_t end, size_t start)
{
    if (end == 0 || (end < start && s->text[end] == ' '))
        return false;
    bool connected = false;
    for (size_t pos = end; pos < start;) {
        int32_t c;
        pos += char_at(s, pos, &c);
        if (is_ignored(c))
            continue;
        if (connected || !connects(s, c, end, start))
            return false;
        connected = true;
    }
    return true;
}

void tip_tokenizer_start(tip_tokenizer *tokenizer, tip_str text)
{
    tokenizer->text = text.data;
    tokenizer->size = text.size;
    tokenizer->next = 0;
    tokenizer->last_end = 0;
    tokenizer->word[0] = '\0';
}

bool tip_tokenizer_next(tip_tokenizer *tokenizer, tip_token *ret_token)
{
    scan s;
    s.text = (const unsigned char *)tokenizer->text;
    s.size = tokenizer->size;
    s.word = tokenizer->word;
    for (;;) {
        size_t start = skip_separators(&s, tokenizer->next);
        tokenizer->next = start;
        if (start >= s.size)
            return false;
        s.pos = start;
        s.body = 0;
        s.count = 0;
        s.wide = false;
        scan_word(&s);
        tokenizer->next = s.pos;
        if (finish(&s) == 0) /* nothing but accents */
            continue;
        *ret_token = (tip_token){
            .word = s.word,
            .size = s.count,
            .start = start,
            .length = s.pos - start,
            .acronym = is_acronym(&s, start, s.body ? s.body : s.pos),
            .joined = is_joined(&s, tokenizer->last_end, start),
        };
        tokenizer->last_end = s.pos;
        return true;
    }
}
