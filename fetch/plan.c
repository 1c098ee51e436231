/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/plan.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLUG_MAX 150

static void free_list(fetch_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

void fetch_plan_free(fetch_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        free(plan->pages[i].address);
        free(plan->pages[i].name);
    }
    free(plan->pages);
    free_list(&plan->lists);
    free_list(&plan->strangers);
    *plan = (fetch_plan){0};
}

/* The character as it stands in a slug; 0 when it does not. */
static char slug_character(char c)
{
    bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return kept ? c : '\0';
}

char *fetch_slug(tip_str text)
{
    char slug[SLUG_MAX];
    size_t size = 0;
    bool gap = false;
    for (size_t i = 0; i < text.size && size + 2 <= SLUG_MAX; i++) {
        char c = slug_character(text.data[i]);
        if (c && gap && size > 0)
            slug[size++] = '-';
        if (c)
            slug[size++] = c;
        gap = !c;
    }
    return tip_str_dup((tip_str){slug, size});
}

/* ---- Adding ---- */

static bool has_page(const fetch_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->pages[i].name, name) == 0)
            return true;
    return false;
}

/* Takes over `name`, which may be NULL for lack of memory. */
static tip_status add_page(fetch_plan *plan, const char *address, char *name,
                           const tip_country *country)
{
    if (name && has_page(plan, name)) {
        free(name);
        return TIP_OK;
    }
    fetch_page *pages = reallocarray(plan->pages, plan->count + 1, sizeof *pages);
    char *copy = strdup(address);
    if (pages)
        plan->pages = pages;
    if (!pages || !copy || !name) {
        free(copy);
        free(name);
        return TIP_NO_MEMORY;
    }
    plan->pages[plan->count++] = (fetch_page){copy, name, country};
    plan->groups += !country;
    return TIP_OK;
}

static tip_status add_country(fetch_plan *plan, const char *address, const tip_country *country)
{
    char name[TIP_COUNTRY_PATH_ROOM];
    char *file = NULL;
    tip_country_path_name(country, name);
    if (asprintf(&file, "%s.html", name) < 0)
        return TIP_NO_MEMORY;
    return add_page(plan, address, file, country);
}

static tip_status add_group(fetch_plan *plan, const char *address)
{
    tip_str rest = tip_str_of(address), last = {NULL, 0};
    if (plan->groups == FETCH_LISTS_MAX || !fetch_address_part(&rest, &last))
        return TIP_OK;
    const char *dot = memrchr(last.data, '.', last.size);
    if (dot)
        last.size = (size_t)(dot - last.data);
    char *slug = fetch_slug(last), *file = NULL;
    int size = slug ? asprintf(&file, "countries-%s.html", slug) : -1;
    free(slug);
    return size < 0 ? TIP_NO_MEMORY : add_page(plan, address, file, NULL);
}

static tip_status add_to_list(fetch_list *list, const char *address)
{
    if (list->count == FETCH_LISTS_MAX)
        return TIP_OK;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], address) == 0)
            return TIP_OK;
    char **items = reallocarray(list->items, list->count + 1, sizeof *items);
    if (!items)
        return TIP_NO_MEMORY;
    list->items = items;
    items[list->count] = strdup(address);
    if (!items[list->count])
        return TIP_NO_MEMORY;
    list->count++;
    return TIP_OK;
}

/* Whose page an address is: ".../kenya/", ".../kenya/index.html"; or by the words of its link, as
 * the address may be a number. */
static const tip_country *country_of(const char *address, tip_str words)
{
    tip_str rest = tip_str_of(address), part;
    const tip_country *country = NULL;
    for (int i = 0; i < 2 && !country && fetch_address_part(&rest, &part); i++)
        country = tip_country_find(part);
    return country ? country : tip_country_find(words);
}

/* What the links of one page are added to. */
struct adding {
    fetch_plan *plan;
    const fetch_table *table;
    int year;
    const char *base;
    size_t known;
};

static bool matches(const struct adding *a, fetch_role role, const char *bare, const char *words)
{
    return fetch_table_matches(a->table, a->year, role, bare, words);
}

/* `bare` is the address without its closing slash. */
static tip_status add_known(struct adding *a, const char *address, const char *bare,
                            const char *words)
{
    bool list = matches(a, FETCH_LIST, bare, words);
    bool one = matches(a, FETCH_COUNTRY, bare, words);
    const tip_country *country = one ? country_of(address, tip_str_of(words)) : NULL;
    bool many = !country && matches(a, FETCH_GROUP, bare, words);
    tip_status status = TIP_OK;
    if (country)
        status = add_country(a->plan, address, country);
    else if (many)
        status = add_group(a->plan, address);
    else if (one && !list)
        status = add_to_list(&a->plan->strangers, address);
    if (!status && list)
        status = add_to_list(&a->plan->lists, address);
    a->known += list || country || many;
    return status;
}

static tip_status add_address(struct adding *a, const char *address, const char *words)
{
    if (!fetch_address_allowed(a->table, address))
        return TIP_OK;
    char *bare = strdup(address);
    if (!bare)
        return TIP_NO_MEMORY;
    size_t size = strlen(bare);
    if (bare[size - 1] == '/')
        bare[size - 1] = '\0';
    tip_status status = add_known(a, address, bare, words);
    free(bare);
    return status;
}

static tip_status add_link(void *payload, tip_str target, tip_str words)
{
    struct adding *a = payload;
    char *link = tip_str_dup(target), *text = tip_str_dup(words), *address = NULL;
    tip_status status = TIP_NO_MEMORY;
    if (link && text)
        status = fetch_address_resolve(a->base, link, &address);
    if (status == TIP_BAD_INPUT)
        status = TIP_OK;
    else if (status == TIP_OK)
        status = add_address(a, address, text);
    free(link);
    free(text);
    free(address);
    return status;
}

tip_status fetch_plan_add(fetch_plan *plan, const fetch_table *table, int year,
                          const char *index_address, tip_str html, size_t *ret_known,
                          tip_error *err)
{
    struct adding a = {.plan = plan, .table = table, .year = year, .base = index_address};
    tip_input input = {.path = tip_str_of(index_address), .bytes = html, .first_line = 1};
    tip_status status = tip_read_links(&input, add_link, &a, err);
    if (status == TIP_OK)
        *ret_known = a.known;
    return status;
}
