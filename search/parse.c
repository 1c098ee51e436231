/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a query; doc/tipsearch-query.7 has the grammar. */
#include "base/error.h"
#include "search/query.h"
#include "search/recognize.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Deeper brackets than anybody writes would only serve to exhaust the stack. */
enum {
    DEPTH_MAX = 64,
    QUERY_MAX = 64 * 1024,
    WORDS_MAX = 1024,
    WILDCARD_MIN = 2,
    DISTANCE_MAX = 100
};

typedef struct parser {
    tip_str text;
    size_t next;
    int depth;
    size_t words;
    bool plain;
    tip_stemmer *stemmer;
    tip_error *err;
} parser;

static tip_status read_query(parser *p, query_node **ret_node);

/* ---- Characters ---- */

static bool is_space(const parser *p, size_t at)
{
    return isspace((unsigned char)p->text.data[at]);
}

static void skip_spaces(parser *p)
{
    while (p->next < p->text.size && is_space(p, p->next))
        p->next++;
}

static bool at_end(const parser *p)
{
    return p->next >= p->text.size;
}

static char peek(const parser *p)
{
    return at_end(p) ? '\0' : p->text.data[p->next];
}

/* Whether an operator stands next; it is a word of its own, in capitals. */
static bool is_operator(const parser *p, const char *name)
{
    size_t size = strlen(name);
    size_t end = p->next + size;
    return !p->plain && end <= p->text.size && memcmp(p->text.data + p->next, name, size) == 0 &&
           (end == p->text.size || is_space(p, end) || strchr("()", p->text.data[end]) ||
            query_quote_size(p->text, end) > 0);
}

static bool take_operator(parser *p, const char *name)
{
    skip_spaces(p);
    if (!is_operator(p, name))
        return false;
    p->next += strlen(name);
    return true;
}

/* Whether an operator stands next that ends a sequence. */
static bool is_any_operator(const parser *p)
{
    return is_operator(p, "AND") || is_operator(p, "OR");
}

/* ---- Words ---- */

static tip_status no_memory(const parser *p)
{
    return tip_fail_memory(p->err);
}

static bool is_asterisk(const parser *p, size_t at)
{
    return at < p->text.size && p->text.data[at] == '*';
}

/* What an asterisk beside a word (`start` and `end` in the query) makes of it. What stands before
 * `base`, a sign or a quotation mark, is not of the word's run. */
static tip_status read_asterisks(const parser *p, size_t base, size_t start, size_t end,
                                 size_t letters, tip_word_match *match)
{
    bool before = start > base && is_asterisk(p, start - 1);
    bool behind = is_asterisk(p, end);
    if (p->plain || (!before && !behind))
        return TIP_OK;
    bool inside = (before && start - 1 > base && query_run_end(p->text, start - 2) > start - 2) ||
                  (behind && query_run_end(p->text, end + 1) > end + 1);
    if (before && behind)
        return query_fail(p->err, start - 1, "an asterisk stands on one side of a word only");
    if (inside)
        return query_fail(p->err, before ? start - 1 : end,
                          "an asterisk stands at the start or the end of a word only");
    if (letters < WILDCARD_MIN)
        return query_fail(p->err, before ? start - 1 : start,
                          "a wildcard needs at least %d letters", WILDCARD_MIN);
    *match = before ? TIP_MATCH_SUFFIX : TIP_MATCH_PREFIX;
    return TIP_OK;
}

/* `base` is where the text that the token counts from starts in the query. */
static tip_status add_word(parser *p, query_node *node, const tip_token *token, size_t base,
                           tip_word_match match)
{
    size_t start = base + token->start;
    if (++p->words > WORDS_MAX)
        return query_fail(p->err, start, "a query of more than %d words", WORDS_MAX);
    size_t letters = 0;
    for (size_t i = 0; i < token->size; i++)
        letters += ((unsigned char)token->word[i] & 0xC0) != 0x80;
    tip_status status = read_asterisks(p, base, start, start + token->length, letters, &match);
    if (status != TIP_OK)
        return status;
    return node_add_word(node, token, match, p->stemmer) == TIP_OK ? TIP_OK : no_memory(p);
}

