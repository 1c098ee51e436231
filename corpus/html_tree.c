/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/html_private.h"

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <utf8proc.h>

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Sorted by name, for bsearch. What is not listed is a block: a wrong break only splits a
 * paragraph, a missing one would join two. */
static const struct kind_entry {
    const char *name;
    tip_html_kind kind;
} kinds[] = {
    {"a", TIP_HTML_LINK},        {"abbr", TIP_HTML_INLINE},     {"acronym", TIP_HTML_INLINE},
    {"aside", TIP_HTML_CHROME},  {"b", TIP_HTML_BOLD},          {"bdi", TIP_HTML_INLINE},
    {"bdo", TIP_HTML_INLINE},    {"big", TIP_HTML_INLINE},      {"br", TIP_HTML_BREAK},
    {"button", TIP_HTML_SILENT}, {"cite", TIP_HTML_INLINE},     {"code", TIP_HTML_INLINE},
    {"data", TIP_HTML_INLINE},   {"del", TIP_HTML_INLINE},      {"dfn", TIP_HTML_INLINE},
    {"em", TIP_HTML_INLINE},     {"font", TIP_HTML_INLINE},     {"footer", TIP_HTML_CHROME},
    {"form", TIP_HTML_CHROME},   {"h1", TIP_HTML_HEADING},      {"h2", TIP_HTML_HEADING},
    {"h3", TIP_HTML_HEADING},    {"h4", TIP_HTML_HEADING},      {"h5", TIP_HTML_HEADING},
    {"h6", TIP_HTML_HEADING},    {"head", TIP_HTML_SILENT},     {"header", TIP_HTML_CHROME},
    {"i", TIP_HTML_INLINE},      {"iframe", TIP_HTML_SILENT},   {"img", TIP_HTML_INLINE},
    {"input", TIP_HTML_SILENT},  {"ins", TIP_HTML_INLINE},      {"kbd", TIP_HTML_INLINE},
    {"label", TIP_HTML_INLINE},  {"mark", TIP_HTML_INLINE},     {"nav", TIP_HTML_CHROME},
    {"nobr", TIP_HTML_INLINE},   {"noscript", TIP_HTML_SILENT}, {"object", TIP_HTML_SILENT},
    {"q", TIP_HTML_INLINE},      {"rp", TIP_HTML_INLINE},       {"rt", TIP_HTML_INLINE},
    {"ruby", TIP_HTML_INLINE},   {"s", TIP_HTML_INLINE},        {"samp", TIP_HTML_INLINE},
    {"script", TIP_HTML_SILENT}, {"select", TIP_HTML_SILENT},   {"small", TIP_HTML_INLINE},
    {"span", TIP_HTML_INLINE},   {"strike", TIP_HTML_INLINE},   {"strong", TIP_HTML_BOLD},
    {"style", TIP_HTML_SILENT},  {"sub", TIP_HTML_INLINE},      {"sup", TIP_HTML_INLINE},
    {"svg", TIP_HTML_SILENT},    {"template", TIP_HTML_SILENT}, {"textarea", TIP_HTML_SILENT},
    {"time", TIP_HTML_INLINE},   {"tt", TIP_HTML_INLINE},       {"u", TIP_HTML_INLINE},
    {"var", TIP_HTML_INLINE},    {"wbr", TIP_HTML_INLINE},
};

static int compare_kind(const void *key, const void *entry)
{
    return strcmp(key, ((const struct kind_entry *)entry)->name);
}

tip_html_kind tip_html_kind_of(const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE)
        return TIP_HTML_INLINE;
    const char *name = (const char *)node->name;
    if (strcmp(name, "p") == 0 || strcmp(name, "div") == 0)
        return TIP_HTML_BLOCK;
    const struct kind_entry *found =
        bsearch(name, kinds, sizeof kinds / sizeof *kinds, sizeof *kinds, compare_kind);
    return found ? found->kind : TIP_HTML_BLOCK;
}

