/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the table of countries as C source: country_gen ISO_3166_1_JSON COUNTRIES_TSV OUTPUT_C
 *
 * A build tool, not part of the library: it ends with status 1 and a message at the first thing
 * that is wrong, so that a mistake in countries.tsv fails the build and not a search.
 */
#include "corpus/country_name.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COUNTRIES_MAX 400
#define WORDS_MAX 64 /* names, or demonyms, of one country */
#define KEYS_MAX 16384
#define COLUMNS 5

typedef struct words {
    char *item[WORDS_MAX];
    size_t count;
} words;

typedef struct entry {
    char iso3[4];
    char iso2[3];
    const char *region; /* one of regions[]; NULL until a row of the TSV says */
    words names;        /* the canonical one first */
    words unlisted;     /* found, but in no list of names */
    words demonyms;
    words iso; /* what iso-codes calls it: to go behind our own names */
} entry;

typedef struct key {
    char *text;
    size_t owner;
    bool in_text; /* may be meant where it stands in a running text */
} key;

typedef struct keys {
    key item[KEYS_MAX];
    size_t count;
} keys;

typedef struct generator {
    entry entries[COUNTRIES_MAX];
    size_t count;
    keys names;
    keys demonyms;
    keys phrases; /* that hold the name of a country and name none */
    const char *tsv;
    size_t line;
} generator;

static const char *const regions[] = {
    "",
    "Africa",
    "Near East",
    "East Asia and Pacific",
    "Western Hemisphere",
    "Europe and Eurasia",
    "South and Central Asia",
};

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("country_gen: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static char *copy(const char *text)
{
    char *result = strdup(text);
    if (!result)
        die("out of memory");
    return result;
}

static tip_str str_of(const char *text)
{
    return (tip_str){text, strlen(text)};
}

static void make_key(const char *name, char ret_key[TIP_COUNTRY_NAME_ROOM])
{
    if (tip_country_name_key(str_of(name), ret_key) == 0)
        die("the name \"%s\" is empty or too long", name);
}

static bool has_word(const words *list, const char *word)
{
    char wanted[TIP_COUNTRY_NAME_ROOM];
    char present[TIP_COUNTRY_NAME_ROOM];
    make_key(word, wanted);
    for (size_t i = 0; i < list->count; i++) {
        make_key(list->item[i], present);
        if (strcmp(wanted, present) == 0)
            return true;
    }
    return false;
}

/* Adds a word unless one that folds to the same is there. */
static void add_word(words *list, const char *word)
{
    if (has_word(list, word))
        return;
    if (list->count == WORDS_MAX)
        die("too many names beside \"%s\": raise WORDS_MAX", word);
    list->item[list->count++] = copy(word);
}

static void free_words(words *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->item[i]);
}

/* ---- Keys: every way in which a name can be looked up ---- */

static void add_key(keys *list, const char *text, size_t owner, bool in_text)
{
    if (list->count == KEYS_MAX)
        die("too many names: raise KEYS_MAX");
    list->item[list->count++] = (key){copy(text), owner, in_text};
}

static void add_saint_key(keys *list, const char *text, size_t owner, bool in_text)
{
    if (strncmp(text, "saint ", 6) != 0)
        return;
    char shorter[TIP_COUNTRY_NAME_ROOM];
    snprintf(shorter, sizeof shorter, "st %s", text + 6);
    add_key(list, shorter, owner, in_text);
}

/* "republic of the niger" is also "niger republic of the" and "niger republic of". */
static void add_inverted_keys(keys *list, const char *text, size_t owner)
{
    const char *of = strstr(text, " of ");
    if (!of)
        return;
    const char *rest = of + 4;
    if (strncmp(rest, "the ", 4) == 0)
        rest += 4;
    char inverted[2 * TIP_COUNTRY_NAME_ROOM];
    snprintf(inverted, sizeof inverted, "%s %.*s of", rest, (int)(of - text), text);
    add_key(list, inverted, owner, false);
    snprintf(inverted, sizeof inverted, "%s %.*s of the", rest, (int)(of - text), text);
    add_key(list, inverted, owner, false);
}

static void add_key_and_variants(keys *list, const char *name, size_t owner, bool in_text)
{
    char text[TIP_COUNTRY_NAME_ROOM];
    make_key(name, text);
    add_key(list, text, owner, in_text);
    add_saint_key(list, text, owner, in_text);
    add_inverted_keys(list, text, owner);
}

