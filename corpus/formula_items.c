/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/formula.h"
#include "corpus/formula_private.h"

#include <string.h>

/* How many bytes a sentence's opening phrase ("In cooperation with partners, ...") and what stands
 * in brackets may have. */
enum { OPENING_MAX = 200, BRACKET_MAX = 1000 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
/* What recommendations begin with. */
static const char *const verbs[] = {
    "abolish",      "accede",      "accelerate",    "achieve",     "acknowledge",
    "adapt",        "address",     "adhere",        "adjudicate",  "administer",
    "adopt",        "advance",     "afford",        "align",       "allocate",
    "allow",        "amend",       "analyze",       "apply",       "appoint",
    "appropriate",  "approve",     "arrange",       "arrest",      "ascertain",
    "assess",       "assign",      "assist",        "augment",     "authorize",
    "avoid",        "award",       "ban",           "begin",       "bolster",
    "boost",        "bring",       "broaden",       "budget",      "build",
    "cease",        "centralize",  "certify",       "check",       "clarify",
    "collaborate",  "collect",     "combat",        "commence",    "commit",
    "communicate",  "compile",     "complete",      "comply",      "conclude",
    "conduct",      "consider",    "consolidate",   "consult",     "continue",
    "convene",      "convict",     "cooperate",     "coordinate",  "create",
    "criminalize",  "curb",        "decriminalize", "dedicate",    "deepen",
    "define",       "delegate",    "deliver",       "demobilize",  "demonstrate",
    "deny",         "deploy",      "depoliticize",  "design",      "designate",
    "detain",       "deter",       "develop",       "devote",      "direct",
    "disaggregate", "disburse",    "discipline",    "disclose",    "discontinue",
    "discourage",   "disseminate", "distinguish",   "distribute",  "do",
    "document",     "double",      "draft",         "draw",        "earmark",
    "educate",      "elevate",     "eliminate",     "empower",     "enable",
    "enact",        "encourage",   "end",           "enforce",     "engage",
    "enhance",      "enlarge",     "enlist",        "ensure",      "equip",
    "eradicate",    "establish",   "evaluate",      "examine",     "exclude",
    "execute",      "exempt",      "exercise",      "expand",      "expedite",
    "explore",      "extend",      "facilitate",    "finalize",    "finance",
    "find",         "focus",       "follow",        "formalize",   "foster",
    "free",         "fulfill",     "fund",          "furnish",     "gather",
    "give",         "grant",       "guarantee",     "guide",       "halt",
    "harmonize",    "help",        "hire",          "hold",        "identify",
    "impose",       "improve",     "include",       "incorporate", "increase",
    "inform",       "initiate",    "inspect",       "institute",   "institutionalize",
    "instruct",     "integrate",   "intensify",     "introduce",   "invest",
    "investigate",  "involve",     "issue",         "join",        "keep",
    "launch",       "legislate",   "lengthen",      "license",     "lift",
    "limit",        "maintain",    "make",          "mandate",     "measure",
    "mobilize",     "modify",      "monitor",       "narrow",      "negotiate",
    "obtain",       "offer",       "open",          "operate",     "operationalize",
    "organize",     "overturn",    "partner",       "pass",        "pay",
    "penalize",     "permit",      "place",         "prepare",     "preserve",
    "prevent",      "prioritize",  "produce",       "prohibit",    "promote",
    "promulgate",   "prosecute",   "protect",       "provide",     "publicize",
    "publish",      "punish",      "pursue",        "raise",       "ratify",
    "reassess",     "recognize",   "recruit",       "rectify",     "reduce",
    "refer",        "refine",      "reform",        "refrain",     "register",
    "regularize",   "regulate",    "reinforce",     "reinstate",   "release",
    "remedy",       "remove",      "renew",         "repatriate",  "repeal",
    "replace",      "report",      "require",       "rescind",     "research",
    "resolve",      "resource",    "respect",       "respond",     "restore",
    "resume",       "review",      "revise",        "revoke",      "safeguard",
    "sanction",     "screen",      "secure",        "seek",        "send",
    "sensitize",    "sentence",    "separate",      "set",         "share",
    "sign",         "simplify",    "solicit",       "speed",       "staff",
    "standardize",  "start",       "stop",          "streamline",  "strengthen",
    "submit",       "supervise",   "supply",        "support",     "suspend",
    "sustain",      "systematize", "tailor",        "take",        "target",
    "terminate",    "test",        "track",         "train",       "transfer",
    "transition",   "translate",   "treat",         "undertake",   "update",
    "upgrade",      "uphold",      "use",           "utilize",     "verify",
    "vest",         "vet",         "waive",         "widen",       "withdraw",
    "work",
};

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
    return (word.size > 4 && formula_is(from(word, word.size - 2), "ly") &&
            !FORMULA_IS_ONE_OF(word, verbs)) ||
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
    if (!FORMULA_IS_ONE_OF(word, verbs))
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