int tip_html_level(const xmlNode *node)
{
    return tip_html_kind_of(node) == TIP_HTML_HEADING ? node->name[1] - '0' : 0;
}

tip_str tip_html_attribute(const xmlNode *node, const char *name)
{
    if (node->type == XML_ELEMENT_NODE)
        for (const xmlAttr *attr = node->properties; attr; attr = attr->next)
            if (strcmp((const char *)attr->name, name) == 0)
                return tip_str_of(attr->children ? (const char *)attr->children->content : "");
    return (tip_str){NULL, 0};
}

bool tip_html_has_class(const xmlNode *node, const char *word)
{
    tip_str value = tip_html_attribute(node, "class");
    size_t size = strlen(word), start = 0;
    while (start < value.size) {
        size_t length = strcspn(value.data + start, " \t\r\n\f");
        if (length == size && memcmp(value.data + start, word, size) == 0)
            return true;
        start += length + 1;
    }
    return false;
}

xmlNode *tip_html_next(const xmlNode *node, const xmlNode *root, bool down)
{
    if (down && node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node && node != root && !node->next)
        node = node->parent;
    return node && node != root ? node->next : NULL;
}

/* The bytes of the white space at `text`, 0 when there is none. */
static size_t white_space(const char *text, size_t size)
{
    unsigned char byte = (unsigned char)*text;
    if (byte <= ' ')
        return 1;
    if (byte < 0xC2)
        return 0;
    utf8proc_int32_t code;
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &code);
    if (length <= 0)
        return 0;
    utf8proc_category_t category = utf8proc_category(code);
    bool white = category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
                 category == UTF8PROC_CATEGORY_ZP || code == 0x85;
    return white ? (size_t)length : 0;
}

/* The length of the run of bytes at `text` that are certainly no white space. */
static size_t word_run(const char *text, size_t size)
{
    size_t i = 0;
    while (i < size && (unsigned char)text[i] > ' ' && (unsigned char)text[i] < 0x80)
        i++;
    return i;
}

tip_status tip_html_collapse(tip_buf *buf, bool *space, tip_str text)
{
    tip_status status = tip_buf_reserve(buf, text.size + 1);
    for (size_t i = 0; !status && i < text.size;) {
        size_t white = white_space(text.data + i, text.size - i);
        if (white) {
            *space = true;
            i += white;
            continue;
        }
        if (*space && buf->size > 0)
            status = tip_buf_add_byte(buf, ' ');
        *space = false;
        size_t run = word_run(text.data + i, text.size - i);
        if (run == 0)
            run = 1;
        if (!status)
            status = tip_buf_add(buf, text.data + i, run);
        i += run;
    }
    return status;
}

tip_status tip_html_text(const xmlNode *node, tip_buf *buf)
{
    bool space = false;
    tip_status status = TIP_OK;
    const xmlNode *at = tip_html_next(node, node, true);
    while (at && !status) {
        if (at->type == XML_TEXT_NODE)
            status = tip_html_collapse(buf, &space, tip_str_of((const char *)at->content));
        else if (tip_html_kind_of(at) >= TIP_HTML_BREAK)
            space = true;
        at = tip_html_next(at, node, tip_html_kind_of(at) < TIP_HTML_CHROME);
    }
    return status;
}

/* How deep the parser is below TIP_HTML_DEPTH. */
struct nesting {
    size_t merged;
    bool cut;
    bool utf8; /* what the page says of its encoding does not matter */
};

/* Naming the encoding to libxml2 instead would make it convert the page to what it is already. */
static void start_document(void *context)
{
    htmlParserCtxtPtr parser = context;
    const struct nesting *nesting = parser->_private;
    xmlSAX2StartDocument(context);
    if (nesting->utf8)
        parser->charset = XML_CHAR_ENCODING_UTF8;
}

static const char utf8_name[] = "UTF-8";

#define KEPT_MAX 8