/* "Bahamas, The" */
static void add_key_with_the(keys *list, const char *name, size_t owner)
{
    char text[TIP_COUNTRY_NAME_ROOM];
    char inverted[TIP_COUNTRY_NAME_ROOM + 4];
    make_key(name, text);
    snprintf(inverted, sizeof inverted, "%s the", text);
    add_key(list, inverted, owner, false);
}

/* File names keep a space or nothing where the apostrophe was: "cote-d-ivoire", "cote-divoire". */
static void add_keys(keys *list, const char *name, size_t owner, bool in_text)
{
    add_key_and_variants(list, name, owner, in_text);
    if (!strchr(name, '\''))
        return;
    char *spaced = copy(name);
    for (char *c = spaced; *c; c++) {
        if (*c == '\'')
            *c = ' ';
    }
    add_key_and_variants(list, spaced, owner, in_text);
    free(spaced);
}

static int compare_keys(const void *a, const void *b)
{
    const key *left = a;
    const key *right = b;
    int order = strcmp(left->text, right->text);
    if (order == 0)
        order = (left->owner > right->owner) - (left->owner < right->owner);
    return order;
}

static void sort_keys(keys *list)
{
    qsort(list->item, list->count, sizeof list->item[0], compare_keys);
}

/* A name must lead to one country; the same key twice for one country is only one. */
static void settle_names(generator *g)
{
    keys *list = &g->names;
    sort_keys(list);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        key now = list->item[i];
        key *before = kept > 0 ? &list->item[kept - 1] : NULL;
        if (!before || strcmp(before->text, now.text) != 0) {
            list->item[kept++] = now;
        } else if (before->owner == now.owner) {
            before->in_text = before->in_text || now.in_text;
            free(now.text);
        } else {
            die("\"%s\" is a name of both %s and %s", now.text, g->entries[before->owner].iso3,
                g->entries[now.owner].iso3);
        }
    }
    list->count = kept;
}

/* A demonym of several countries leads to none. */
static void settle_demonyms(keys *list)
{
    sort_keys(list);
    size_t kept = 0;
    size_t end;
    for (size_t i = 0; i < list->count; i = end) {
        bool shared = false;
        for (end = i + 1; end < list->count; end++) {
            if (strcmp(list->item[i].text, list->item[end].text) != 0)
                break;
            shared = shared || list->item[end].owner != list->item[i].owner;
            free(list->item[end].text);
        }
        if (shared)
            free(list->item[i].text);
        else
            list->item[kept++] = list->item[i];
    }
    list->count = kept;
}

static void check_demonym(const generator *g, const key *demonym)
{
    for (size_t i = 0; i < g->names.count; i++) {
        const key *name = &g->names.item[i];
        if (strcmp(name->text, demonym->text) == 0 && name->owner != demonym->owner)
            die("the demonym \"%s\" of %s is a name of %s", demonym->text,
                g->entries[demonym->owner].iso3, g->entries[name->owner].iso3);
    }
}

static void make_keys(generator *g)
{
    for (size_t i = 0; i < g->count; i++) {
        const entry *e = &g->entries[i];
        add_key_and_variants(&g->names, e->iso3, i, false);
        add_key_and_variants(&g->names, e->iso2, i, false);
        add_key_with_the(&g->names, e->names.item[0], i);
        for (size_t j = 0; j < e->names.count; j++)
            add_keys(&g->names, e->names.item[j], i, true);
        for (size_t j = 0; j < e->unlisted.count; j++)
            add_keys(&g->names, e->unlisted.item[j], i, false);
        for (size_t j = 0; j < e->demonyms.count; j++)
            add_keys(&g->demonyms, e->demonyms.item[j], i, true);
    }
    settle_names(g);
    for (size_t i = 0; i < g->demonyms.count; i++)
        check_demonym(g, &g->demonyms.item[i]);
    settle_demonyms(&g->demonyms);
    sort_keys(&g->phrases);
}

/* ---- iso-codes ---- */

