/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a query was read, in words. */
#include "base/error.h"
#include "corpus/section.h"
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

static tip_status paragraphs_of(const explainer *e, const char *prefix, const tip_country *country,
                                size_t *ret_count)
{
    tip_buf term = {0};
    if (tip_term_of_field(prefix, tip_str_of(country->iso3), &term) != TIP_OK)
        return tip_fail_memory(e->err);
    tip_status status = paragraphs_with(e, tip_buf_str(&term), ret_count);
    tip_buf_free(&term);
    return status;
}

static tip_status explain_country(const explainer *e, const query_node *node)
{
    size_t own = 0;
    size_t others = 0;
    tip_status status = paragraphs_of(e, TIP_TERM_ISO3, node->country, &own);
    if (status == TIP_OK)
        status = paragraphs_of(e, TIP_TERM_MENTION, node->country, &others);
    fprintf(e->out, "country %s: its report (%zu paragraphs), what names it (%zu), or any of:\n",
            node->country->name, own, others);
    return status;
}

/* A term of a field as people write the value: prefixes are a capital, or X and another. */
static tip_str value_of(tip_field field, tip_str term)
{
    size_t prefix = *term.data == 'X' ? 2 : 1;
    tip_str value = {term.data + prefix, term.size - prefix};
    const tip_country *country = NULL;
    if (field == TIP_FIELD_COUNTRY || field == TIP_FIELD_ISO || field == TIP_FIELD_MENTIONS)
        country = tip_country_find(value);
    const char *tier = field == TIP_FIELD_TIER ? tip_tier_of_text(value) : NULL;
    return country ? tip_str_of(country->name) : tier ? tip_str_of(tier) : value;
}

/* The field whose terms are being written. */
typedef struct field_explainer {
    const explainer *e;
    tip_field field;
    bool any;
} field_explainer;

static tip_status explain_term(void *payload, tip_str term)
{
    field_explainer *f = payload;
    const explainer *e = f->e;
    size_t count;
    tip_status status = paragraphs_with(e, term, &count);
    tip_str value = value_of(f->field, term);
    fprintf(e->out, "%s %.*s (%zu paragraphs)", f->any ? "," : "", (int)value.size, value.data,
            count);
    f->any = true;
    return status;
}

static tip_status explain_field(const explainer *e, const query_node *node)
{
    field_explainer f = {e, node->field, false};
    tip_error room;
    fprintf(e->out, "field %s, any of:", field_name(node->field));
    for (size_t i = 0; node->field == TIP_FIELD_TITLE && i < node->value_count; i++)
        fprintf(e->out, "%s %s", i > 0 ? "," : "", value_shown(&node->values[i], &room));
    tip_status status = field_terms(e->searcher, node, explain_term, &f, e->err);
    fputs(f.any || node->field == TIP_FIELD_TITLE ? "\n" : " nothing in the index\n", e->out);
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
        status = explain_field(e, node);
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
    bool failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && status == TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        *ret_text = text;
    else
        free(text);
    return status;
}
