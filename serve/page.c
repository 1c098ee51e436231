/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all pages have in common. */
#include "serve/page.h"

#include "serve/fail.h"
#include "serve/html.h"

#include <string.h>

static const char *const sort_names[] = {
    [TIP_SORT_RELEVANCE] = "relevance", [TIP_SORT_YEAR] = "year", [TIP_SORT_COUNTRY] = "country"};

/* ---- The parameters of a request, once more ---- */

typedef void put_fn(void *payload, const char *name, tip_str value);

static void each_filter(const request *q, put_fn *put, void *payload)
{
    for (size_t i = 0; i < q->query.filter_count; i++)
        put(payload, request_filter_name(q->filters[i].field), tip_str_of(q->filters[i].value));
}

static void each_option(const request *q, put_fn *put, void *payload)
{
    char digits[32];
    if (q->query.plain)
        put(payload, "plain", tip_str_of("1"));
    if (q->query.expand)
        put(payload, "expand", tip_str_of("1"));
    if (q->search.collapse)
        put(payload, "collapse", tip_str_of("1"));
    if (q->shares)
        put(payload, "shares", tip_str_of("1"));
    if (q->unfolded)
        put(payload, "all", tip_str_of(tip_facet_name(q->unfolded_facet)));
    if (q->search.sort != TIP_SORT_RELEVANCE)
        put(payload, "sort", tip_str_of(sort_names[q->search.sort]));
    if (q->limited) {
        snprintf(digits, sizeof digits, "%zu", q->search.limit);
        put(payload, "limit", tip_str_of(digits));
    }
}

static void each_query(const request *q, put_fn *put, void *payload)
{
    for (size_t i = 0; i < q->query_count; i++)
        put(payload, "q", tip_str_of(q->queries[i]));
}

/* An address on its way. */
typedef struct address {
    FILE *out;
    const page_link *other;
    bool begun;
    const char *toggled;
    tip_str value;
} address;

static void put_parameter(address *a, const char *name, tip_str value)
{
    if (value.size == 0)
        return;
    html(a->out, a->begun ? "&amp;%s=%u" : "?%s=%u", name, value);
    a->begun = true;
}

static void keep_parameter(void *payload, const char *name, tip_str value)
{
    address *a = payload;
    if (a->other && a->other->name && strcmp(name, a->other->name) == 0)
        return;
    if (a->toggled && strcmp(name, a->toggled) == 0 && tip_str_equal(value, a->value))
        return;
    put_parameter(a, name, value);
}

void page_address(FILE *out, const request *q, const page_link *other)
{
    address a = {.out = out, .other = other};
    html(out, "%s", other->path);
    each_query(q, keep_parameter, &a);
    each_filter(q, keep_parameter, &a);
    if (!other->only)
        each_option(q, keep_parameter, &a);
    if (other->name)
        put_parameter(&a, other->name, other->value);
}

void page_toggle(FILE *out, const request *q, tip_field field, tip_str value, bool on)
{
    address a = {.out = out, .toggled = request_filter_name(field), .value = value};
    html(out, "/");
    each_query(q, keep_parameter, &a);
    each_filter(q, keep_parameter, &a);
    each_option(q, keep_parameter, &a);
    if (on)
        put_parameter(&a, a.toggled, value);
}

typedef struct hidden {
    FILE *out;
    const char *const *except;
} hidden;

static void put_hidden(void *payload, const char *name, tip_str value)
{
    const hidden *h = payload;
    for (const char *const *except = h->except; *except; except++)
        if (strcmp(*except, name) == 0)
            return;
    html(h->out, "<input type=\"hidden\" name=\"%s\" value=\"%t\">", name, value);
}

void page_hidden(FILE *out, const request *q, const char *const *except)
{
    hidden h = {out, except};
    each_query(q, put_hidden, &h);
    each_filter(q, put_hidden, &h);
    each_option(q, put_hidden, &h);
}

const char *page_asked(const request *q)
{
    return *request_query(q) ? request_query(q) : "year:1000..";
}

void page_current(FILE *out, bool is_current)
{
    if (is_current)
        html(out, " aria-current=\"true\"");
}

tip_str page_unquoted(const char *value)
{
    size_t size = strlen(value);
    bool quoted = size >= 2 && value[0] == '"' && value[size - 1] == '"';
    return quoted ? (tip_str){value + 1, size - 2} : (tip_str){value, size};
}

/* ---- Head and end ---- */

static void put_form(FILE *out, const request *q)
{
    static const char *const own[] = {"q", "limit", "sort", "collapse", "shares", "all", NULL};
    html(out,
         "<form class=\"ask\" role=\"search\" action=\"/\" method=\"get\">"
         "<label for=\"q\" class=\"unseen\">Search the reports</label>"
         "<input id=\"q\" name=\"q\" type=\"search\" value=\"%s\" maxlength=\"%d\" "
         "placeholder=\"Words, &quot;a phrase&quot;, +must -not, country:kenya year:2018..2021\" "
         "autocomplete=\"off\" autocapitalize=\"off\" spellcheck=\"false\" "
         "aria-keyshortcuts=\"/\">",
         q ? request_query(q) : "", REQUEST_QUERY_MAX);
    if (q)
        page_hidden(out, q, own);
    html(out, "<button type=\"submit\">Search</button></form>");
}