static entry *new_entry(generator *g, const char *iso3, const char *iso2)
{
    if (strlen(iso3) != 3 || strlen(iso2) != 2)
        die("\"%s/%s\" are no country codes", iso3, iso2);
    if (g->count == COUNTRIES_MAX)
        die("too many countries: raise COUNTRIES_MAX");
    entry *e = &g->entries[g->count++];
    memcpy(e->iso3, iso3, 4);
    memcpy(e->iso2, iso2, 3);
    return e;
}

static void add_iso_name(entry *e, const json_t *country, const char *field)
{
    const char *name = json_string_value(json_object_get(country, field));
    if (name)
        add_word(&e->iso, name);
}

static void read_iso_country(generator *g, const json_t *country, const char *path)
{
    const char *iso3 = json_string_value(json_object_get(country, "alpha_3"));
    const char *iso2 = json_string_value(json_object_get(country, "alpha_2"));
    if (!iso3 || !iso2 || !json_string_value(json_object_get(country, "name")))
        die("%s: a country has no alpha_2, alpha_3 or name", path);
    entry *e = new_entry(g, iso3, iso2);
    add_iso_name(e, country, "common_name");
    add_iso_name(e, country, "name");
    add_iso_name(e, country, "official_name");
}

static void read_iso(generator *g, const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        die("%s:%d: %s", path, error.line, error.text);
    const json_t *list = json_object_get(root, "3166-1");
    if (json_array_size(list) == 0)
        die("%s: no list \"3166-1\"", path);
    for (size_t i = 0; i < json_array_size(list); i++)
        read_iso_country(g, json_array_get(list, i), path);
    json_decref(root);
}

/* ---- countries.tsv ---- */

static entry *find_entry(generator *g, const char *iso3)
{
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(g->entries[i].iso3, iso3) == 0)
            return &g->entries[i];
    }
    return NULL;
}

/* "KGZ" must be known to iso-codes, "XKX/XK" must not. */
static entry *entry_of_code(generator *g, char *code)
{
    char *iso2 = strchr(code, '/');
    if (iso2)
        *iso2++ = '\0';
    entry *e = find_entry(g, code);
    if (!e && iso2)
        return new_entry(g, code, iso2);
    if (!e)
        die("%s:%zu: unknown code \"%s\"", g->tsv, g->line, code);
    if (e->region)
        die("%s:%zu: %s has a row already", g->tsv, g->line, code);
    if (iso2)
        die("%s:%zu: %s is in ISO 3166-1: leave \"/%s\" out", g->tsv, g->line, code, iso2);
    return e;
}

static const char *region_of(const generator *g, const char *name)
{
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        if (strcmp(regions[i], name) == 0)
            return regions[i];
    }
    die("%s:%zu: \"%s\" is none of the six regions", g->tsv, g->line, name);
}

/* What has "~" before it goes to the other list. */
static void add_words(words *list, words *unlisted, char *text)
{
    for (char *word = strsep(&text, ";"); word; word = strsep(&text, ";")) {
        if (*word == '~')
            add_word(unlisted, word + 1);
        else if (*word)
            add_word(list, word);
    }
}

/* A key of its own for each, as none belongs to a country. */
static void read_phrases(generator *g, char *text)
{
    for (char *phrase = strsep(&text, ";"); phrase; phrase = strsep(&text, ";"))
        add_key_and_variants(&g->phrases, phrase, TIP_NO_COUNTRY, true);
}

static void read_row(generator *g, char *row)
{
    char none[] = "";
    char *column[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        column[i] = strsep(&row, "\t");
        if (!column[i])
            column[i] = none;
    }
    if (row)
        die("%s:%zu: more than %d columns", g->tsv, g->line, COLUMNS);
    if (strcmp(column[0], "-") == 0) {
        read_phrases(g, column[3]);
        return;
    }
    entry *e = entry_of_code(g, column[0]);
    e->region = region_of(g, column[1]);
    if (*column[2])
        add_word(&e->names, column[2]);
    else if (e->iso.count > 0)
        add_word(&e->names, e->iso.item[0]);
    else
        die("%s:%zu: %s has no name", g->tsv, g->line, e->iso3);
    add_words(&e->names, &e->unlisted, column[3]);
    add_words(&e->demonyms, &e->demonyms, column[4]);
}

static void read_tsv(generator *g, const char *path)
{
    g->tsv = path;
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s: %s", path, strerror(errno));
    char *row = NULL;
    size_t room = 0;
    while (getline(&row, &room, file) >= 0) {
        g->line++;
        row[strcspn(row, "\r\n")] = '\0';
        if (*row && *row != '#')
            read_row(g, row);
    }
    if (ferror(file))
        die("%s: %s", path, strerror(errno));
    free(row);
    fclose(file);
}