/* Words that only hyphens and the like join ("sex-trafficking") are a phrase, by their stems. */
static tip_status add_run(parser *p, size_t start, size_t end, query_node *sequence,
                          node_occur occur)
{
    tip_tokenizer tokenizer;
    tip_token token;
    query_node *node = NULL;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, (tip_str){p->text.data + start, end - start});
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        size_t at = start + token.start;
        if (!node || !token.joined) {
            node = node_new(NODE_WORD, at, at);
            if (node_add(sequence, node) != TIP_OK)
                return no_memory(p);
            node->occur = occur;
        }
        node->end = at + token.length;
        status = add_word(p, node, &token, start, TIP_MATCH_STEM);
        if (node->word_count > 1 || (status == TIP_OK && node->words[0].match != TIP_MATCH_STEM))
            node->kind = NODE_PHRASE;
    }
    return status;
}

/* "exact words": they are looked for as they are, without stemming. */
static tip_status read_quoted(parser *p, query_node **ret_node)
{
    size_t start = p->next;
    size_t inside = start + query_quote_size(p->text, start);
    size_t end = inside;
    while (end < p->text.size && query_quote_size(p->text, end) == 0)
        end++;
    if (end >= p->text.size)
        return query_fail(p->err, start, "this quotation mark is not closed");
    p->next = end + query_quote_size(p->text, end);
    query_node *node = node_new(NODE_PHRASE, start, p->next);
    if (!node)
        return no_memory(p);
    node->exact = true;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, (tip_str){p->text.data + inside, end - inside});
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        status = add_word(p, node, &token, inside, TIP_MATCH_WORD);
    }
    if (status == TIP_OK && node->word_count == 0)
        status = query_fail(p->err, start, "there is no word between these quotation marks");
    if (status == TIP_OK && node->word_count > 64)
        status = query_fail(p->err, start, "a phrase of more than 64 words");
    if (status != TIP_OK) {
        node_free(node);
        return status;
    }
    *ret_node = node;
    return TIP_OK;
}

/* ---- Fields ---- */

/* Whether "name:" stands next: a field, or something right behind the colon of what is taken for
 * the name of one. An address such as https://... and a note: are no fields. */
static bool is_field(const parser *p, size_t *ret_colon)
{
    tip_field field;
    size_t i = p->next;
    while (i < p->text.size && isalpha((unsigned char)p->text.data[i]))
        i++;
    if (i == p->next || i >= p->text.size || p->text.data[i] != ':')
        return false;
    *ret_colon = i;
    if (field_of_name((tip_str){p->text.data + p->next, i - p->next}, &field))
        return true;
    return i + 1 < p->text.size && !is_space(p, i + 1) && p->text.data[i + 1] != '/';
}

/* The shell takes quotation marks away, and who does not know it leaves them out: of a name of
 * several words only the first is the value then, and no country. */
static tip_status check_name(const parser *p, const query_node *node)
{
    const query_value *last = &node->values[node->value_count - 1];
    if (node->field != TIP_FIELD_COUNTRY && node->field != TIP_FIELD_MENTIONS)
        return TIP_OK;
    size_t end = recognize_split_name(p->text, last->at, p->next);
    if (end == 0)
        return TIP_OK;
    const char *field = field_name(node->field);
    return query_fail(
        p->err, last->at,
        "no country is called \"%s\"; did you mean %s:\"%.*s\"? Quote a name of several "
        "words, and put the query in single quotes for the shell",
        last->text, field, (int)(end - last->at), p->text.data + last->at);
}

static tip_status read_field(parser *p, size_t colon, query_node **ret_node)
{
    tip_str name = {p->text.data + p->next, colon - p->next};
    tip_field field;
    if (!field_of_name(name, &field))
        return query_fail(p->err, p->next,
                          "there is no field \"%.*s\"; there are country, iso, region, year, tier, "
                          "section, mentions and title (quote the word to search for it)",
                          (int)(name.size < 40 ? name.size : 40), name.data);
    query_node *node = node_new(NODE_FIELD, p->next, colon);
    if (!node)
        return no_memory(p);
    node->field = field;
    p->next = colon + 1;
    tip_status status = values_read(p->text, VALUES_IN_QUERY, node, &p->next, p->err);
    node->end = p->next;
    if (status == TIP_OK)
        status = check_name(p, node);
    if (status != TIP_OK) {
        node_free(node);
        return status;
    }
    *ret_node = node;
    return TIP_OK;
}

/* ---- Clauses ---- */

static tip_status read_brackets(parser *p, query_node **ret_node)
{
    size_t open = p->next++;
    if (++p->depth > DEPTH_MAX)
        return query_fail(p->err, open, "brackets nested more than %d deep", DEPTH_MAX);
    query_node *node;
    tip_status status = read_query(p, &node);
    p->depth--;
    if (status != TIP_OK)
        return status;
    skip_spaces(p);
    if (peek(p) != ')') {
        node_free(node);
        return query_fail(p->err, open, "this bracket is not closed");
    }
    p->next++;
    *ret_node = node;
    return TIP_OK;
}