/* Of the elements' names only that of the banner which the Wayback Machine puts into its pages. */
static bool is_kept(const char *attribute, const char *value)
{
    static const char *const names[] = {"class", "href",   "content", "property",
                                        "rel",   "hidden", "value"};
    static const char banner[] = "wm-ipp";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(attribute, names[i]) == 0)
            return true;
    return value && strcmp(attribute, "id") == 0 && strncmp(value, banner, sizeof banner - 1) == 0;
}

/* Most attributes are styles, scripts and outlines of pictures: a third of the tree's memory. */
static void keep_attributes(const xmlChar **attributes, const xmlChar *kept[2 * KEPT_MAX + 1])
{
    size_t count = 0;
    for (; attributes && attributes[0] && count < KEPT_MAX; attributes += 2)
        if (is_kept((const char *)attributes[0], (const char *)attributes[1])) {
            kept[2 * count] = attributes[0];
            kept[2 * count + 1] = attributes[1];
            count++;
        }
    kept[2 * count] = NULL;
}

/* libxml2 alone stops at 256 levels and drops the rest of the page. */
static void start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    htmlParserCtxtPtr parser = context;
    struct nesting *nesting = parser->_private;
    if (nesting->merged == 0 && parser->nodeNr < TIP_HTML_DEPTH) {
        const xmlChar *kept[2 * KEPT_MAX + 1];
        keep_attributes(attributes, kept);
        xmlSAX2StartElement(context, name, kept[0] ? kept : NULL);
        return;
    }
    nesting->merged++;
    xmlSAX2Characters(context, (const xmlChar *)" ", 1);
    if (nesting->merged + TIP_HTML_DEPTH > TIP_HTML_DEPTH_MAX) {
        nesting->cut = true;
        xmlStopParser(parser);
    }
}

static void end_element(void *context, const xmlChar *name)
{
    htmlParserCtxtPtr parser = context;
    struct nesting *nesting = parser->_private;
    if (nesting->merged == 0) {
        xmlSAX2EndElement(context, name);
        return;
    }
    nesting->merged--;
    xmlSAX2Characters(context, (const xmlChar *)" ", 1);
}

/* Scripts and styles: libxml2 would take the lack of this function as a wish for their text. */
static void drop_script(void *context, const xmlChar *text, int size)
{
    (void)context;
    (void)text;
    (void)size;
}

static void set_handlers(htmlParserCtxtPtr parser, struct nesting *nesting)
{
    parser->_private = nesting;
    parser->sax->startDocument = start_document;
    parser->sax->startElement = start_element;
    parser->sax->endElement = end_element;
    parser->sax->cdataBlock = drop_script;
    parser->sax->comment = NULL;
    parser->sax->processingInstruction = NULL;
}

/* Who is told of libxml2's errors: only that memory ran out matters. */
struct watch {
    htmlParserCtxtPtr parser;
    const xmlChar *place; /* where a name was missing the last time */
    int repeated;         /* how often in a row */
    bool no_memory;
};

/* Without memory libxml2 may wait for a character that never comes, or say that an element has no
 * name and try again at the same place. The first ends at the end of the input, the second behind
 * the "<". xmlStopParser is no help: it frees buffers that are in use here. */
static void hear_error(void *context, xmlErrorPtr error)
{
    struct watch *watch = context;
    xmlParserInputPtr input = watch->parser ? watch->parser->input : NULL;
    if (error->code == XML_ERR_NO_MEMORY) {
        watch->no_memory = true;
        if (input)
            input->cur = input->end;
    } else if (error->code == XML_ERR_NAME_REQUIRED && input) {
        watch->repeated = input->cur == watch->place ? watch->repeated + 1 : 0;
        watch->place = input->cur;
        if (watch->repeated < 3 || input->cur == input->end)
            return;
        watch->no_memory = true;
        input->cur++;
    }
}

