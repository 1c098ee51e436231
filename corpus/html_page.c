/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/html_private.h"
#include "corpus/section.h"
#include "corpus/year.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The weights of an element, kept in the tree's own user fields: letters and digits. */
static size_t text_weight(const xmlNode *node)
{
    return (size_t)node->_private;
}

static size_t link_weight(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE ? (size_t)node->psvi : 0;
}

/* Letters and digits: bytes below 0xC3 and 0xE2 begin signs, such as the arrows behind links. */
static bool weighs(unsigned char byte)
{
    return isalnum(byte) || (byte >= 0xC3 && byte != 0xE2);
}

static size_t weigh_text(const char *text)
{
    size_t weight = 0;
    for (; *text; text++)
        weight += weighs((unsigned char)*text);
    return weight;
}

/* Adds a finished element to its parent. All that is in a link counts as link. */
static void weigh_into_parent(xmlNode *node)
{
    xmlNode *parent = node->parent;
    size_t text = text_weight(node), link = link_weight(node);
    tip_html_kind kind = tip_html_kind_of(node);
    if (kind >= TIP_HTML_CHROME || !parent || parent->type != XML_ELEMENT_NODE)
        return;
    if (kind == TIP_HTML_LINK && tip_html_attribute(node, "href").data) {
        link += text;
        text = 0;
    }
    parent->_private = (void *)(text_weight(parent) + text);
    parent->psvi = (void *)(link_weight(parent) + link);
}

/* Weighs every element, children before parents. */
static void weigh(xmlNode *root)
{
    xmlNode *node = root;
    while (node) {
        bool silent = tip_html_kind_of(node) == TIP_HTML_SILENT;
        if (node->type == XML_TEXT_NODE)
            node->_private = (void *)weigh_text((const char *)node->content);
        if (node->type == XML_ELEMENT_NODE && node->children && !silent) {
            node = node->children;
            continue;
        }
        weigh_into_parent(node);
        while (node != root && !node->next) {
            node = node->parent;
            weigh_into_parent(node);
        }
        node = node == root ? NULL : node->next;
    }
}

static bool named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The last place of `needle`, in any case; `from.size` when it is not there. */
static size_t find_last(tip_str text, const char *needle)
{
    size_t size = strlen(needle);
    for (size_t i = text.size >= size ? text.size - size + 1 : 0; i-- > 0;)
        if (strncasecmp(text.data + i, needle, size) == 0)
            return i;
    return text.size;
}

/* A capture's address holds the original one: the last scheme begins it. */
static tip_str path_of_url(tip_str url)
{
    size_t start = find_last(url, "://");
    if (start == url.size)
        return url;
    url = (tip_str){url.data + start + 3, url.size - start - 3};
    size_t end = 0;
    while (end < url.size && url.data[end] != '?' && url.data[end] != '#')
        end++;
    return (tip_str){url.data, end};
}

/* Whether the first element below a node is a link within its page. */
static bool leads_inside(const xmlNode *node)
{
    const xmlNode *child = node->children;
    while (child && child->type != XML_ELEMENT_NODE)
        child = child->next;
    tip_str href = child ? tip_html_attribute(child, "href") : (tip_str){NULL, 0};
    return href.size > 1 && href.data[0] == '#';
}

bool tip_html_is_menu(const xmlNode *node)
{
    return link_weight(node) > 0 && text_weight(node) == 0 &&
           (!named(node, "p") || leads_inside(node));
}

typedef bool node_test(const xmlNode *node);

static bool is_report(const xmlNode *node)
{
    return tip_html_has_class(node, "report__content");
}

static bool is_main(const xmlNode *node)
{
    return named(node, "main");
}

static bool is_article(const xmlNode *node)
{
    return named(node, "article");
}

/* A form around a whole page is no chrome, nor is a menu that was never closed. */
static bool is_page(const xmlNode *node)
{
    return named(node, "body") || tip_html_kind_of(node) == TIP_HTML_CHROME;
}

/* The heaviest element that passes a test; NULL when none has text. Looks into menus too: where
 * end tags are missing, libxml2 takes all that follows for a part of them. */
