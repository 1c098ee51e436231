/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/repair.h"

#include "corpus/line.h"
#include "corpus/repair_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(item) ((item)->added = false)
#include <uthash.h>

enum {
    SOFT_HYPHEN = 0xAD,
    HYPHEN = 0x2010,
    EN_DASH = 0x2013,
    EM_DASH = 0x2014,
    LIGATURE_FIRST = 0xFB00,
    LIGATURE_LAST = 0xFB06
};

static const char *const ligature_letters[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};

struct word {
    UT_hash_handle hh;
    size_t count;
    bool added;
    char key[];
};

struct tip_vocabulary {
    struct word *words;
    bool parted; /* the last line ended inside a word */
};

/* The first character and its bytes; a byte that is not UTF-8 is a character of no kind. */
static size_t first_of(tip_str text, utf8proc_int32_t *ret_code)
{
    size_t size = tip_line_first(text, ret_code);
    if (size)
        return size;
    *ret_code = 0;
    return text.size ? 1 : 0;
}

static tip_str from(tip_str text, size_t start)
{
    return (tip_str){text.data + start, text.size - start};
}

static bool is_hyphen(utf8proc_int32_t code)
{
    return code == '-' || code == HYPHEN || code == SOFT_HYPHEN;
}

/* The bytes of the letters that a text begins with. */
static size_t letters_at_start(tip_str text)
{
    utf8proc_int32_t code;
    size_t size = 0;
    while (size < text.size) {
        size_t more = first_of(from(text, size), &code);
        if (!tip_line_is_letter(code))
            break;
        size += more;
    }
    return size;
}

/* Where the letters that a text ends with begin. */
static size_t letters_at_end(tip_str text)
{
    while (text.size) {
        size_t start;
        if (!tip_line_is_letter(tip_line_last(text, &start)))
            break;
        text.size = start;
    }
    return text.size;
}

/* --- the words of the document --- */

bool tip_word_fold(tip_str word, char ret_key[TIP_WORD_ROOM], size_t *ret_size)
{
    size_t size = 0;
    utf8proc_int32_t code;
    for (size_t i = 0; i < word.size;) {
        i += first_of(from(word, i), &code);
        if (size + 4 > TIP_WORD_ROOM)
            return false;
        if (code >= LIGATURE_FIRST && code <= LIGATURE_LAST) {
            const char *letters = ligature_letters[code - LIGATURE_FIRST];
            memcpy(ret_key + size, letters, strlen(letters));
            size += strlen(letters);
            continue;
        }
        code = code == HYPHEN ? '-' : utf8proc_tolower(code);
        size += (size_t)utf8proc_encode_char(code, (utf8proc_uint8_t *)ret_key + size);
    }
    *ret_size = size;
    return size > 0;
}

size_t tip_vocabulary_count_folded(const tip_vocabulary *vocabulary, const char *key, size_t size)
{
    struct word *word = NULL;
    HASH_FIND(hh, vocabulary->words, key, size, word);
    return word ? word->count : 0;
}

size_t tip_vocabulary_count(const tip_vocabulary *vocabulary, tip_str word)
{
    char key[TIP_WORD_ROOM];
    size_t size;
    return tip_word_fold(word, key, &size) ? tip_vocabulary_count_folded(vocabulary, key, size) : 0;
}

tip_status tip_vocabulary_new(tip_vocabulary **ret_vocabulary)
{
    tip_vocabulary *vocabulary = calloc(1, sizeof *vocabulary);
    if (!vocabulary)
        return TIP_NO_MEMORY;
    *ret_vocabulary = vocabulary;
    return TIP_OK;
}

void tip_vocabulary_free(tip_vocabulary *vocabulary)
{
    struct word *word, *next;
    if (!vocabulary)
        return;
    HASH_ITER(hh, vocabulary->words, word, next)
    {
        HASH_DEL(vocabulary->words, word);
        free(word);
    }
    free(vocabulary);
}

static tip_status count_word(tip_vocabulary *vocabulary, tip_str text)
{
    char key[TIP_WORD_ROOM];
    size_t size;
    struct word *word = NULL;
    if (!tip_word_fold(text, key, &size))
        return TIP_OK;
    HASH_FIND(hh, vocabulary->words, key, size, word);
    if (!word) {
        word = calloc(1, sizeof *word + size);
        if (!word)
            return TIP_NO_MEMORY;
        memcpy(word->key, key, size);
        word->added = true;
        HASH_ADD_KEYPTR(hh, vocabulary->words, word->key, size, word);
        if (!word->added) {
            free(word);
            return TIP_NO_MEMORY;
        }
    }
    word->count++;
    return TIP_OK;
}