static xmlDoc *run_parser(tip_str bytes, const char *encoding, struct watch *watch,
                          struct nesting *nesting, char *ret_declared, size_t room)
{
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    watch->no_memory |= !parser;
    if (watch->no_memory) {
        htmlFreeParserCtxt(parser);
        return NULL;
    }
    set_handlers(parser, nesting);
    watch->parser = parser;
    nesting->utf8 = encoding && strcmp(encoding, utf8_name) == 0;
    int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                  HTML_PARSE_NONET | HTML_PARSE_COMPACT |
                  (nesting->utf8 ? HTML_PARSE_IGNORE_ENC : 0);
    xmlDoc *doc = htmlCtxtReadMemory(parser, bytes.data, (int)bytes.size, NULL,
                                     nesting->utf8 ? NULL : encoding, options);
    const xmlChar *declared = parser->input ? parser->input->encoding : NULL;
    if (!encoding && declared && strlen((const char *)declared) < room)
        strcpy(ret_declared, (const char *)declared);
    watch->no_memory |= parser->errNo == XML_ERR_NO_MEMORY;
    watch->parser = NULL;
    htmlFreeParserCtxt(parser);
    return doc;
}

/* One pass of libxml2. `ret_declared`, of `room` bytes, gets the encoding that the page names.
 * libxml2 prints that memory ran out, whatever the options, unless there is a handler; it is the
 * thread's, so the caller's is put back. */
static tip_status parse_once(tip_str bytes, const char *encoding, xmlDoc **ret_doc, bool *ret_cut,
                             char *ret_declared, size_t room)
{
    xmlStructuredErrorFunc function = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    struct watch watch = {0};
    struct nesting nesting = {0};
    ret_declared[0] = '\0';
    xmlSetStructuredErrorFunc(&watch, hear_error);
    xmlDoc *doc = run_parser(bytes, encoding, &watch, &nesting, ret_declared, room);
    xmlSetStructuredErrorFunc(context, function);
    if (watch.no_memory) {
        xmlFreeDoc(doc);
        return TIP_NO_MEMORY;
    }
    *ret_doc = doc;
    *ret_cut = nesting.cut;
    return TIP_OK;
}

/* Whether eight bytes are all ASCII. */
static bool is_ascii(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

/* The length of the valid UTF-8 at the start of `bytes`. */
static size_t valid_utf8(tip_str bytes)
{
    size_t i = 0;
    while (i < bytes.size) {
        if (bytes.size - i >= 8 && is_ascii(bytes.data + i)) {
            i += 8;
            continue;
        }
        if ((unsigned char)bytes.data[i] < 0x80) {
            i++;
            continue;
        }
        utf8proc_int32_t code;
        utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)bytes.data + i,
                                                   (utf8proc_ssize_t)(bytes.size - i), &code);
        if (length <= 0)
            return i;
        i += (size_t)length;
    }
    return i;
}

/* A copy with U+FFFD for each byte that is no UTF-8: libxml2 would end the page there. */
static tip_status repair_utf8(tip_str bytes, tip_buf *copy)
{
    tip_status status = TIP_OK;
    size_t i = 0;
    while (!status && i < bytes.size) {
        size_t valid = valid_utf8((tip_str){bytes.data + i, bytes.size - i});
        status = tip_buf_add(copy, bytes.data + i, valid);
        i += valid;
        if (!status && i < bytes.size) {
            status = tip_buf_add_text(copy, "\xEF\xBF\xBD");
            i++;
        }
    }
    return status;
}

static bool is_latin1(const char *encoding)
{
    static const char *const names[] = {"iso-8859-1", "iso8859-1", "latin1",
                                        "us-ascii",   "ascii",     "windows-1252"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(encoding, names[i]) == 0)
            return true;
    return encoding[0] == '\0';
}

/* Pages that say ISO-8859-1 or nothing are windows-1252 in practice (the curly quotes). Its few
 * unassigned bytes stop a strict decoder, so they become spaces. */