/* NOT is written in words what a minus is as a sign. A sign, or several, with a space behind is
 * punctuation. */
static node_occur take_sign(parser *p)
{
    if (take_operator(p, "NOT")) {
        skip_spaces(p);
        return OCCUR_EXCLUDED;
    }
    char sign = peek(p);
    size_t behind = p->next;
    while (behind < p->text.size && strchr("+-", p->text.data[behind]) && p->text.data[behind])
        behind++;
    if (behind == p->next || behind >= p->text.size || is_space(p, behind))
        return OCCUR_OPTIONAL;
    p->next++;
    return sign == '+' ? OCCUR_REQUIRED : OCCUR_EXCLUDED;
}

/* A quoted phrase, a NEAR and a field are meant: they are required unless the query says otherwise.
 */
static node_occur occur_of(node_occur sign, const query_node *node)
{
    bool is_meant = node->kind == NODE_FIELD || node->kind == NODE_NEAR ||
                    (node->kind == NODE_PHRASE && node->exact);
    return sign == OCCUR_OPTIONAL && is_meant ? OCCUR_REQUIRED : sign;
}

/* A run of characters: words, or punctuation, which is passed over. What other query languages
 * take for operators is no punctuation. */
static tip_status read_run(parser *p, query_node *sequence, node_occur occur)
{
    size_t start = p->next;
    size_t end = query_run_end(p->text, start);
    tip_str run = {p->text.data + start, end - start};
    p->next = end;
    if (tip_str_equal(run, tip_str_of("&&")) || tip_str_equal(run, tip_str_of("||")))
        return query_fail(p->err, start, "there is no operator %.2s: write %s", run.data,
                          *run.data == '&' ? "AND" : "OR");
    return add_run(p, start, end, sequence, occur);
}

static tip_status read_clause(parser *p, query_node *sequence)
{
    size_t start = p->next;
    size_t count = sequence->child_count;
    size_t colon;
    query_node *node = NULL;
    node_occur occur = take_sign(p);
    tip_status status = TIP_OK;
    if (occur != OCCUR_OPTIONAL && (is_any_operator(p) || is_operator(p, "NOT")))
        return query_fail(p->err, start, "a word is missing behind this");
    if (peek(p) == '(')
        status = read_brackets(p, &node);
    else if (query_quote_size(p->text, p->next) > 0)
        status = read_quoted(p, &node);
    else if (is_field(p, &colon))
        status = read_field(p, colon, &node);
    else
        status = read_run(p, sequence, occur);
    if (status != TIP_OK)
        return status;
    if (!node && occur != OCCUR_OPTIONAL && sequence->child_count == count)
        return query_fail(p->err, start, "a word is missing behind this");
    if (!node)
        return TIP_OK;
    node->occur = occur_of(occur, node);
    return node_add(sequence, node) == TIP_OK ? TIP_OK : no_memory(p);
}

/* Whether near/5 or then/5 stands next; takes it. */
static tip_status take_near(parser *p, bool *ret_found, size_t *ret_distance, bool *ret_ordered)
{
    size_t start = p->next;
    size_t end = query_run_end(p->text, start);
    size_t i = start + 5;
    *ret_found = false;
    if (end - start < 5 || (strncasecmp(p->text.data + start, "near/", 5) != 0 &&
                            strncasecmp(p->text.data + start, "then/", 5) != 0))
        return TIP_OK;
    size_t distance = 0;
    for (; i < end && isdigit((unsigned char)p->text.data[i]) && distance <= DISTANCE_MAX; i++)
        distance = distance * 10 + (size_t)(p->text.data[i] - '0');
    if (i < end || distance < 1 || distance > DISTANCE_MAX)
        return query_fail(p->err, start + 5, "a distance from 1 to %d words is expected here",
                          DISTANCE_MAX);
    *ret_found = true;
    *ret_distance = distance;
    *ret_ordered = tolower((unsigned char)p->text.data[start]) == 't';
    p->next = end;
    return TIP_OK;
}

/* Whether words, a phrase or a chain of them stand before near/5. What stands in brackets is a
 * query of its own, even if it is one word. */
static bool is_operand_before(const parser *p, const query_node *sequence, size_t start)
{
    while (start > 0 && is_space(p, start - 1))
        start--;
    if (sequence->child_count == 0 || p->text.data[start - 1] == ')')
        return false;
    node_kind kind = sequence->children[sequence->child_count - 1]->kind;
    return kind == NODE_WORD || kind == NODE_PHRASE || kind == NODE_NEAR;
}