static void put_head(FILE *out, const request *q, const char *title)
{
    const char *query = q ? request_query(q) : "";
    const char *named = title ? title : query;
    html(out,
         "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n"
         "<title>%s%s%s</title>\n<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n"
         "<link rel=\"stylesheet\" href=\"/app.css\">\n"
         "<script type=\"module\" src=\"/app.js\"></script>\n</head>\n<body>\n"
         "<a class=\"skip\" href=\"#main\">To the content</a>\n<header>\n",
         named, *named ? " \u2013 " : "", "tipsearch");
    html(out, "<a class=\"brand\" href=\"/\">tipsearch</a>\n");
    put_form(out, q);
}

/* What else can be seen of the same query. */
static void put_pages(FILE *out, const request *q)
{
    static const request nothing = {0};
    const request *asked = q ? q : &nothing;
    html(out, "<nav aria-label=\"Pages\"><a href=\"");
    page_address(out, asked, &(page_link){.path = "/trend", .only = true});
    html(out, "\">By year</a> <a href=\"");
    page_address(out, asked, &(page_link){.path = "/countries", .only = true});
    html(out, "\">Countries</a></nav>\n");
}

static void put_lost(FILE *out, const tip_searcher *searcher)
{
    size_t count = tip_searcher_lost(searcher);
    if (count == 0)
        return;
    html(out,
         "<div class=\"partial\" role=\"status\"><p>A part is missing: what is found and counted "
         "here is of the other indexes only.</p>\n<ul>\n");
    for (size_t i = 0; i < count; i++)
        html(out, "<li>%s</li>\n", tip_searcher_lost_at(searcher, i)->message);
    html(out, "</ul></div>\n");
}

FILE *page_begin(reply *r, const tip_searcher *searcher, const request *q, const char *title)
{
    FILE *out = reply_open(r, "text/html; charset=utf-8");
    if (!out)
        return NULL;
    put_head(out, q, title);
    put_pages(out, q);
    html(out, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
    if (searcher)
        put_lost(out, searcher);
    return out;
}

tip_status page_end(reply *r, FILE *out, tip_error *err)
{
    html(out, "</main>\n</body>\n</html>\n");
    return reply_close(r, out) == TIP_OK ? TIP_OK : fail_memory(err);
}

/* ---- Failures ---- */

static size_t start_of_character(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The query with the character marked that cannot be read; behind the end a sign stands for it. */
static void put_query_error(FILE *out, const char *query, size_t position)
{
    size_t start = start_of_character(query, position);
    size_t end = start + (query[start] != '\0');
    while (((unsigned char)query[end] & 0xC0) == 0x80)
        end++;
    html(out, "<p class=\"wrong\"><code>%t<mark id=\"place\">%t</mark>%s</code></p>\n",
         (tip_str){query, start},
         end > start ? (tip_str){query + start, end - start} : tip_str_of("\u2038"), query + end);
}

void page_fail(reply *r, unsigned http_status, const tip_error *err, const char *query)
{
    bool placed = query && err->position <= strlen(query);
    request asked = {.query_count = 1};
    asked.queries[0] = query ? query : "";
    FILE *out = page_begin(r, NULL, &asked, "Not so");
    if (!out) {
        *r = (reply){.status = http_status};
        return;
    }
    html(out, "<div class=\"failure\" role=\"alert\"><h1>%s</h1>\n",
         placed               ? "This query cannot be read"
         : http_status == 404 ? "Not found"
                              : "That did not work");
    if (placed)
        put_query_error(out, query, err->position);
    html(out, "<p>%s</p>\n<p><a href=\"/\">How to ask</a></p></div>\n", err->message);
    (void)page_end(r, out, NULL);
    r->status = http_status;
}

/* ---- Paragraphs ---- */

void page_marked(FILE *out, tip_str text, const tip_mark *marks, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        html(out, "%t<mark>%t</mark>", (tip_str){text.data + at, marks[i].start - at},
             (tip_str){text.data + marks[i].start, marks[i].length});
        at = marks[i].start + marks[i].length;
    }
    html(out, "%t", (tip_str){text.data + at, text.size - at});
}

static void put_name(FILE *out, const tip_record *record)
{
    tip_str name = record->country.size ? record->country : record->title;
    if (name.size == 0)
        name = record->source;
    if (name.size == 0)
        name = tip_str_of("Untitled");
    html(out, "%t", name);
    if (record->year)
        html(out, " %d", record->year);
}

void page_place(FILE *out, const request *q, const tip_record *record)
{
    const char *query = request_query(q);
    html(out, "<a class=\"to\" href=\"/report/%u%s", record->id, *query ? "?q=" : "");
    html(out, "%u#here\">", tip_str_of(query));
    put_name(out, record);
    html(out, "</a>");
    if (record->section.size)
        html(out, " <span class=\"section\">%t</span>", record->section);
    if (record->paragraph)
        html(out, " <span class=\"dim\">\u00b6%n</span>", (size_t)record->paragraph);
    if (record->tier.size) {
        const char *title = tip_tier_title(record->tier);
        html(out, " <span class=\"tier tier-%t\">%s</span>", record->tier,
             title ? title : "No tier");
    }
}

void page_citation(FILE *out, const tip_record *record)
{
    if (record->title.size)
        html(out, "\u201c%t.\u201d ", record->title);
    else if (record->country.size)
        html(out, "\u201c%t.\u201d ", record->country);
    if (record->year)
        html(out, "%d. ", record->year);
    if (record->section.size)
        html(out, "Section \u201c%t\u201d", record->section);
    if (record->paragraph)
        html(out, "%s %n", record->section.size ? ", paragraph" : "Paragraph",
             (size_t)record->paragraph);
    if (record->page)
        html(out, ", page %n", (size_t)record->page);
    html(out, ". %t [%t].", record->source, record->id);
}
