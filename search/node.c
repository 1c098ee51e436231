/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/query.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const field_names[] = {
    [TIP_FIELD_COUNTRY] = "country",   [TIP_FIELD_ISO] = "iso",     [TIP_FIELD_REGION] = "region",
    [TIP_FIELD_YEAR] = "year",         [TIP_FIELD_TIER] = "tier",   [TIP_FIELD_SECTION] = "section",
    [TIP_FIELD_MENTIONS] = "mentions", [TIP_FIELD_TITLE] = "title",
};

enum { FIELD_COUNT = sizeof field_names / sizeof *field_names };

const char *field_name(tip_field field)
{
    return (unsigned)field < FIELD_COUNT ? field_names[field] : "?";
}

bool field_of_name(tip_str name, tip_field *ret_field)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        tip_str known = tip_str_of(field_names[i]);
        if (known.size == name.size && strncasecmp(known.data, name.data, name.size) == 0) {
            *ret_field = (tip_field)i;
            return true;
        }
    }
    return false;
}

tip_status query_fail(tip_error *err, size_t position, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tip_vfail(err, TIP_BAD_QUERY, format, args);
    va_end(args);
    if (err)
        err->position = position;
    return TIP_BAD_QUERY;
}

query_node *node_new(node_kind kind, size_t start, size_t end)
{
    query_node *node = calloc(1, sizeof *node);
    if (node) {
        node->kind = kind;
        node->start = start;
        node->end = end;
    }
    return node;
}

void node_free(query_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->word_count; i++) {
        free(node->words[i].word);
        free(node->words[i].stem);
    }
    for (size_t i = 0; i < node->value_count; i++)
        free(node->values[i].text);
    for (size_t i = 0; i < node->child_count; i++)
        node_free(node->children[i]);
    free(node->words);
    free(node->values);
    free(node->children);
    free(node);
}

tip_status node_add(query_node *node, query_node *child)
{
    query_node **children =
        reallocarray(node->children, node->child_count + 1, sizeof *node->children);
    if (!children || !child) {
        if (children)
            node->children = children;
        node_free(child);
        return TIP_NO_MEMORY;
    }
    children[node->child_count++] = child;
    node->children = children;
    return TIP_OK;
}

/* An operator where there are none is a word of the stop list, in capitals or not. */
static bool is_operator(const tip_token *token)
{
    static const char *const operators[] = {"and", "or", "not"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(token->word, operators[i]) == 0)
            return true;
    return false;
}

/* "US" and "WHO" are no function words. */
static bool is_stop(const tip_token *token)
{
    return (!token->acronym || is_operator(token)) &&
           tip_is_stop_word((tip_str){token->word, token->size});
}

tip_status node_add_word(query_node *node, const tip_token *token, tip_word_match match,
                         tip_stemmer *stemmer)
{
    tip_str word = {token->word, token->size};
    tip_str stem;
    if (tip_stem(stemmer, word, &stem) != TIP_OK)
        return TIP_NO_MEMORY;
    query_word *words = reallocarray(node->words, node->word_count + 1, sizeof *words);
    if (!words)
        return TIP_NO_MEMORY;
    node->words = words;
    bool is_wildcard = match == TIP_MATCH_PREFIX || match == TIP_MATCH_SUFFIX;
    query_word added = {tip_str_dup(word), tip_str_dup(stem), match,
                        !is_wildcard && is_stop(token)};
    if (!added.word || !added.stem) {
        free(added.word);
        free(added.stem);
        return TIP_NO_MEMORY;
    }
    words[node->word_count++] = added;
    return TIP_OK;
}

tip_status node_add_value(query_node *node, tip_str text, size_t at)
{
    query_value *values = reallocarray(node->values, node->value_count + 1, sizeof *values);
    if (!values)
        return TIP_NO_MEMORY;
    node->values = values;
    values[node->value_count] = (query_value){tip_str_dup(text), at};
    if (!values[node->value_count].text)
        return TIP_NO_MEMORY;
    node->value_count++;
    return TIP_OK;
}