static const xmlNode *heaviest(const xmlNode *root, node_test *test)
{
    const xmlNode *best = NULL;
    for (const xmlNode *node = root; node;) {
        bool silent = tip_html_kind_of(node) == TIP_HTML_SILENT;
        if (node->type == XML_ELEMENT_NODE && !silent && test(node) &&
            text_weight(node) > (best ? text_weight(best) : 0))
            best = node;
        node = tip_html_next(node, root, !silent);
    }
    return best;
}

/* An element with paragraphs or section headings of its own is the container itself. */
static bool holds_text(const xmlNode *node)
{
    for (const xmlNode *child = node->children; child; child = child->next)
        if ((named(child, "p") || tip_html_level(child) > 1) && text_weight(child) > 0)
            return true;
    return false;
}

/* Without a template: go down as long as one child has nearly all of the text. */
static const xmlNode *narrow(const xmlNode *node)
{
    while (!holds_text(node)) {
        const xmlNode *heavy = NULL;
        for (const xmlNode *child = node->children; child && !heavy; child = child->next)
            if (tip_html_kind_of(child) == TIP_HTML_BLOCK &&
                text_weight(child) >= text_weight(node) - text_weight(node) / 5)
                heavy = child;
        if (!heavy)
            break;
        node = heavy;
    }
    return node;
}

static const xmlNode *find_body(const xmlNode *root)
{
    const xmlNode *body = heaviest(root, is_report);
    if (body)
        return body;
    const xmlNode *start = heaviest(root, is_main);
    if (!start)
        start = heaviest(root, is_article);
    if (!start)
        start = heaviest(root, is_page);
    return start ? narrow(start) : NULL;
}

/* Which headings head sections: those the template marks, else the two highest levels in use. */
static void find_levels(tip_html_page *page)
{
    bool used[7] = {false};
    for (const xmlNode *node = page->body; node;) {
        int level = tip_html_level(node);
        if (level > 0 && tip_html_has_class(node, "report__section-title"))
            page->marked = true;
        if (level > 1 && text_weight(node) + link_weight(node) > 0)
            used[level] = true;
        node = tip_html_next(node, page->body, tip_html_kind_of(node) < TIP_HTML_CHROME);
    }
    for (int level = 6; level > 1; level--)
        if (used[level]) {
            page->sub_level = page->top_level;
            page->top_level = level;
        }
}

/* What the page says of itself outside the report's text. Strings are borrowed from the tree. */
struct facts {
    tip_str url;
    tip_str site;
    tip_buf title; /**< without the site's name */
    tip_buf h1;
    tip_buf headings; /**< all headings above the body, as lines */
};

static void facts_free(struct facts *facts)
{
    tip_buf_free(&facts->title);
    tip_buf_free(&facts->h1);
    tip_buf_free(&facts->headings);
}

static bool equal_text(tip_str a, const char *b)
{
    return a.size == strlen(b) && strncasecmp(a.data, b, a.size) == 0;
}

static void read_meta(const xmlNode *node, struct facts *facts)
{
    tip_str property = tip_html_attribute(node, "property");
    tip_str content = tip_html_attribute(node, "content");
    if (named(node, "link") && equal_text(tip_html_attribute(node, "rel"), "canonical"))
        facts->url = tip_html_attribute(node, "href");
    else if (equal_text(property, "og:url") && facts->url.size == 0)
        facts->url = content;
    else if (equal_text(property, "og:site_name"))
        facts->site = content;
}

static tip_status read_heading(const xmlNode *node, struct facts *facts, tip_html_page *page)
{
    size_t start = facts->headings.size;
    tip_buf line = {0};
    tip_status status = tip_html_text(node, &line);
    tip_str name, text = tip_buf_str(&line);
    const char *tier;
    if (!status)
        status = tip_buf_add(&facts->headings, line.data, line.size);
    if (!status)
        status = tip_buf_add_byte(&facts->headings, '\n');
    if (!status && tip_html_level(node) == 1 && facts->h1.size == 0)
        status = tip_buf_add(&facts->h1, line.data, line.size);
    if (!status && tip_tier_line(text, &name, &tier))
        page->tier = tier;
    tip_buf_free(&line);
    if (status)
        facts->headings.size = start;
    return status;
}

