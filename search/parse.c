/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a query. The grammar:
 *
 *   query    = and { OR and }
 *   and      = sequence { ( AND | NOT | AND NOT ) sequence } | NOT sequence
 *   sequence = clause { clause }
 *   clause   = [ "+" | "-" ] ( "(" query ")" | quoted | field ":" value | words )
 */
#include "base/error.h"
#include "search/query.h"
#include "search/recognize.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Deeper brackets than anybody writes would only serve to exhaust the stack. */
enum { DEPTH_MAX = 64, QUERY_MAX = 64 * 1024, WORDS_MAX = 1024 };

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

/* A quotation mark as keyboards and word processors make it: its length in bytes, else 0. */
static size_t quote_size(const parser *p, size_t at)
{
    static const char *const quotes[] = {"\"", "\u201C", "\u201D", "\u201E"};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        size_t size = strlen(quotes[i]);
        if (p->text.size - at >= size && memcmp(p->text.data + at, quotes[i], size) == 0)
            return size;
    }
    return 0;
}

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

/* Where the run of characters that starts at `from` ends: at white space, a bracket or a quote. */
static size_t run_end(const parser *p, size_t from)
{
    size_t end = from;
    while (end < p->text.size && !is_space(p, end) && p->text.data[end] != '(' &&
           p->text.data[end] != ')' && quote_size(p, end) == 0)
        end++;
    return end;
}

/* Whether an operator stands next; it is a word of its own, in capitals. */
static bool is_operator(const parser *p, const char *name)
{
    size_t size = strlen(name);
    size_t end = p->next + size;
    return !p->plain && end <= p->text.size && memcmp(p->text.data + p->next, name, size) == 0 &&
           (end == p->text.size || is_space(p, end) || p->text.data[end] == '(' ||
            quote_size(p, end) > 0);
}

static bool take_operator(parser *p, const char *name)
{
    skip_spaces(p);
    if (!is_operator(p, name))
        return false;
    p->next += strlen(name);
    return true;
}

static bool is_any_operator(const parser *p)
{
    return is_operator(p, "AND") || is_operator(p, "OR") || is_operator(p, "NOT");
}

/* ---- Words ---- */

static tip_status no_memory(const parser *p)
{
    return tip_fail_memory(p->err);
}

static tip_status add_word(parser *p, query_node *node, const tip_token *token)
{
    if (++p->words > WORDS_MAX)
        return query_fail(p->err, token->start, "a query of more than %d words", WORDS_MAX);
    return node_add_word(node, token, p->stemmer) == TIP_OK ? TIP_OK : no_memory(p);
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
        status = add_word(p, node, &token);
        if (node->word_count > 1)
            node->kind = NODE_PHRASE;
    }
    return status;
}

/* "exact words": they are looked for as they are, without stemming. */
static tip_status read_quoted(parser *p, query_node **ret_node)
{
    size_t start = p->next;
    size_t inside = start + quote_size(p, start);
    size_t end = inside;
    while (end < p->text.size && quote_size(p, end) == 0)
        end++;
    if (end >= p->text.size)
        return query_fail(p->err, start, "this quotation mark is not closed");
    p->next = end + quote_size(p, end);
    query_node *node = node_new(NODE_PHRASE, start, p->next);
    if (!node)
        return no_memory(p);
    node->exact = true;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, (tip_str){p->text.data + inside, end - inside});
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        token.start += inside;
        status = add_word(p, node, &token);
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

/* Whether "name:" stands next, with something right behind the colon. An address such as
 * https://... is no field. */
static bool is_field(const parser *p, size_t *ret_colon)
{
    size_t i = p->next;
    while (i < p->text.size && isalpha((unsigned char)p->text.data[i]))
        i++;
    if (i == p->next || i + 1 >= p->text.size || p->text.data[i] != ':' || is_space(p, i + 1))
        return false;
    if (p->text.data[i + 1] == '/')
        return false;
    *ret_colon = i;
    return true;
}

static tip_status read_value(parser *p, query_node *node)
{
    size_t start = p->next;
    size_t quote = quote_size(p, start);
    size_t end = run_end(p, start);
    if (quote > 0) {
        start += quote;
        end = start;
        while (end < p->text.size && quote_size(p, end) == 0)
            end++;
        if (end >= p->text.size)
            return query_fail(p->err, p->next, "this quotation mark is not closed");
        p->next = end + quote_size(p, end);
        node->whole = true;
    } else {
        p->next = end;
    }
    if (end == start)
        return query_fail(p->err, start, "a value is missing behind %s:", field_name(node->field));
    node->value = tip_str_dup((tip_str){p->text.data + start, end - start});
    node->end = p->next;
    return node->value ? TIP_OK : no_memory(p);
}

