/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/recognize.h"

#include "corpus/mention.h"

#include <stdlib.h>
#include <string.h>

/* "Democratic People's Republic of Korea", "Saint Vincent and the Grenadines" */
enum { NAME_WORDS = 6 };

/* Whether a clause is words as they are written: not quoted, and without a wildcard. */
static bool is_words(const query_node *node)
{
    if (node->kind != NODE_WORD && node->kind != NODE_PHRASE)
        return false;
    for (size_t i = 0; i < node->word_count; i++)
        if (node->words[i].match != TIP_MATCH_STEM)
            return false;
    return true;
}

/* Codes are short and look like words ("in", "it", "are"): they count only when written as codes.
 */
static bool may_be_name(const query_node *const *run, size_t count, tip_str text)
{
    /* Of "the Gambia", the second word must be a name. */
    while (count > 1 && run[0]->kind == NODE_WORD && run[0]->words[0].stop) {
        run++;
        count--;
    }
    const query_node *node = run[0];
    if (count > 1)
        return true;
    if (node->kind == NODE_WORD && node->words[0].stop)
        return false;
    tip_str name = {text.data + node->start, node->end - node->start};
    bool in_capitals = true;
    for (size_t i = 0; i < name.size; i++)
        in_capitals = in_capitals && name.data[i] >= 'A' && name.data[i] <= 'Z';
    return name.size > 3 || in_capitals || memchr(name.data, '.', name.size);
}

static const tip_country *country_of(const query_node *const *run, size_t count, tip_str text)
{
    size_t start = run[0]->start;
    if (!may_be_name(run, count, text))
        return NULL;
    tip_str name = {text.data + start, run[count - 1]->end - start};
    return memchr(name.data, '.', name.size) ? tip_country_written(name) : tip_country_named(name);
}

/* How many of the clauses from `first` on could be one name: plain words of the same sign. */
static size_t run_length(const query_node *sequence, size_t first)
{
    const query_node *const *nodes = (const query_node *const *)sequence->children;
    size_t count = 0;
    while (first + count < sequence->child_count && count < NAME_WORDS &&
           is_words(nodes[first + count]) && nodes[first + count]->occur == nodes[first]->occur)
        count++;
    /* A sign belongs to one word. */
    return count > 1 && nodes[first]->occur != OCCUR_OPTIONAL ? 1 : count;
}

/* Moves `count` clauses from `first` on below a new node, which takes their place. */
static tip_status replace(query_node *sequence, size_t first, size_t count,
                          const tip_country *country)
{
    query_node **run = sequence->children + first;
    query_node *node = node_new(NODE_COUNTRY, run[0]->start, run[count - 1]->end);
    query_node **children = calloc(count, sizeof *children);
    if (!node || !children) {
        node_free(node);
        free(children);
        return TIP_NO_MEMORY;
    }
    memcpy(children, run, count * sizeof *children);
    node->country = country;
    node->occur = run[0]->occur;
    node->children = children;
    node->child_count = count;
    for (size_t i = 0; i < count; i++)
        children[i]->occur = OCCUR_OPTIONAL;
    run[0] = node;
    memmove(run + 1, run + count, (sequence->child_count - first - count) * sizeof *run);
    sequence->child_count -= count - 1;
    return TIP_OK;
}

tip_status recognize_countries(query_node *sequence, tip_str text)
{
    for (size_t i = 0; i < sequence->child_count; i++) {
        const query_node *const *run = (const query_node *const *)sequence->children + i;
        for (size_t count = run_length(sequence, i); count > 0; count--) {
            const tip_country *country = country_of(run, count, text);
            if (!country)
                continue;
            if (replace(sequence, i, count, country) != TIP_OK)
                return TIP_NO_MEMORY;
            break;
        }
    }
    return TIP_OK;
}

size_t recognize_split_name(tip_str text, size_t start, size_t end)
{
    size_t found = 0;
    if (tip_country_find_any((tip_str){text.data + start, end - start}))
        return 0;
    for (int words = 1; words < NAME_WORDS && end < text.size && text.data[end] == ' '; words++) {
        end = query_run_end(text, end + 1);
        if (tip_country_find((tip_str){text.data + start, end - start}))
            found = end;
    }
    return found;
}