/* Whether words or a phrase stand next: no sign, bracket or operator. */
static bool is_operand_next(const parser *p)
{
    return !at_end(p) && !strchr("+-()", peek(p)) && !is_any_operator(p) && !is_operator(p, "NOT");
}

/* Moves the last clause of the sequence into a NEAR node, unless it is one. */
static tip_status open_near(parser *p, query_node *sequence, query_node **ret_near)
{
    query_node **last = &sequence->children[sequence->child_count - 1];
    if ((*last)->kind != NODE_NEAR) {
        query_node *near = node_new(NODE_NEAR, (*last)->start, (*last)->end);
        if (!near)
            return no_memory(p);
        near->occur = (*last)->occur == OCCUR_OPTIONAL ? OCCUR_REQUIRED : (*last)->occur;
        query_node *first = *last;
        first->occur = OCCUR_OPTIONAL;
        *last = near;
        if (node_add(near, first) != TIP_OK)
            return no_memory(p);
    }
    *ret_near = *last;
    return TIP_OK;
}

/* The words behind near/5: the first of them is its operand, more of the same run stay clauses. */
static tip_status close_near(parser *p, query_node *sequence, size_t distance, bool ordered)
{
    size_t place = sequence->child_count - 1;
    size_t start = p->next;
    skip_spaces(p);
    tip_status status = TIP_OK;
    if (is_operand_next(p))
        status = read_clause(p, sequence);
    if (status != TIP_OK)
        return status;
    if (sequence->child_count == place + 1 || sequence->children[place + 1]->kind == NODE_FIELD)
        return query_fail(p->err, start, "a word or a phrase is expected behind this");
    query_node *near;
    query_node *operand = sequence->children[place + 1];
    memmove(sequence->children + place + 1, sequence->children + place + 2,
            (sequence->child_count - place - 2) * sizeof operand);
    sequence->child_count--;
    operand->occur = OCCUR_OPTIONAL;
    operand->distance = distance;
    operand->ordered = ordered;
    /* The clause before is the last one again only while nothing else follows it. */
    near = sequence->children[place];
    near->end = operand->end;
    return node_add(near, operand) == TIP_OK ? TIP_OK : no_memory(p);
}

/* { near/5 words } behind a clause. */
static tip_status read_nears(parser *p, query_node *sequence)
{
    for (;;) {
        bool found;
        bool ordered;
        size_t distance;
        query_node *near;
        skip_spaces(p);
        size_t start = p->next;
        tip_status status = take_near(p, &found, &distance, &ordered);
        if (status != TIP_OK || !found)
            return status;
        if (!is_operand_before(p, sequence, start))
            return query_fail(p->err, start, "a word or a phrase is expected before this");
        status = open_near(p, sequence, &near);
        if (status == TIP_OK)
            status = close_near(p, sequence, distance, ordered);
        if (status != TIP_OK)
            return status;
    }
}

/* Brackets around one thing, and a sequence of one plain thing, are that thing. */
static query_node *simplify(query_node *sequence)
{
    if (sequence->child_count != 1 || sequence->children[0]->occur == OCCUR_EXCLUDED)
        return sequence;
    query_node *only = sequence->children[0];
    sequence->child_count = 0;
    node_free(sequence);
    only->occur = OCCUR_OPTIONAL;
    return only;
}

/* Hands a sequence over once its countries are recognized; releases it when reading it failed. */
static tip_status end_sequence(const parser *p, query_node *sequence, tip_status status,
                               query_node **ret_node)
{
    if (status == TIP_OK && recognize_countries(sequence, p->text) != TIP_OK)
        status = no_memory(p);
    if (status == TIP_OK)
        *ret_node = sequence;
    else
        node_free(sequence);
    return status;
}

static tip_status read_sequence(parser *p, query_node **ret_node)
{
    size_t start = p->next;
    query_node *sequence = node_new(NODE_SEQUENCE, start, start);
    if (!sequence)
        return no_memory(p);
    tip_status status = TIP_OK;
    skip_spaces(p);
    while (status == TIP_OK && !at_end(p) && peek(p) != ')' && !is_any_operator(p)) {
        status = read_nears(p, sequence);
        if (status == TIP_OK && !at_end(p) && peek(p) != ')' && !is_any_operator(p))
            status = read_clause(p, sequence);
        if (status == TIP_OK)
            status = read_nears(p, sequence);
    }
    sequence->end = p->next;
    if (status == TIP_OK && sequence->child_count == 0)
        status =
            query_fail(p->err, p->next,
                       at_end(p) ? "a word is expected at the end" : "a word is expected here");
    status = end_sequence(p, sequence, status, ret_node);
    if (status == TIP_OK)
        *ret_node = simplify(sequence);
    return status;
}