static tip_status read_field(parser *p, size_t colon, query_node **ret_node)
{
    tip_str name = {p->text.data + p->next, colon - p->next};
    tip_field field;
    if (!field_of_name(name, &field))
        return query_fail(p->err, p->next,
                          "there is no field \"%.*s\"; there are country, iso, region, year, tier "
                          "and section (quote the word to search for it)",
                          (int)(name.size < 40 ? name.size : 40), name.data);
    query_node *node = node_new(NODE_FIELD, p->next, colon);
    if (!node)
        return no_memory(p);
    node->field = field;
    p->next = colon + 1;
    tip_status status = read_value(p, node);
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

static node_occur take_sign(parser *p)
{
    char sign = peek(p);
    bool before_something = p->next + 1 < p->text.size && !is_space(p, p->next + 1);
    if ((sign != '+' && sign != '-') || !before_something)
        return OCCUR_OPTIONAL;
    p->next++;
    return sign == '+' ? OCCUR_REQUIRED : OCCUR_EXCLUDED;
}

/* A quoted phrase and a field are meant: they are required unless the query says otherwise. */
static node_occur occur_of(node_occur sign, const query_node *node)
{
    bool is_meant = node->kind == NODE_FIELD || (node->kind == NODE_PHRASE && node->exact);
    return sign == OCCUR_OPTIONAL && is_meant ? OCCUR_REQUIRED : sign;
}

static tip_status read_clause(parser *p, query_node *sequence)
{
    size_t start = p->next;
    size_t colon;
    query_node *node = NULL;
    node_occur occur = take_sign(p);
    tip_status status;
    if (peek(p) == '(')
        status = read_brackets(p, &node);
    else if (quote_size(p, p->next) > 0)
        status = read_quoted(p, &node);
    else if (is_field(p, &colon))
        status = read_field(p, colon, &node);
    else {
        size_t end = run_end(p, p->next);
        size_t count = sequence->child_count;
        status = add_run(p, p->next, end, sequence, occur);
        p->next = end;
        if (status == TIP_OK && occur != OCCUR_OPTIONAL && sequence->child_count == count)
            status = query_fail(p->err, start, "a word is missing behind this sign");
        return status;
    }
    if (status != TIP_OK)
        return status;
    node->occur = occur_of(occur, node);
    return node_add(sequence, node) == TIP_OK ? TIP_OK : no_memory(p);
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

static tip_status read_sequence(parser *p, query_node **ret_node)
{
    size_t start = p->next;
    query_node *sequence = node_new(NODE_SEQUENCE, start, start);
    if (!sequence)
        return no_memory(p);
    tip_status status = TIP_OK;
    skip_spaces(p);
    while (status == TIP_OK && !at_end(p) && peek(p) != ')' && !is_any_operator(p)) {
        status = read_clause(p, sequence);
        skip_spaces(p);
    }
    sequence->end = p->next;
    if (status == TIP_OK && sequence->child_count == 0)
        status =
            query_fail(p->err, p->next,
                       at_end(p) ? "a word is expected at the end" : "a word is expected here");
    if (status == TIP_OK)
        status = recognize_countries(sequence, p->text) == TIP_OK ? TIP_OK : no_memory(p);
    if (status != TIP_OK) {
        node_free(sequence);
        return status;
    }
    *ret_node = simplify(sequence);
    return TIP_OK;
}

/* ---- Operators ---- */

/* Joins two operands into a node; a chain of the same operator becomes one node. */
static tip_status join(const parser *p, node_kind kind, query_node **left, query_node *right)
{
    query_node *node = *left;
    if (!node || node->kind != kind || kind == NODE_NOT) {
        node = node_new(kind, *left ? (*left)->start : right->start, right->end);
        if (!node || (*left && node_add(node, *left) != TIP_OK)) {
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

static tip_status read_and(parser *p, query_node **ret_node)
{
    query_node *node = NULL;
    tip_status status = TIP_OK;
    bool negated = take_operator(p, "NOT");
    for (;;) {
        query_node *operand = NULL;
        status = read_sequence(p, &operand);
        if (status != TIP_OK)
            break;
        if (node || negated)
            status = join(p, negated ? NODE_NOT : NODE_AND, &node, operand);
        else
            node = operand;
        bool more = take_operator(p, "AND");
        negated = take_operator(p, "NOT");
        if (status != TIP_OK || (!more && !negated))
            break;
    }
    if (status == TIP_OK)
        *ret_node = node;
    else
        node_free(node);
    return status;
}

static tip_status read_query(parser *p, query_node **ret_node)
{
    query_node *node;
    tip_status status = read_and(p, &node);
    if (status != TIP_OK)
        return status;
    while (status == TIP_OK && take_operator(p, "OR")) {
        query_node *operand = NULL;
        status = read_and(p, &operand);
        if (status == TIP_OK)
            status = join(p, NODE_OR, &node, operand);
    }
    if (status == TIP_OK)
        *ret_node = node;
    else
        node_free(node);
    return status;
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
        status = node_add(sequence, node) == TIP_OK ? add_word(p, node, &token) : no_memory(p);
    }
    if (status == TIP_OK && sequence->child_count == 0)
        status = query_fail(p->err, 0, "there is no word in this query");
    if (status == TIP_OK)
        status = recognize_countries(sequence, p->text) == TIP_OK ? TIP_OK : no_memory(p);
    if (status != TIP_OK) {
        node_free(sequence);
        return status;
    }
    *ret_node = sequence;
    return TIP_OK;
}

/* Words too common to rank by are left out where the query has another word. */
static bool has_content(const query_node *node)
{
    if (node->kind != NODE_WORD || !node->words[0].stop)
        if (node->kind != NODE_FIELD && node->child_count == 0)
            return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (node->children[i]->occur != OCCUR_EXCLUDED && has_content(node->children[i]))
            return true;
    return false;
}

static void ignore_stop_words(query_node *node)
{
    if (node->kind == NODE_SEQUENCE)
        for (size_t i = 0; i < node->child_count; i++) {
            query_node *child = node->children[i];
            if (child->kind == NODE_WORD && child->occur == OCCUR_OPTIONAL)
                child->ignored = child->words[0].stop;
        }
    for (size_t i = 0; i < node->child_count; i++)
        ignore_stop_words(node->children[i]);
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
    if (has_content(root))
        ignore_stop_words(root);
    *ret_root = root;
    return TIP_OK;
}
