/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/formula.h"
#include "corpus/formula_private.h"

#include <string.h>

/* How many bytes a sentence's opening phrase ("In cooperation with partners, ...") and what stands
 * in brackets may have. */
enum { OPENING_MAX = 200, BRACKET_MAX = 1000 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What recommendations begin with, parted by spaces. */
static const char verbs[] =
    "abolish accede accelerate accept achieve acknowledge act adapt add address adhere "
    "adjudicate adjust administer adopt advance advertise advise afford agree alert align "
    "allocate allow amend analyze announce apply appoint appropriate approve arrange arrest "
    "articulate ascertain assess assign assist attach audit augment authorize avoid award ban "
    "begin block bolster boost bring broaden budget build call capture carry cease centralize "
    "certify channel charge check clarify close codify collaborate collect combat commence "
    "commit communicate compile complete comply conclude conduct consider consolidate consult "
    "continue convene convict cooperate coordinate cover create criminalize cultivate curb "
    "debar decrease decriminalize dedicate deepen define delegate delink deliver demobilize "
    "demonstrate deny deploy depoliticize design designate detain detect deter develop devote "
    "differentiate direct disaggregate disburse discipline disclose discontinue discourage "
    "dismantle disqualify disseminate distinguish distribute diversify do document double "
    "draft draw earmark educate elevate eliminate empower enable enact encourage end enforce "
    "engage enhance enlarge enlist enroll ensure enter equalize equip eradicate establish "
    "evaluate examine exclude excuse execute exempt exercise exert expand expedite explain "
    "explore extend facilitate fill finalize finance find focus follow formalize foster free "
    "freeze fulfill fund furnish gather give grant grow guarantee guide halt harmonize hasten "
    "help highlight hire hold honor house identify impose improve incentivize include "
    "incorporate increase indict inform initiate inspect institute institutionalize instruct "
    "integrate intensify interview introduce invest investigate involve issue join keep "
    "launch legislate lengthen lessen leverage license lift limit link localize lower "
    "maintain make manage mandate map marshal match measure meet merge minimize mobilize "
    "modify monitor move narrow negotiate nominate normalize notify nurture observe obtain "
    "offer open operate operationalize organize outlaw oversee overturn participate partner "
    "pass pay penalize perform permit pilot place post prepare preserve press prevent "
    "prioritize probe proceed process procure produce prohibit promote promulgate proscribe "
    "prosecute protect provide publicize publish punish pursue put quantify raise ratify "
    "reach reassess rebuild recognize reconcile reconvene record recruit rectify redouble "
    "reduce reestablish reevaluate reexamine refer refine reform refrain register regularize "
    "regulate rehabilitate reinforce reinstate reintegrate reiterate reject relax release "
    "relocate remedy remove renew reopen reorganize repatriate repeal replace report require "
    "rescind rescue research resettle resolve resource respect respond restore restrict "
    "resume retain reverse review revise revisit revoke rewrite root safeguard sanction "
    "satisfy save scale screen scrutinize secure seek seize send sensitize sentence separate "
    "serve set share shorten show sign simplify solicit solidify spearhead specify speed "
    "spend sponsor staff standardize start stipulate stop streamline strengthen stress "
    "subject submit supervise supplement supply support suspend sustain synchronize "
    "systematize tackle tailor take target teach terminate test tighten toughen trace track "
    "train transfer transition translate transmit transpose treat undertake unify update "
    "upgrade uphold urge use utilize verify vest vet visit waive warn widen withdraw work "
    "write";

static bool is_verb(tip_str word)
{
    for (const char *at = verbs; *at; at += strspn(at, " ")) {
        size_t i = 0;
        while (i < word.size && formula_lower(word.data[i]) == at[i])
            i++;
        if (i == word.size && (at[i] == ' ' || at[i] == '\0'))
            return true;
        at += strcspn(at, " ");
    }
    return false;
}

static tip_str slice(tip_str text, size_t start, size_t end)
{
    return (tip_str){text.data + start, end - start};
}

static tip_str from(tip_str text, size_t start)
{
    return slice(text, start, text.size);
}

static bool starts_with(tip_str text, const char *bytes)
{
    size_t size = strlen(bytes);
    return text.size >= size && memcmp(text.data, bytes, size) == 0;
}

/* Bytes of the white space that a text begins with. */
static size_t count_space(tip_str text)
{
    size_t at = 0;
    while (at < text.size) {
        if (starts_with(from(text, at), "\u00A0"))
            at += 2;
        else if (text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r'))
            at++;
        else
            break;
    }
    return at;
}

/* Bytes of the word that a text begins with; hyphens and apostrophes end it. */
static size_t count_letters(tip_str text)
{
    size_t at = 0;
    while (at < text.size && formula_lower(text.data[at]) >= 'a' &&
           formula_lower(text.data[at]) <= 'z')
        at++;
    return at;
}

/* Takes the first word off; empty where the text does not begin with one. */
static tip_str take_word(tip_str *text)
{
    *text = from(*text, count_space(*text));
    tip_str word = slice(*text, 0, count_letters(*text));
    *text = from(*text, word.size);
    return word;
}

static tip_str skip_and(tip_str text)
{
    tip_str rest = text;
    if (!formula_is(take_word(&rest), "and"))
        return text;
    return from(rest, starts_with(rest, ",") ? 1 : 0);
}

/* "Proactively", "further" */
static bool is_adverb(tip_str word)
{
    static const char *const adverbs[] = {"also", "better", "further", "then", "thereafter"};
    return (word.size > 4 && formula_is(from(word, word.size - 2), "ly") && !is_verb(word)) ||
           FORMULA_IS_ONE_OF(word, adverbs);
}

/* "Train officials", but not "Staff were trained" and "Use of force rose". */
static bool commands(tip_str text)
{
    static const char *const not_objects[] = {"is",   "are", "was", "were", "has",
                                              "have", "had", "of",  "in",   "remained"};
    tip_str word = take_word(&text);
    while (is_adverb(word))
        word = take_word(&text);
    if (!is_verb(word))
        return false;
    return !FORMULA_IS_ONE_OF(take_word(&text), not_objects);
}

/* "In cooperation with civil society, train officials" */
static bool commands_after_opening(tip_str text)
{
    static const char *const openings[] = {
        "in",   "with",   "through",   "while",  "as",    "to",         "for",    "by",
        "per",  "once",   "following", "during", "where", "when",       "after",  "based",
        "upon", "within", "given",     "using",  "if",    "consistent", "before", "without",
    };
    if (text.size > OPENING_MAX)
        text = slice(text, 0, OPENING_MAX);
    tip_str word = take_word(&text);
    if (!FORMULA_IS_ONE_OF(word, openings))
        return false;
    for (size_t i = 0; i < text.size && !strchr(".;", text.data[i]); i++) {
        if (text.data[i] == ',' && commands(from(text, i + 1)))
            return true;
    }
    return false;
}

static bool recommends(tip_str text)
{
    text = skip_and(text);
    return commands(text) || commands_after_opening(text);
}

/* ---- Bullets ---- */

/* Bytes of the bullet that a text begins with. The last are what the symbol fonts of word
 * processors leave behind. */
static size_t count_bullet(tip_str text)
{
    static const char *const bullets[] = {"\u2022", "\u25AA", "\u25A0", "\u25CF", "\u25E6",
                                          "\u2023", "\u2043", "\u2219", "\uF0B7", "\uF0A7"};
    for (size_t i = 0; i < COUNT_OF(bullets); i++) {
        if (starts_with(text, bullets[i]))
            return strlen(bullets[i]);
    }
    /* What has other uses must stand alone. */
    size_t size = starts_with(text, "*") ? 1 : starts_with(text, "\u00B7") ? 2 : 0;
    return size > 0 && count_space(from(text, size)) > 0 ? size : 0;
}

/* ---- Semicolons and sentences ---- */

/* Behind the bracket that is opened here; one that is never closed is only a character. */
static size_t skip_bracket(tip_str text, size_t at)
{
    char open = text.data[at];
    char close = open == '(' ? ')' : ']';
    size_t end = text.size - at > BRACKET_MAX ? at + BRACKET_MAX : text.size;
    size_t depth = 0;
    for (size_t i = at; i < end; i++) {
        depth += text.data[i] == open;
        depth -= text.data[i] == close;
        if (depth == 0)
            return i + 1;
    }
    return at + 1;
}

/* Whether the period here belongs to "U.S.", "e.g.", "No." */
static bool is_abbreviation(tip_str text, size_t period)
{
    static const char *const abbreviations[] = {"st",  "dr",  "mr",  "mrs", "ms",   "no",    "nos",
                                                "art", "sec", "gen", "col", "prof", "cf",    "vs",
                                                "al",  "jr",  "sr",  "inc", "ltd",  "approx"};
    size_t start = period;
    while (start > 0 && count_letters(slice(text, start - 1, start)) > 0)
        start--;
    tip_str word = slice(text, start, period);
    return word.size == 1 || FORMULA_IS_ONE_OF(word, abbreviations);
}

/* Bytes of what closes a quotation or a bracket. */
static size_t count_closing(tip_str text)
{
    static const char *const closing[] = {"\"", "'", ")", "]", "\u201D", "\u2019"};
    for (size_t i = 0; i < COUNT_OF(closing); i++) {
        if (starts_with(text, closing[i]))
            return strlen(closing[i]);
    }
    return 0;
}

/* Whether an item ends with the byte here; *ret_end is behind all that belongs to it. */
static bool ends_item(tip_str text, size_t at, size_t *ret_end)
{
    size_t end = at + 1;
    if (text.data[at] == '.') {
        if (is_abbreviation(text, at))
            return false;
        end += count_closing(from(text, end));
        size_t start = end + count_space(from(text, end));
        if (start == text.size || text.data[start] < 'A' || text.data[start] > 'Z')
            return false;
    } else if (text.data[at] != ';') {
        return false;
    }
    *ret_end = end;
    return recommends(from(text, end));
}

/* Where the first item ends, by a bullet or, if asked for, because another recommendation begins;
 * the size of the text when nothing follows it. */
static size_t find_end(tip_str text, size_t at, bool by_words)
{
    while (at < text.size) {
        size_t end;
        if (count_bullet(from(text, at)) > 0)
            return at;
        if (text.data[at] == '(' || text.data[at] == '[')
            at = skip_bracket(text, at);
        else if (by_words && ends_item(text, at, &end))
            return end;
        else
            at++;
    }
    return text.size;
}

/* A text whose first item is not known for one is a list if at least two more follow. */
static bool is_list(tip_str text)
{
    if (recommends(text))
        return true;
    size_t end = find_end(text, 0, true);
    return end < text.size && find_end(text, end, true) < text.size;
}

static tip_str trim(tip_str text)
{
    text = from(text, count_space(text));
    while (text.size > 0) {
        size_t last = text.size >= 2 && starts_with(from(text, text.size - 2), "\u00A0") ? 2 : 1;
        tip_str end = from(text, text.size - last);
        if (count_space(end) == 0 && *end.data != ';')
            break;
        text.size -= last;
    }
    return text;
}

static tip_str take_item(tip_str *rest)
{
    tip_str text = *rest;
    size_t bullet = count_bullet(text);
    size_t end = find_end(text, bullet, bullet == 0 && is_list(text));
    *rest = from(text, end);
    tip_str item = trim(slice(text, bullet, end));
    /* Only where something was cut off before it: "and" may also begin a paragraph of prose. */
    return bullet > 0 || recommends(item) ? trim(skip_and(item)) : item;
}

bool tip_recommendation_next(tip_str *rest, tip_str *ret_item)
{
    while (true) {
        *rest = from(*rest, count_space(*rest));
        if (rest->size == 0)
            return false;
        tip_str item = take_item(rest);
        if (item.size > 0) {
            *ret_item = item;
            return true;
        }
    }
}