/* ---- Operators ---- */

/* Joins two operands into a node; a chain of the same operator becomes one node. */
static tip_status join(const parser *p, node_kind kind, query_node **left, query_node *right)
{
    query_node *node = *left;
    if (node->kind != kind) {
        node = node_new(kind, (*left)->start, right->end);
        if (!node || node_add(node, *left) != TIP_OK) {
            if (!node)
                node_free(*left);
            node_free(node);
            node_free(right);
            *left = NULL;
            return no_memory(p);
        }
        *left = node;
    }
    node->end = right->end;
    return node_add(node, right) == TIP_OK ? TIP_OK : no_memory(p);
}

/* Operands with an operator between them, read by `read`. */
static tip_status read_chain(parser *p, const char *name, node_kind kind,
                             tip_status (*read)(parser *p, query_node **ret_node),
                             query_node **ret_node)
{
    query_node *node = NULL;
    tip_status status = read(p, &node);
    while (status == TIP_OK && take_operator(p, name)) {
        query_node *operand;
        status = read(p, &operand);
        if (status == TIP_OK)
            status = join(p, kind, &node, operand);
    }
    if (status == TIP_OK)
        *ret_node = node;
    else
        node_free(node);
    return status;
}

static tip_status read_and(parser *p, query_node **ret_node)
{
    return read_chain(p, "AND", NODE_AND, read_sequence, ret_node);
}

static tip_status read_query(parser *p, query_node **ret_node)
{
    return read_chain(p, "OR", NODE_OR, read_and, ret_node);
}

/* ---- The whole ---- */

static tip_status read_plain(parser *p, query_node **ret_node)
{
    query_node *sequence = node_new(NODE_SEQUENCE, 0, p->text.size);
    if (!sequence)
        return no_memory(p);
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, p->text);
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        query_node *node = node_new(NODE_WORD, token.start, token.start + token.length);
        status = node_add(sequence, node) == TIP_OK ? add_word(p, node, &token, 0, TIP_MATCH_STEM)
                                                    : no_memory(p);
    }
    if (status == TIP_OK && sequence->child_count == 0)
        status = query_fail(p->err, 0, "there is no word in this query");
    return end_sequence(p, sequence, status, ret_node);
}

/* Whether something is looked for in a node besides words of the stop list. */
static bool has_content(const query_node *node)
{
    if (node->kind == NODE_FIELD)
        return false;
    if (node->child_count == 0)
        return node->kind != NODE_WORD || !node->words[0].stop;
    for (size_t i = 0; i < node->child_count; i++)
        if (node->children[i]->occur != OCCUR_EXCLUDED && has_content(node->children[i]))
            return true;
    return false;
}

/* Words too common to rank by are left out where another word stands beside them. */
static void ignore_stop_words(query_node *node)
{
    bool beside = node->kind == NODE_SEQUENCE || node->kind == NODE_COUNTRY;
    bool content = beside && has_content(node);
    for (size_t i = 0; i < node->child_count; i++) {
        query_node *child = node->children[i];
        if (content && child->kind == NODE_WORD && child->occur == OCCUR_OPTIONAL)
            child->ignored = child->words[0].stop;
        ignore_stop_words(child);
    }
}

tip_status query_read(tip_str text, bool plain, tip_stemmer *stemmer, query_node **ret_root,
                      tip_error *err)
{
    parser p = {.text = text, .plain = plain, .stemmer = stemmer, .err = err};
    if (text.size > QUERY_MAX)
        return query_fail(err, QUERY_MAX, "a query of more than %d bytes", QUERY_MAX);
    query_node *root = NULL;
    skip_spaces(&p);
    if (at_end(&p))
        return query_fail(err, 0, "the query is empty");
    tip_status status = plain ? read_plain(&p, &root) : read_query(&p, &root);
    if (status != TIP_OK)
        return status;
    skip_spaces(&p);
    if (!plain && !at_end(&p)) {
        node_free(root);
        return query_fail(err, p.next,
                          peek(&p) == ')' ? "there is no open bracket to close here"
                                          : "this cannot be read");
    }
    ignore_stop_words(root);
    *ret_root = root;
    return TIP_OK;
}
