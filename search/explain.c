/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a query was read, in words. */
#include "base/error.h"
#include "search/searcher.h"
#include "text/term.h"

#include <stdio.h>
#include <stdlib.h>

/* Writes a tree, two spaces deeper for each level. */
typedef struct explainer {
    const tip_searcher *searcher;
    FILE *out;
    tip_error *err;
} explainer;

static const char *occur_text(const query_node *node)
{
    if (node->occur == OCCUR_EXCLUDED)
        return "not ";
    return node->occur == OCCUR_REQUIRED ? "must have " : "";
}

static tip_status paragraphs_with(const explainer *e, tip_str term, size_t *ret_count)
{
    *ret_count = 0;
    if (!e->searcher->database)
        return TIP_OK;
    return xc_term_documents(e->searcher->database, term, ret_count, e->err);
}

static tip_status explain_word(const explainer *e, const query_word *word, bool exact)
{
    size_t count;
    if (word->match == TIP_MATCH_PREFIX || word->match == TIP_MATCH_SUFFIX) {
        fprintf(e->out, "any word that %s with %s",
                word->match == TIP_MATCH_PREFIX ? "begins" : "ends", word->word);
        return TIP_OK;
    }
    tip_status status = paragraphs_with(e, tip_str_of(word->stem), &count);
    fprintf(e->out, "%s%s, stem %s, in %zu paragraphs", word->word, exact ? " as it is" : "",
            word->stem, count);
    return status;
}

static tip_status explain_phrase(const explainer *e, const query_node *node, int depth)
{
    tip_status status = TIP_OK;
    fprintf(e->out, "%s of %zu words:\n", node->exact ? "exact phrase" : "joined words",
            node->word_count);
    for (size_t i = 0; i < node->word_count && status == TIP_OK; i++) {
        fprintf(e->out, "%*s", 2 * depth + 2, "");
        status = explain_word(e, &node->words[i], node->exact);
        fputc('\n', e->out);
    }
    return status;
}

static tip_status explain_country(const explainer *e, const query_node *node)
{
    tip_buf term = {0};
    size_t count;
    if (tip_term_of_field(TIP_TERM_ISO3, tip_str_of(node->country->iso3), &term) != TIP_OK)
        return tip_fail_memory(e->err);
    tip_status status = paragraphs_with(e, tip_buf_str(&term), &count);
    tip_buf_free(&term);
    fprintf(e->out, "country %s: its report (%zu paragraphs), or any of:\n", node->country->name,
            count);
    return status;
}

static tip_status explain_term(void *payload, tip_str term)
{
    const explainer *e = payload;
    size_t count;
    tip_status status = paragraphs_with(e, term, &count);
    fprintf(e->out, " %.*s (%zu paragraphs)", (int)term.size, term.data, count);
    return status;
}

static tip_status explain_leaf(explainer *e, const query_node *node, int depth)
{
    tip_status status = TIP_OK;
    if (node->word_count == 1 && node->words[0].match != TIP_MATCH_STEM) {
        status = explain_word(e, &node->words[0], node->exact);
        fputc('\n', e->out);
    } else if (node->kind == NODE_WORD) {
        fputs("word ", e->out);
        status = explain_word(e, &node->words[0], false);
        fputs(node->ignored ? ", too common: ignored\n" : "\n", e->out);
    } else if (node->kind == NODE_PHRASE) {
        status = explain_phrase(e, node, depth);
    } else {
        fprintf(e->out, "field %s, any of:", field_name(node->field));
        if (node->field == TIP_FIELD_TITLE)
            fprintf(e->out, " %s", node->value);
        status = field_terms(e->searcher, node, explain_term, e, e->err);
        fputc('\n', e->out);
    }
    return status;
}

static const char *kind_text(const query_node *node)
{
    switch (node->kind) {
    case NODE_AND:
        return "all of:";
    case NODE_OR:
        return "any of:";
    case NODE_NEAR:
        return "near one another:";
    case NODE_NOT:
        return node->child_count == 1 ? "everything without:" : "the first without the second:";
    default:
        return "these, ranked:";
    }
}

static tip_status explain_node(explainer *e, const query_node *node, int depth)
{
    fprintf(e->out, "%*s%s", 2 * depth, "", occur_text(node));
    if (node->distance > 0)
        fprintf(e->out, "%s %zu words: ", node->ordered ? "then within" : "within", node->distance);
    if (node->child_count == 0)
        return explain_leaf(e, node, depth);
    tip_status status = TIP_OK;
    if (node->kind == NODE_COUNTRY)
        status = explain_country(e, node);
    else
        fprintf(e->out, "%s\n", kind_text(node));
    for (size_t i = 0; i < node->child_count && status == TIP_OK; i++)
        status = explain_node(e, node->children[i], depth + 1);
    return status;
}

static tip_status explain_added(const explainer *e, const tip_query *query)
{
    tip_status status = TIP_OK;
    if (tip_query_added(query) > 0)
        fputs("words of the best answers, which weigh less:\n", e->out);
    for (size_t i = 0; i < tip_query_added(query) && status == TIP_OK; i++) {
        const tip_added_word *added = tip_query_added_at(query, i);
        tip_str stem;
        size_t count;
        if (tip_stem(e->searcher->stemmer, added->word, &stem) != TIP_OK)
            return tip_fail_memory(e->err);
        fprintf(e->out, "  %.*s, stem %.*s, ", (int)added->word.size, added->word.data,
                (int)stem.size, stem.data);
        status = paragraphs_with(e, stem, &count);
        fprintf(e->out, "in %zu paragraphs, chosen with weight %.2f\n", count, added->weight);
    }
    return status;
}

static tip_status explain_engine(explainer *e, const tip_query *query)
{
    char *text;
    tip_status status = xc_query_describe(query->compiled, &text, e->err);
    if (status == TIP_OK) {
        fprintf(e->out, "Xapian: %s\n", text);
        free(text);
    }
    return status;
}

tip_status tip_query_explain(const tip_query *query, char **ret_text, tip_error *err)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return tip_fail_memory(err);
    explainer e = {query->searcher, out, err};
    tip_status status = explain_node(&e, query->root, 0);
    if (status == TIP_OK && query->filters)
        status = explain_node(&e, query->filters, 0);
    if (status == TIP_OK)
        status = explain_added(&e, query);
    if (status == TIP_OK)
        status = explain_engine(&e, query);
    bool failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && status == TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        *ret_text = text;
    else
        free(text);
    return status;
}