/* Counts a run of letters and inner hyphens, as a whole and in parts. */
static tip_status count_parts(tip_vocabulary *vocabulary, tip_str text)
{
    tip_status status = TIP_OK;
    size_t parts = 0;
    for (size_t i = 0; i < text.size && status == TIP_OK;) {
        size_t size = letters_at_start(from(text, i));
        utf8proc_int32_t code;
        if (size) {
            status = count_word(vocabulary, (tip_str){text.data + i, size});
            parts++;
        }
        i += size;
        if (i < text.size)
            i += first_of(from(text, i), &code);
    }
    return status == TIP_OK && parts > 1 ? count_word(vocabulary, text) : status;
}

/* The bytes of the run of letters and inner hyphens at the start. */
static size_t run_at_start(tip_str text)
{
    utf8proc_int32_t code;
    size_t size = letters_at_start(text);
    while (size && size < text.size) {
        size_t hyphen = first_of(from(text, size), &code);
        size_t more = is_hyphen(code) ? letters_at_start(from(text, size + hyphen)) : 0;
        if (!more)
            break;
        size += hyphen + more;
    }
    return size;
}

static bool ends_with_hyphen(tip_str text)
{
    size_t start;
    bool hyphen = is_hyphen(tip_line_last(text, &start));
    return hyphen && tip_line_is_letter(tip_line_last((tip_str){text.data, start}, &start));
}

tip_status tip_vocabulary_add(tip_vocabulary *vocabulary, tip_str line)
{
    tip_status status = TIP_OK;
    bool parted = ends_with_hyphen(line);
    bool skip = vocabulary->parted;
    utf8proc_int32_t code;
    for (size_t i = 0; i < line.size && status == TIP_OK;) {
        size_t size = run_at_start(from(line, i));
        bool last = parted && i + size + 4 > line.size;
        if (size && !skip && !last)
            status = count_parts(vocabulary, (tip_str){line.data + i, size});
        skip = false;
        i += size ? size : first_of(from(line, i), &code);
    }
    vocabulary->parted = parted;
    return status;
}

/* --- line ends --- */

static bool is_one_of(tip_str word, const char *const *list)
{
    for (; *list; list++)
        if (word.size == strlen(*list) && strncasecmp(word.data, *list, word.size) == 0)
            return true;
    return false;
}

/* Whether the hyphen between two halves of a word was put there by the line's end alone. */
static bool is_line_end_hyphen(const tip_vocabulary *vocabulary, tip_str left, tip_str right)
{
    char both[2 * TIP_WORD_ROOM + 1];
    if (left.size + right.size + 1 > sizeof both || left.size == 0 || right.size == 0)
        return false;
    memcpy(both, left.data, left.size);
    memcpy(both + left.size, right.data, right.size);
    size_t joined = tip_vocabulary_count(vocabulary, (tip_str){both, left.size + right.size});
    both[left.size] = '-';
    memcpy(both + left.size + 1, right.data, right.size);
    size_t parted = tip_vocabulary_count(vocabulary, (tip_str){both, left.size + right.size + 1});
    return joined > 0 && joined >= parted;
}

/* What stands between a paragraph and its next line; may take a hyphen off the paragraph. */
static const char *join_with(const tip_vocabulary *vocabulary, tip_buf *paragraph, tip_str line)
{
    static const char *const suspended[] = {"and", "or", "to", NULL}; /* "short- and long-term" */
    utf8proc_int32_t next;
    size_t start, ignored;
    tip_str text = tip_buf_str(paragraph);
    utf8proc_int32_t last = tip_line_last(text, &start);
    utf8proc_int32_t before = tip_line_last((tip_str){text.data, start}, &ignored);
    (void)first_of(line, &next);
    bool inside = tip_line_is_letter(before) || (before < 0x80 && isdigit((unsigned char)before));
    bool dash = last == EM_DASH || last == EN_DASH;
    if (dash && start > 0 && before != ' ')
        return "";
    if (!is_hyphen(last) || !inside)
        return next == EM_DASH ? "" : " ";
    tip_str left = {text.data, start};
    left = from(left, letters_at_end(left));
    tip_str right = {line.data, letters_at_start(line)};
    if (last != SOFT_HYPHEN && is_one_of(right, suspended))
        return " ";
    if (last == SOFT_HYPHEN || is_line_end_hyphen(vocabulary, left, right))
        paragraph->size = start;
    return "";
}