/* What no row speaks of is of no region; the names of iso-codes go last. */
static void complete_entries(generator *g)
{
    for (size_t i = 0; i < g->count; i++) {
        entry *e = &g->entries[i];
        if (!e->region)
            e->region = regions[0];
        if (e->names.count == 0)
            add_word(&e->names, e->iso.item[0]);
        for (size_t j = 0; j < e->iso.count; j++) {
            if (!has_word(&e->unlisted, e->iso.item[j]))
                add_word(&e->names, e->iso.item[j]);
        }
    }
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->iso3, ((const entry *)b)->iso3);
}

/* ---- Output ---- */

/* Octal escapes have at most three digits, so what follows cannot run into them; and escaping "?"
 * keeps trigraphs out. */
static void write_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte > 0x7E || strchr("\"\\?", byte))
            fprintf(out, "\\%03o", (unsigned)byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void write_words(FILE *out, const char *kind, size_t i, const words *list)
{
    fprintf(out, "static const char *const %s_%zu[] = {", kind, i);
    for (size_t j = 0; j < list->count; j++) {
        write_string(out, list->item[j]);
        fputs(", ", out);
    }
    fputs("0};\n", out);
}

static void write_countries(FILE *out, const generator *g)
{
    for (size_t i = 0; i < g->count; i++) {
        write_words(out, "names", i, &g->entries[i].names);
        write_words(out, "demonyms", i, &g->entries[i].demonyms);
    }
    fprintf(out, "\nconst size_t tip_country_table_count = %zu;\n", g->count);
    fputs("const tip_country tip_country_table[] = {\n", out);
    for (size_t i = 0; i < g->count; i++) {
        const entry *e = &g->entries[i];
        fprintf(out, "    {\"%s\", \"%s\", ", e->iso3, e->iso2);
        write_string(out, e->names.item[0]);
        fprintf(out, ", \"%s\", names_%zu, demonyms_%zu},\n", e->region, i, i);
    }
    fputs("};\n", out);
}

static void write_keys(FILE *out, const char *kind, const keys *list)
{
    fprintf(out, "\nconst size_t tip_country_%s_count = %zu;\n", kind, list->count);
    fprintf(out, "const tip_country_key tip_country_%s_table[] = {\n", kind);
    for (size_t i = 0; i < list->count; i++) {
        fputs("    {", out);
        write_string(out, list->item[i].text);
        fprintf(out, ", %zuu, %s},\n", list->item[i].owner,
                list->item[i].in_text ? "true" : "false");
    }
    fputs("};\n", out);
}

/* A file that is only half there must not look like one that is built; what is no file stays. */
static void remove_file(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
        remove(path);
}

static void write_source(const generator *g, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        die("%s: %s", path, strerror(errno));
    fputs("/* Made by country_gen from iso-codes and countries.tsv: change those instead. */\n"
          "#include \"corpus/country_name.h\"\n\n",
          out);
    write_countries(out, g);
    write_keys(out, "name", &g->names);
    write_keys(out, "demonym", &g->demonyms);
    write_keys(out, "phrase", &g->phrases);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        remove_file(path);
        die("%s: cannot be written", path);
    }
}

static void free_keys(keys *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->item[i].text);
}

static void free_generator(generator *g)
{
    for (size_t i = 0; i < g->count; i++) {
        free_words(&g->entries[i].names);
        free_words(&g->entries[i].unlisted);
        free_words(&g->entries[i].demonyms);
        free_words(&g->entries[i].iso);
    }
    free_keys(&g->names);
    free_keys(&g->demonyms);
    free_keys(&g->phrases);
    free(g);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        die("usage: country_gen ISO_3166_1_JSON COUNTRIES_TSV OUTPUT_C");
    generator *g = calloc(1, sizeof *g);
    if (!g)
        die("out of memory");
    read_iso(g, argv[1]);
    read_tsv(g, argv[2]);
    complete_entries(g);
    qsort(g->entries, g->count, sizeof g->entries[0], compare_entries);
    make_keys(g);
    write_source(g, argv[3]);
    free_generator(g);
    return 0;
}
