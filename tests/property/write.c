/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees as texts: one of the many ways to write each. */
#include "tests/property/random.h"
#include "tests/property/tree.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PICK(random, array) (array)[random_below(random, sizeof(array) / sizeof *(array))]

/* How tightly a part of a query binds: what binds less than its place asks for has brackets. */
enum { LEVEL_OR, LEVEL_AND, LEVEL_SEQUENCE, LEVEL_CLAUSE };

/* A text that grows. */
typedef struct text {
    char *bytes;
    size_t size;
    FILE *out;
} text;

static FILE *text_start(text *t)
{
    t->out = open_memstream(&t->bytes, &t->size);
    assert_non_null(t->out);
    return t->out;
}

static char *text_end(text *t)
{
    assert_int_equal(fclose(t->out), 0);
    return t->bytes;
}

static char *write_part(const tree *t, int level, uint64_t *random);

/* ---- Words ---- */

static void write_item(FILE *out, const tree_item *item)
{
    fprintf(out, "%s%s%s", item->match == TREE_SUFFIX ? "*" : "", item->written,
            item->match == TREE_PREFIX ? "*" : "");
}

static void write_joined(FILE *out, const tree *t, uint64_t *random)
{
    static const char *const joints[] = {"-", "-", "-", "/", "&", "_", "@"};
    for (size_t i = 0; i < t->item_count; i++) {
        fputs(i > 0 ? PICK(random, joints) : "", out);
        write_item(out, &t->items[i]);
    }
}

/* An asterisk has a space on its other side. */
static const char *pick_gap(const tree_item *before, const tree_item *behind, uint64_t *random)
{
    static const char *const gaps[] = {" ", " ", " ", "  ", ", ", "-", ": ", " (", ") +"};
    if (before->match == TREE_PREFIX || behind->match == TREE_SUFFIX)
        return " ";
    return PICK(random, gaps);
}

static void write_exact(FILE *out, const tree *t, uint64_t *random)
{
    static const char *const quotes[][2] = {
        {"\"", "\""}, {"\"", "\""}, {"\u201C", "\u201D"}, {"\u201E", "\u201C"}};
    size_t style = random_below(random, sizeof quotes / sizeof *quotes);
    fputs(quotes[style][0], out);
    for (size_t i = 0; i < t->item_count; i++) {
        fputs(i > 0 ? pick_gap(&t->items[i - 1], &t->items[i], random) : "", out);
        write_item(out, &t->items[i]);
    }
    fputs(quotes[style][1], out);
}

static void write_word(FILE *out, const tree *t, uint64_t *random)
{
    static const char *const behind[] = {",", ";", "!", "?"};
    write_item(out, &t->items[0]);
    if (t->kind == TREE_WORD && random_once_in(random, 20))
        fputs(PICK(random, behind), out);
}

static void write_words(FILE *out, const tree *t, uint64_t *random)
{
    if (t->kind == TREE_EXACT)
        write_exact(out, t, random);
    else if (t->kind == TREE_JOINED)
        write_joined(out, t, random);
    else
        write_word(out, t, random);
}

static void write_near(FILE *out, const tree *t, uint64_t *random)
{
    static const char *const nears[] = {"near", "near", "NEAR", "Near"};
    static const char *const thens[] = {"then", "then", "THEN", "Then"};
    for (size_t i = 0; i < t->kid_count; i++) {
        const tree *kid = t->kids[i];
        if (i > 0)
            fprintf(out, " %s/%zu ", kid->ordered ? PICK(random, thens) : PICK(random, nears),
                    kid->distance);
        write_words(out, kid, random);
    }
}

/* ---- Fields ---- */

static void write_field_name(FILE *out, tip_field field, uint64_t *random)
{
    static const char *const names[] = {"country", "iso",     "region",   "year",
                                        "tier",    "section", "mentions", "title"};
    uint32_t style = random_below(random, 6);
    const char *name = names[field];
    for (size_t i = 0; name[i]; i++)
        fputc(style == 0 || (style == 1 && i == 0) ? toupper((unsigned char)name[i]) : name[i],
              out);
    fputc(':', out);
}

static bool is_bare(const tree *t)
{
    for (size_t i = 0; i < t->value_count; i++)
        if (strpbrk(t->values[i]->written, " ,"))
            return false;
    return true;
}

static void write_values(FILE *out, const tree *t, const char *between)
{
    for (size_t i = 0; i < t->value_count; i++)
        fprintf(out, "%s%s", i > 0 ? between : "", t->values[i]->written);
}

static void write_field(FILE *out, const tree *t, uint64_t *random)
{
    static const char *const separators[] = {" or ", " OR ", "  or  ", ", ", ","};
    bool has_comma = strchr(t->values[0]->written, ',') != NULL;
    write_field_name(out, t->values[0]->field, random);
    if (is_bare(t) && !random_once_in(random, 3)) {
        write_values(out, t, ",");
    } else if (t->value_count > 1 || (!has_comma && random_once_in(random, 3))) {
        fputs(random_once_in(random, 4) ? "( " : "(", out);
        write_values(out, t, PICK(random, separators));
        fputc(')', out);
    } else {
        fprintf(out, random_once_in(random, 2) ? "\"%s\"" : "\u201C%s\u201D",
                t->values[0]->written);
    }
}

char *tree_write_filter(const tree *t, uint64_t *random)
{
    text made;
    write_values(text_start(&made), t, random_once_in(random, 2) ? "," : ", ");
    return text_end(&made);
}

/* ---- Clauses and operators ---- */