/* Menus have headings too, but none of the report's, unless the report was put into one. */
static bool no_heading_below(const xmlNode *node, const xmlNode *body)
{
    if (tip_html_kind_of(node) < TIP_HTML_CHROME || named(node, "header") || named(node, "head"))
        return false;
    while (body && body != node)
        body = body->parent;
    return !body;
}

static tip_status read_facts(const xmlNode *root, struct facts *facts, tip_html_page *page)
{
    tip_status status = TIP_OK;
    bool above = true;
    for (const xmlNode *node = root; node && !status;) {
        if (node == page->body)
            above = false;
        if (named(node, "meta") || named(node, "link"))
            read_meta(node, facts);
        else if (named(node, "title") && facts->title.size == 0)
            status = tip_html_text(node, &facts->title);
        else if (tip_html_level(node) > 0 && (above || tip_html_level(node) == 1))
            status = read_heading(node, facts, page);
        bool down = node != page->body || facts->h1.size == 0;
        node = tip_html_next(node, root, down && !no_heading_below(node, page->body));
    }
    return status;
}

static bool contains(tip_str text, tip_str part)
{
    return part.size == 0 ||
           (text.size >= part.size && memmem(text.data, text.size, part.data, part.size) != NULL);
}

static tip_str slice(tip_str text, size_t start, size_t end)
{
    return (tip_str){text.data + start, end - start};
}

/* "Archive | Report 2012": the site stands first where only what is behind it has a year. */
static bool site_is_first(tip_str title, size_t bar)
{
    size_t ignored;
    return bar < title.size && !tip_year_first(slice(title, 0, bar), &ignored) &&
           tip_year_first(slice(title, bar, title.size), &ignored);
}

/* Where the report's title ends: before " - Site" or " | Site", with the site's name if the page
 * gives it, else with what is behind the last separator. A country there is no site. */
static size_t title_end(const struct facts *facts, tip_str title)
{
    tip_str site = facts->site;
    if (site.size > 0 && title.size > site.size &&
        memcmp(title.data + title.size - site.size, site.data, site.size) == 0)
        return title.size - site.size;
    size_t bar = find_last(title, " | ");
    if (bar < title.size)
        return bar;
    size_t dash = find_last(title, " - ");
    bool country = dash < title.size && tip_country_find(slice(title, dash + 3, title.size));
    return country ? title.size : dash;
}

/* Cuts the site's name from the page's title. */
static void cut_site(struct facts *facts)
{
    tip_str title = tip_buf_str(&facts->title);
    size_t bar = find_last(title, " | ");
    if (site_is_first(title, bar)) {
        facts->title.size -= bar + 3;
        memmove(facts->title.data, facts->title.data + bar + 3, facts->title.size);
        title = tip_buf_str(&facts->title);
    }
    size_t end = title_end(facts, title);
    while (end > 0 && strchr(" -|", title.data[end - 1]))
        end--;
    if (end > 0)
        facts->title.size = end;
}

/* Takes the last part off a path; false when none is left. */
static bool last_part(tip_str *path, tip_str *ret_part)
{
    while (path->size > 0 && path->data[path->size - 1] == '/')
        path->size--;
    if (path->size == 0)
        return false;
    size_t start = path->size;
    while (start > 0 && path->data[start - 1] != '/')
        start--;
    *ret_part = (tip_str){path->data + start, path->size - start};
    path->size = start;
    return true;
}

static int year_in(tip_str text)
{
    size_t ignored;
    return tip_year_first(text, &ignored);
}

/* The year of the part of a path nearest to its end that begins with one. */
static int year_in_path(tip_str path)
{
    tip_str part;
    while (last_part(&path, &part)) {
        size_t start = 0;
        int year = tip_year_first(part, &start);
        if (year && start == 0)
            return year;
    }
    return 0;
}

