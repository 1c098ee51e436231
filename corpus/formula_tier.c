/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/formula.h"
#include "corpus/formula_private.h"
#include "corpus/section.h"

#include <stddef.h>
#include <string.h>

/* How many words before a tier decide what is said of it. */
enum { PART_WORDS = 24 };

/* One word of a paragraph, and what stands between it and the word before. */
typedef struct cursor {
    tip_str rest; /* behind the word */
    tip_str word;
    bool starts; /* a sentence, or what a semicolon parts */
    bool colon;  /* between the two */
} cursor;

/* The last words of what is being read, as far as a sentence or a semicolon has not ended it. */
typedef struct sentence_part {
    tip_str word[PART_WORDS];
    size_t count;
} sentence_part;

static bool is_word_byte(char c)
{
    char l = formula_lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Bytes of what a text begins with if it parts words though it is not ASCII: the unbreakable space,
 * and the dashes and quotation marks of the block of U+2000. */
static size_t count_gap(tip_str text)
{
    if (text.size >= 2 && memcmp(text.data, "\xC2\xA0", 2) == 0)
        return 2;
    return text.size >= 3 && memcmp(text.data, "\xE2\x80", 2) == 0 ? 3 : 0;
}

static bool is_word_start(tip_str text)
{
    return is_word_byte(*text.data) && count_gap(text) == 0;
}

static void skip(tip_str *text, size_t size)
{
    text->data += size;
    text->size -= size;
}

static bool next_word(cursor *at)
{
    at->starts = at->colon = false;
    while (at->rest.size > 0 && !is_word_start(at->rest)) {
        at->starts = at->starts || strchr(".;!?", *at->rest.data) != NULL;
        at->colon = at->colon || *at->rest.data == ':';
        size_t gap = count_gap(at->rest);
        skip(&at->rest, gap > 0 ? gap : 1);
    }
    at->word = (tip_str){at->rest.data, 0};
    while (at->rest.size > 0 && is_word_start(at->rest)) {
        at->word.size++;
        skip(&at->rest, 1);
    }
    return at->word.size > 0;
}

/* The next word, if it is this one and goes on with the sentence. */
static bool take(cursor *at, const char *lowered)
{
    cursor next = *at;
    if (!next_word(&next) || next.starts || next.colon || !formula_is(next.word, lowered))
        return false;
    *at = next;
    return true;
}

static void add_word(sentence_part *part, tip_str word)
{
    if (part->count == PART_WORDS)
        memmove(part->word, part->word + 1, --part->count * sizeof part->word[0]);
    part->word[part->count++] = word;
}

/* The i-th word from the end, from 1; empty before the first. */
static tip_str word_back(const sentence_part *part, size_t i)
{
    return i <= part->count ? part->word[part->count - i] : (tip_str){"", 0};
}

/* "Tier 2", "Tier 2 Watch List", "Special Case"; the latter in capitals, as it is two usual words.
 * The cursor moves to its last word. */
static const char *take_tier(cursor *at)
{
    cursor next = *at;
    const char *start = at->word.data;
    if (formula_is(at->word, "special")) {
        if (*start != 'S' || !take(&next, "case") || *next.word.data != 'C')
            return NULL;
    } else if (!formula_is(at->word, "tier") ||
               !(take(&next, "1") || take(&next, "2") || take(&next, "3"))) {
        return NULL;
    } else {
        cursor watch = next;
        if ((take(&watch, "watch") && take(&watch, "list")) || take(&watch, "watchlist"))
            next = watch;
    }
    *at = next;
    return tip_tier_of_text((tip_str){start, (size_t)(next.rest.data - start)});
}

/* What may stand between a verb and its tier: "remained, for the second year in a row, on ...". */
static bool is_filler(tip_str word)
{
    static const char *const fillers[] = {
        "the",  "a",  "an",    "again",  "still", "back",        "up",     "down",  "once",
        "more", "as", "from",  "tier",   "1",     "2",           "3",      "watch", "list",
        "for",  "in", "on",    "onto",   "to",    "into",        "at",     "row",   "year",
        "its",  "of", "first", "second", "third", "consecutive", "fourth", "fifth", "sixth",
    };
    return FORMULA_IS_ONE_OF(word, fillers);
}

/* Words between subject and verb that leave the statement one of this year. */
static bool is_harmless(tip_str word)
{
    static const char *const words[] = {
        "is",   "are",  "was",       "were",         "been",        "has",           "have",
        "also", "thus", "therefore", "consequently", "accordingly", "automatically", "again",
        "and",  "now",  "hereby",    "still",        "currently",
    };
    return FORMULA_IS_ONE_OF(word, words);
}

/* Words between subject and verb that make it a possibility, a denial, the past, or a statement on
 * others. */
static bool is_denial(tip_str word)
{
    static const char *const words[] = {
        "not",      "never",     "no",        "be",          "being",   "would",
        "could",    "may",       "might",     "should",      "will",    "can",
        "must",     "had",       "to",        "otherwise",   "having",  "previously",
        "formerly", "which",     "that",      "who",         "those",   "once",
        "first",    "initially", "countries", "governments", "neither", "nor",
    };
    return FORMULA_IS_ONE_OF(word, words);
}

static bool is_year(tip_str word)
{
    return word.size == 4 && (memcmp(word.data, "19", 2) == 0 || memcmp(word.data, "20", 2) == 0);
}

static bool is_condition(tip_str word)
{
    static const char *const words[] = {"if", "unless", "whether", "until"};
    return FORMULA_IS_ONE_OF(word, words);
}

static bool is_staying(tip_str word)
{
    static const char *const verbs[] = {"is",       "are",   "remain",    "remains",
                                        "remained", "stays", "remaining", "stayed"};
    return FORMULA_IS_ONE_OF(word, verbs);
}

/* Verbs of what the Department does to a country. */
static bool is_placing(tip_str word)
{
    static const char *const verbs[] = {
        "placed", "upgraded", "downgraded", "ranked",  "rated",      "put",        "moved",
        "kept",   "elevated", "raised",     "lowered", "classified", "designated", "assigned",
    };
    return FORMULA_IS_ONE_OF(word, verbs);
}

static bool is_moving(tip_str word)
{
    static const char *const verbs[] = {"improved", "rose", "fell", "dropped", "moves"};
    return FORMULA_IS_ONE_OF(word, verbs);
}

static bool is_being(tip_str word)
{
    static const char *const verbs[] = {"is", "are", "was", "were", "been"};
    return FORMULA_IS_ONE_OF(word, verbs);
}

/* "has been on", but not "had been on" and "after being on". */
static bool is_perfect(const sentence_part *part, size_t i)
{
    return formula_is(word_back(part, i), "been") && (formula_is(word_back(part, i + 1), "has") ||
                                                      formula_is(word_back(part, i + 1), "have"));
}

/* Whether the words from the i-th back, before a verb, leave it as it is. Where it must be a
 * participle, a form of "to be" must be among them, or an "and" that stands for one. */
static bool affirms(const sentence_part *part, size_t i, bool participle)
{
    bool complete = !participle;
    while (is_harmless(word_back(part, i))) {
        tip_str word = word_back(part, i++);
        complete = complete || is_being(word) || formula_is(word, "and");
    }
    return complete && !is_denial(word_back(part, i));
}

/* "If it fails, it is downgraded", "In 2014, Kenya was downgraded"; what stands before a waiver or
 * a conclusion was the condition of that. */
static bool is_of_other_times(const sentence_part *part)
{
    static const char *const settling[] = {"waiver", "therefore", "thus"};
    for (size_t i = 1; i <= part->count; i++) {
        if (FORMULA_IS_ONE_OF(word_back(part, i), settling))
            break;
        if (is_condition(word_back(part, i)))
            return true;
    }
    return part->count > 1 && formula_is(part->word[0], "in") && is_year(part->word[1]);
}

/* "up from Tier 3" */
static bool is_left(const sentence_part *part)
{
    size_t i = formula_is(word_back(part, 1), "the") ? 2 : 1;
    return formula_is(word_back(part, i), "from");
}

static size_t skip_fillers(const sentence_part *part)
{
    size_t i = 1;
    while (is_filler(word_back(part, i)))
        i++;
    return i;
}

/* Whether the words before a tier say that the tier is the country's. */
static bool places(const sentence_part *part)
{
    if (is_left(part))
        return false;
    size_t i = skip_fillers(part);
    tip_str verb = word_back(part, i);
    if (is_staying(verb) || is_perfect(part, i))
        return affirms(part, i + 1, false);
    return i > 1 && (is_placing(verb) || is_moving(verb)) && affirms(part, i + 1, is_placing(verb));
}

/* "was granted a waiver from an otherwise required downgrade to Tier 3": what 22 U.S.C.
 * 7107(b)(2)(D) lets a country stay on is the Watch List. */
static bool spares(const sentence_part *part)
{
    static const char *const downgrades[] = {"downgrade", "downgraded"};
    size_t i = skip_fillers(part);
    if (!FORMULA_IS_ONE_OF(word_back(part, i), downgrades))
        return false;
    while (i <= part->count && !formula_is(word_back(part, i), "waiver"))
        i++;
    i++;
    if (formula_is(word_back(part, i), "a"))
        i++;
    return formula_is(word_back(part, i), "granted") && affirms(part, i + 1, true);
}

/* "tier rating: Tier 2 Watch List" */
static bool is_label(const sentence_part *part, const cursor *tier)
{
    static const char *const labels[] = {"rating", "ranking", "placement", "rank", "tier"};
    return tier->colon && FORMULA_IS_ONE_OF(word_back(part, 1), labels);
}

/* "Tier 2 in 2016", "Tier 3 in its last report", "Tier 3 last year" */
static bool is_of_past(cursor at)
{
    static const char *const past[] = {"last", "previous", "prior", "earlier", "past"};
    bool in = take(&at, "in");
    if (in)
        take(&at, "the");
    for (size_t i = 0; i < 2; i++) {
        if (!next_word(&at) || at.starts)
            return false;
        if (FORMULA_IS_ONE_OF(at.word, past) || (in && is_year(at.word)))
            return true;
        if (!in)
            return false;
    }
    return false;
}

/* "Tier 2 for the third consecutive year" */
static bool is_counted(cursor at)
{
    if (!take(&at, "for") || !(take(&at, "the") || take(&at, "a")) || !next_word(&at))
        return false;
    return !at.starts && take(&at, "consecutive") && take(&at, "year");
}

/* "Tier 3: (17 countries) ..." heads a list of others. */
static bool is_heading(const cursor *at)
{
    return at->rest.size > 0 && *at->rest.data == ':';
}

/* The country's tier, as the words before and behind a tier that is named tell; NULL when they do
 * not. */
static const char *stated_tier(const char *tier, const sentence_part *before, const cursor *start,
                               const cursor *end)
{
    if (is_heading(end) || is_of_past(*end))
        return NULL;
    if (is_label(before, start) || (before->count == 0 && is_counted(*end)))
        return tier;
    if (is_of_other_times(before))
        return NULL;
    if (places(before))
        return tier;
    return strcmp(tier, "3") == 0 && spares(before) ? "2WL" : NULL;
}

/* The tier that the paragraph states by name; *ret_names is whether it names any. */
static const char *named_tier(tip_str paragraph, bool *ret_names)
{
    cursor at = {.rest = paragraph};
    sentence_part part = {.count = 0};
    *ret_names = false;
    while (next_word(&at)) {
        if (at.starts)
            part.count = 0;
        cursor start = at;
        const char *tier = take_tier(&at);
        if (tier) {
            *ret_names = true;
            tier = stated_tier(tier, &part, &start, &at);
            if (tier)
                return tier;
            add_word(&part, start.word);
        }
        add_word(&part, at.word);
    }
    return NULL;
}

/* "fully meets the minimum standards", "complies fully with minimum standards", from the word of
 * the cursor on, which moves to the end of it. */
static bool take_standards(cursor *at, bool *ret_fully)
{
    static const char *const verbs[] = {"meet", "meets", "met", "comply", "complies", "complied"};
    cursor next = *at;
    bool fully = formula_is(next.word, "fully");
    if (fully && !next_word(&next))
        return false;
    if (!FORMULA_IS_ONE_OF(next.word, verbs))
        return false;
    fully = take(&next, "fully") || fully;
    take(&next, "with");
    take(&next, "the");
    if (!take(&next, "minimum") || !take(&next, "standards"))
        return false;
    *ret_fully = fully;
    *at = next;
    return true;
}

/* Who "efforts to fully meet the standards" speaks of need not meet them. */
static bool is_finite(const cursor *verb, tip_str subject)
{
    static const char *const finite[] = {"meets", "complies"};
    cursor at = *verb;
    if (formula_is(at.word, "fully"))
        next_word(&at);
    return FORMULA_IS_ONE_OF(at.word, finite) || formula_is(subject, "authorities");
}

/* ", and is not making significant efforts", "nor has it made any efforts", in the same sentence
 * as the standards. */
static bool is_without_efforts(cursor at)
{
    enum { REACH = 5 };
    size_t denied = 0; /* how many words a "not" is still near */
    bool made = false;
    while (next_word(&at) && !at.starts) {
        if (formula_is(at.word, "not") || formula_is(at.word, "nor"))
            denied = REACH;
        else if (denied > 0)
            denied--;
        if (denied > 0 && (formula_is(at.word, "making") || formula_is(at.word, "made"))) {
            made = true;
            denied = REACH;
        }
        if (denied > 0 && made && formula_is(at.word, "efforts"))
            return true;
        made = made && denied > 0;
    }
    return false;
}

/* The tiers that follow from what the sentence says of the minimum standards, by the definitions of
 * the Trafficking Victims Protection Act, 22 U.S.C. 7107(b)(1): full compliance is Tier 1, neither
 * compliance nor significant efforts is Tier 3. Efforts without compliance may be Tier 2 or its
 * Watch List. */
static const char *defined_tier(tip_str paragraph)
{
    enum { REACH = 3 };
    cursor at = {.rest = paragraph};
    tip_str before = {"", 0};
    size_t denied = 0; /* how many words a "not" is still near */
    while (next_word(&at)) {
        bool fully;
        cursor end = at;
        denied = at.starts || denied == 0 ? 0 : denied - 1;
        if (formula_is(at.word, "not")) {
            denied = REACH;
        } else if (take_standards(&end, &fully)) {
            if (denied > 0 && is_without_efforts(end))
                return "3";
            if (denied == 0 && fully && is_finite(&at, before))
                return "1";
        }
        before = at.word;
    }
    return NULL;
}

const char *tip_tier_of_sentence(tip_str paragraph)
{
    bool names;
    const char *tier = named_tier(paragraph, &names);
    return tier || names ? tier : defined_tier(paragraph);
}