/* A bracket or a quotation mark needs no space before it or behind it. */
static bool opens(const char *part)
{
    return *part == '(' || *part == '"' || strncmp(part, "\u201C", 3) == 0;
}

static bool closes(const char *part)
{
    size_t size = strlen(part);
    return part[size - 1] == ')' || part[size - 1] == '"' ||
           (size > 3 && strcmp(part + size - 3, "\u201D") == 0);
}

static void write_sequence(FILE *out, const tree *t, uint64_t *random)
{
    static const char *const gaps[] = {" ", " ", " ", "  ", "\t", " \n", ""};
    bool closed = false;
    for (size_t i = 0; i < t->kid_count; i++) {
        char *part = write_part(t->kids[i], LEVEL_CLAUSE, random);
        const char *gap = PICK(random, gaps);
        if (i > 0)
            fputs(!*gap && !closed && !opens(part) ? " " : gap, out);
        fputs(part, out);
        closed = closes(part);
        free(part);
    }
}

/* Behind an operator a bracket needs no space. */
static void write_operator(FILE *out, const char *name, const char *operand, uint64_t *random)
{
    fprintf(out, "%s%s%s", name, opens(operand) && random_once_in(random, 3) ? "" : " ", operand);
}

/* What NOT excludes is one clause. */
static char *write_excluded(const tree *t, uint64_t *random)
{
    char *part = write_part(t, LEVEL_CLAUSE, random);
    if (t->kind != TREE_COUNTRY || opens(part) || !strchr(part, ' '))
        return part;
    text made;
    fprintf(text_start(&made), "(%s)", part);
    free(part);
    return text_end(&made);
}

static bool is_negation(const tree *t)
{
    return t->kind == TREE_NOT && t->kid_count == 1;
}

/* "a AND NOT b" needs no brackets either. */
static void write_and(FILE *out, const tree *t, uint64_t *random)
{
    for (size_t i = 0; i < t->kid_count; i++) {
        const tree *kid = t->kids[i];
        bool bare = i > 0 && is_negation(kid) && random_once_in(random, 2);
        char *part = bare ? write_excluded(kid->kids[0], random)
                          : write_part(kid, i > 0 ? LEVEL_SEQUENCE : LEVEL_AND, random);
        fputs(i > 0 ? " " : "", out);
        if (i == 0)
            fputs(part, out);
        else if (bare)
            write_operator(out, random_once_in(random, 2) ? "AND NOT" : "NOT", part, random);
        else
            write_operator(out, "AND", part, random);
        free(part);
    }
}

static void write_or(FILE *out, const tree *t, uint64_t *random)
{
    for (size_t i = 0; i < t->kid_count; i++) {
        char *part = write_part(t->kids[i], LEVEL_AND, random);
        if (i > 0) {
            fputc(' ', out);
            write_operator(out, "OR", part, random);
        } else {
            fputs(part, out);
        }
        free(part);
    }
}

static void write_not(FILE *out, const tree *t, uint64_t *random)
{
    if (t->kid_count == 2) {
        char *left = write_part(t->kids[0], LEVEL_AND, random);
        fprintf(out, "%s ", left);
        free(left);
    }
    char *part = write_excluded(t->kids[t->kid_count - 1], random);
    bool also_and = t->kid_count == 2 && random_once_in(random, 3);
    write_operator(out, also_and ? "AND NOT" : "NOT", part, random);
    free(part);
}

static int level_of(const tree *t)
{
    switch (t->kind) {
    case TREE_OR:
        return LEVEL_OR;
    case TREE_AND:
    case TREE_NOT:
        return LEVEL_AND;
    case TREE_SEQUENCE:
        return LEVEL_SEQUENCE;
    default:
        return LEVEL_CLAUSE;
    }
}

static void write_inside(FILE *out, const tree *t, uint64_t *random)
{
    switch (t->kind) {
    case TREE_COUNTRY:
        fputs(t->written, out);
        break;
    case TREE_FIELD:
        write_field(out, t, random);
        break;
    case TREE_NEAR:
        write_near(out, t, random);
        break;
    case TREE_SEQUENCE:
        write_sequence(out, t, random);
        break;
    case TREE_AND:
        write_and(out, t, random);
        break;
    case TREE_OR:
        write_or(out, t, random);
        break;
    case TREE_NOT:
        write_not(out, t, random);
        break;
    default:
        write_words(out, t, random);
    }
}

/* A sign belongs to one word. */
static bool needs_brackets(const tree *t, int level)
{
    return level_of(t) < level || (t->sign && t->kind == TREE_COUNTRY && strchr(t->written, ' '));
}

static char *write_part(const tree *t, int level, uint64_t *random)
{
    text made;
    FILE *out = text_start(&made);
    bool brackets = needs_brackets(t, level) || random_once_in(random, 10);
    if (t->sign)
        fputc(t->sign, out);
    if (brackets)
        fputs(random_once_in(random, 6) ? "( " : "(", out);
    write_inside(out, t, random);
    if (brackets)
        fputs(random_once_in(random, 6) ? " )" : ")", out);
    return text_end(&made);
}

char *tree_write(const tree *t, uint64_t *random)
{
    return write_part(t, LEVEL_OR, random);
}

char *tree_write_plain(const tree *t, uint64_t *random)
{
    static const char *const gaps[] = {" ", " ", ", ", " -", " \"", "\" ", " (", ") ", " +", ": "};
    text made;
    FILE *out = text_start(&made);
    for (size_t i = 0; i < t->kid_count; i++) {
        fputs(i > 0 ? PICK(random, gaps) : "", out);
        write_inside(out, t->kids[i], random);
    }
    return text_end(&made);
}