static int find_year(const struct facts *facts, tip_str path)
{
    int year = year_in_path(path_of_url(facts->url));
    if (!year)
        year = year_in(tip_buf_str(&facts->title));
    if (!year)
        year = year_in(tip_buf_str(&facts->h1));
    if (!year)
        year = year_in(tip_buf_str(&facts->headings));
    if (!year)
        year = year_in_path(path);
    tip_str part;
    if (!year && last_part(&path, &part))
        year = year_in(part);
    return year;
}

static const tip_country *country_in_part(tip_str part)
{
    const void *dot = part.size ? memrchr(part.data, '.', part.size) : NULL;
    if (dot)
        part.size = (size_t)((const char *)dot - part.data);
    return tip_country_find(part);
}

/* What follows the last colon: a title's country. */
static tip_str behind_colon(tip_str text)
{
    size_t colon = find_last(text, ": ");
    if (colon == text.size)
        return text;
    return (tip_str){text.data + colon + 2, text.size - colon - 2};
}

/* The country of a title: "Report: Name", "Report - Name", or all of it. */
static const tip_country *country_in_title(tip_str title)
{
    const tip_country *country = tip_country_find(behind_colon(title));
    size_t dash = find_last(title, " - ");
    if (!country && dash < title.size)
        country = tip_country_find(slice(title, dash + 3, title.size));
    return country;
}

static const tip_country *find_country(const struct facts *facts, tip_str path)
{
    tip_str part, url = path_of_url(facts->url);
    const tip_country *country = NULL;
    if (last_part(&url, &part))
        country = country_in_part(part);
    if (!country)
        country = country_in_title(tip_buf_str(&facts->title));
    if (!country)
        country = country_in_title(tip_buf_str(&facts->h1));
    if (!country && last_part(&path, &part))
        country = country_in_part(part);
    return country;
}

/* Title and h1 each may hold the report, the country, or both. */
static tip_status find_title(const struct facts *facts, tip_buf *title)
{
    tip_str a = tip_buf_str(&facts->h1), b = tip_buf_str(&facts->title);
    if (contains(a, b))
        return tip_buf_add(title, a.data, a.size);
    if (contains(b, a))
        return tip_buf_add(title, b.data, b.size);
    tip_status status = tip_buf_add(title, a.data, a.size);
    if (!status)
        status = tip_buf_add_text(title, ": ");
    return status ? status : tip_buf_add(title, b.data, b.size);
}

/* An unknown country's name is believed when title and h1 agree on it: "Report: Name", "Name". */
static tip_status find_name(const struct facts *facts, tip_buf *name)
{
    tip_str a = behind_colon(tip_buf_str(&facts->h1)), b = tip_buf_str(&facts->title);
    bool agree = a.size > 0 && a.size < facts->h1.size && tip_str_equal(a, b);
    return agree ? tip_buf_add(name, a.data, a.size) : TIP_OK;
}

static bool is_trafficking(const struct facts *facts, tip_str path)
{
    static const char *const marks[] = {"tiprpt", "trafficking-in-persons",
                                        "trafficking in persons"};
    tip_str places[] = {path, facts->url, tip_buf_str(&facts->title), tip_buf_str(&facts->h1),
                        tip_buf_str(&facts->headings)};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t j = 0; j < sizeof marks / sizeof *marks; j++)
            if (find_last(places[i], marks[j]) < places[i].size)
                return true;
    return false;
}

tip_status tip_html_page_read(xmlDoc *doc, tip_str path, tip_html_page *page)
{
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!root)
        return TIP_OK;
    weigh(root);
    page->body = find_body(root);
    if (!page->body)
        return TIP_OK;
    find_levels(page);
    struct facts facts = {0};
    tip_status status = read_facts(root, &facts, page);
    if (!status) {
        cut_site(&facts);
        page->url = path_of_url(facts.url);
        page->year = find_year(&facts, path);
        page->country = find_country(&facts, path);
        page->trafficking = page->tier || is_trafficking(&facts, path);
        status = find_title(&facts, &page->title);
    }
    if (!status && !page->country)
        status = find_name(&facts, &page->name);
    facts_free(&facts);
    return status;
}

void tip_html_page_free(tip_html_page *page)
{
    tip_buf_free(&page->title);
    tip_buf_free(&page->name);
}