static tip_status reparse(tip_str bytes, const char *declared, xmlDoc **doc, bool *cut)
{
    tip_buf copy = {0};
    char ignored[1];
    bool utf8 = strcasecmp(declared, "utf-8") == 0 || strcasecmp(declared, "utf8") == 0;
    if (!utf8 && !is_latin1(declared))
        return TIP_OK;
    tip_status status =
        utf8 ? repair_utf8(bytes, &copy) : tip_buf_add(&copy, bytes.data, bytes.size);
    for (size_t i = 0; !utf8 && i < copy.size; i++)
        if (memchr("\x81\x8D\x8F\x90\x9D", copy.data[i], 5))
            copy.data[i] = ' ';
    xmlDoc *again = NULL;
    if (!status && copy.size <= INT_MAX)
        status = parse_once(tip_buf_str(&copy), utf8 ? utf8_name : "windows-1252", &again, cut,
                            ignored, sizeof ignored);
    tip_buf_free(&copy);
    if (!status && again) {
        xmlFreeDoc(*doc);
        *doc = again;
    }
    return status;
}

static tip_status parse_bytes(tip_str bytes, bool wide, xmlDoc **ret_doc, bool *ret_cut)
{
    char declared[40];
    xmlDoc *doc = NULL;
    bool cut = false;
    bool utf8 = !wide && valid_utf8(bytes) == bytes.size;
    const char *encoding = wide ? "UTF-16" : utf8 ? utf8_name : NULL;
    tip_status status = parse_once(bytes, encoding, &doc, &cut, declared, sizeof declared);
    if (!status && !wide && !utf8)
        status = reparse(bytes, declared, &doc, &cut);
    if (status) {
        xmlFreeDoc(doc);
        return status;
    }
    *ret_doc = doc;
    *ret_cut = cut;
    return TIP_OK;
}

/* Text has next to no control characters; images, archives and programs are full of them from
 * their start. */
static bool is_binary(tip_str bytes)
{
    size_t controls = 0, size = bytes.size < 65536 ? bytes.size : 65536;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        controls += (byte < ' ') & ((unsigned char)(byte - '\t') > '\r' - '\t');
    }
    return controls > size / 50;
}

/* libxml2 takes a NUL inside a tag for the end of the file. */
static tip_status without_nuls(tip_str *bytes, tip_buf *copy)
{
    if (!memchr(bytes->data, '\0', bytes->size))
        return TIP_OK;
    tip_status status = tip_buf_add(copy, bytes->data, bytes->size);
    if (status)
        return status;
    for (size_t i = 0; i < copy->size; i++)
        if (copy->data[i] == '\0')
            copy->data[i] = ' ';
    *bytes = tip_buf_str(copy);
    return TIP_OK;
}

tip_status tip_html_parse(const tip_input *input, xmlDoc **ret_doc, bool *ret_cut, tip_error *err)
{
    tip_str bytes = input->bytes;
    int name = (int)(input->path.size < 500 ? input->path.size : 500);
    if (bytes.size > TIP_HTML_MAX)
        return tip_fail(err, TIP_TOO_LARGE, "%.*s: the page has more than %zu MB", name,
                        input->path.data, TIP_HTML_MAX / 1024 / 1024);
    bool wide = bytes.size >= 2 &&
                (memcmp(bytes.data, "\xFF\xFE", 2) == 0 || memcmp(bytes.data, "\xFE\xFF", 2) == 0);
    while (!wide && bytes.size > 0 && bytes.data[bytes.size - 1] == '\0')
        bytes.size--;
    if (bytes.size >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0)
        bytes = (tip_str){bytes.data + 3, bytes.size - 3};
    if (bytes.size == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%.*s: the file is empty", name, input->path.data);
    if (!wide && is_binary(bytes))
        return tip_fail(err, TIP_BAD_INPUT, "%.*s: this is binary data, not an HTML page", name,
                        input->path.data);
    tip_buf copy = {0};
    tip_status status = wide ? TIP_OK : without_nuls(&bytes, &copy);
    if (!status)
        status = parse_bytes(bytes, wide, ret_doc, ret_cut);
    tip_buf_free(&copy);
    return status ? tip_fail_memory(err) : TIP_OK;
}