tip_status tip_repair_join(const tip_vocabulary *vocabulary, tip_buf *paragraph, tip_str line)
{
    if (line.size == 0)
        return TIP_OK;
    if (tip_buf_reserve(paragraph, line.size + 1) != TIP_OK)
        return TIP_NO_MEMORY;
    if (paragraph->size && paragraph->data[paragraph->size - 1] != ' ' &&
        tip_buf_add_text(paragraph, join_with(vocabulary, paragraph, line)) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(paragraph, line.data, line.size);
}

/* --- ligatures --- */

static const char *const ligatures[] = {"ffi", "ffl", "ff", "fi", "fl"};

enum { LIGATURE_COUNT = sizeof ligatures / sizeof *ligatures, DAMAGED_MIN = 6 };

/* The word with the rest of a ligature put in at `at`, behind its first `kept` letters, if that is
 * a word of the document and commoner than the one without. */
static bool is_better(const tip_vocabulary *vocabulary, tip_str word, size_t at, const char *rest,
                      size_t *most)
{
    char whole[TIP_WORD_ROOM];
    size_t more = strlen(rest);
    if (word.size + more > sizeof whole)
        return false;
    memcpy(whole, word.data, at);
    memcpy(whole + at, rest, more);
    memcpy(whole + at + more, word.data + at, word.size - at);
    size_t count = tip_vocabulary_count(vocabulary, (tip_str){whole, word.size + more});
    if (count <= *most)
        return false;
    *most = count;
    return true;
}

/* Whether the letters before `at` are the first `kept` of a ligature, and those behind would not
 * make another one of them as they are. */
static bool may_lack(tip_str word, size_t at, const char *ligature, size_t kept)
{
    if (at < kept || memcmp(word.data + at - kept, ligature, kept) != 0)
        return false;
    return kept == 0 || at == word.size || !strchr("fil", word.data[at]);
}

static tip_status repair_word(const tip_vocabulary *vocabulary, tip_str word, tip_buf *out)
{
    const char *rest = "";
    size_t place = word.size;
    size_t most = tip_vocabulary_count(vocabulary, word);
    for (size_t at = 0; at <= word.size && word.size >= DAMAGED_MIN; at++)
        for (size_t i = 0; i < LIGATURE_COUNT; i++)
            for (size_t kept = 0; ligatures[i][kept]; kept++)
                if (may_lack(word, at, ligatures[i], kept) &&
                    is_better(vocabulary, word, at, ligatures[i] + kept, &most)) {
                    rest = ligatures[i] + kept;
                    place = at;
                }
    if (tip_buf_add(out, word.data, place) != TIP_OK || tip_buf_add_text(out, rest) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(out, word.data + place, word.size - place);
}

/* Ligatures as letters, soft hyphens left out; other characters as they are. */
static tip_status open_ligatures(tip_str line, tip_buf *out)
{
    tip_status status = TIP_OK;
    utf8proc_int32_t code;
    for (size_t i = 0; i < line.size && status == TIP_OK;) {
        size_t size = first_of(from(line, i), &code);
        if (code >= LIGATURE_FIRST && code <= LIGATURE_LAST)
            status = tip_buf_add_text(out, ligature_letters[code - LIGATURE_FIRST]);
        else if (code != SOFT_HYPHEN || i + size == line.size)
            status = tip_buf_add(out, line.data + i, size);
        i += size;
    }
    return status;
}

static tip_status repair_words(const tip_vocabulary *vocabulary, tip_str line, tip_buf *out)
{
    tip_status status = TIP_OK;
    utf8proc_int32_t code;
    for (size_t i = 0; i < line.size && status == TIP_OK;) {
        size_t size = letters_at_start(from(line, i));
        if (size)
            status = repair_word(vocabulary, (tip_str){line.data + i, size}, out);
        else
            status = tip_buf_add(out, line.data + i, size = first_of(from(line, i), &code));
        i += size;
    }
    return status;
}

tip_status tip_repair_line(const tip_vocabulary *vocabulary, tip_str line, tip_buf *out)
{
    tip_buf open = {0}, decoded = {0};
    tip_status status = open_ligatures(line, &open);
    bool shifted = false;
    if (status == TIP_OK)
        status = tip_repair_shifted(vocabulary, tip_buf_str(&open), &decoded, &shifted);
    if (status == TIP_OK)
        status = repair_words(vocabulary, tip_buf_str(shifted ? &decoded : &open), out);
    tip_buf_free(&open);
    tip_buf_free(&decoded);
    return status;
}
