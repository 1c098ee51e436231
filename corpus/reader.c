/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/reader.h"

#include "base/buf.h"
#include "base/error.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

static const char *const format_names[] = {
    [TIP_FORMAT_AUTO] = "auto",       [TIP_FORMAT_HTML] = "html", [TIP_FORMAT_TEXT] = "text",
    [TIP_FORMAT_JSONL] = "jsonl",     [TIP_FORMAT_CSV] = "csv",   [TIP_FORMAT_PDF] = "pdf",
    [TIP_FORMAT_ARCHIVE] = "archive",
};

enum { FORMAT_COUNT = sizeof format_names / sizeof *format_names };

const char *tip_format_name(tip_format format)
{
    size_t i = (size_t)format;
    return i < FORMAT_COUNT ? format_names[i] : "unknown";
}

bool tip_format_of_name(const char *name, tip_format *ret_format)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *ret_format = (tip_format)i;
            return true;
        }
    }
    return false;
}

static const struct {
    const char *text;
    tip_format format;
} endings[] = {
    {".html", TIP_FORMAT_HTML},      {".htm", TIP_FORMAT_HTML},    {".txt", TIP_FORMAT_TEXT},
    {".text", TIP_FORMAT_TEXT},      {".md", TIP_FORMAT_TEXT},     {".jsonl", TIP_FORMAT_JSONL},
    {".ndjson", TIP_FORMAT_JSONL},   {".csv", TIP_FORMAT_CSV},     {".tsv", TIP_FORMAT_CSV},
    {".tar", TIP_FORMAT_ARCHIVE},    {".tgz", TIP_FORMAT_ARCHIVE}, {".zip", TIP_FORMAT_ARCHIVE},
    {".tar.xz", TIP_FORMAT_ARCHIVE}, {".txz", TIP_FORMAT_ARCHIVE}, {".tar.zst", TIP_FORMAT_ARCHIVE},
    {".tzst", TIP_FORMAT_ARCHIVE},   {".pdf", TIP_FORMAT_PDF},
};

static bool take_ending(tip_str *name, const char *ending)
{
    size_t size = strlen(ending);
    if (name->size < size || strncasecmp(name->data + name->size - size, ending, size) != 0)
        return false;
    name->size -= size;
    return true;
}

static bool guess_by_name(tip_str name, tip_format *ret_format)
{
    (void)take_ending(&name, ".gz");
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (take_ending(&name, endings[i].text)) {
            *ret_format = endings[i].format;
            return true;
        }
    }
    return false;
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static tip_str skip_space(tip_str bytes)
{
    while (bytes.size && is_space(*bytes.data)) {
        bytes.data++;
        bytes.size--;
    }
    return bytes;
}

static bool starts_with(tip_str bytes, const char *start)
{
    size_t size = strlen(start);
    return bytes.size >= size && memcmp(bytes.data, start, size) == 0;
}

/* Text has no NUL and hardly another control character; compressed data has one in ten bytes. */
static bool looks_binary(tip_str bytes)
{
    size_t controls = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte == 0)
            return true;
        controls += (byte < ' ' && !is_space((char)byte)) || byte == 0x7F;
    }
    return controls > bytes.size / 32;
}

/* A mark-up declaration, comment or tag: "<!", "<?", "<h". */
static bool looks_like_html(tip_str bytes)
{
    if (bytes.size < 2 || bytes.data[0] != '<')
        return false;
    char next = bytes.data[1];
    return next == '!' || next == '?' || (next >= 'a' && next <= 'z') ||
           (next >= 'A' && next <= 'Z');
}

/* A JSON object whose first name stands on the same line: one laid out over many lines, like a JSON
 * array, cannot be read by lines. */
static bool looks_like_json_lines(tip_str bytes)
{
    size_t i = 1;
    while (i < bytes.size && (bytes.data[i] == ' ' || bytes.data[i] == '\t'))
        i++;
    return i < bytes.size && (bytes.data[i] == '"' || bytes.data[i] == '}');
}

/* Zip; xz and Zstandard, which are taken for a packed tar; tar itself (POSIX ustar, offset 257). */
static bool looks_like_archive(tip_str bytes)
{
    enum { USTAR = 257 };
    return starts_with(bytes, "PK\x03\x04") ||
           starts_with(bytes, "\xFD"
                              "7zXZ") ||
           starts_with(bytes, "\x28\xB5\x2F\xFD") ||
           (bytes.size > USTAR &&
            starts_with((tip_str){bytes.data + USTAR, bytes.size - USTAR}, "ustar"));
}

static bool guess_by_bytes(tip_str bytes, tip_format *ret_format)
{
    if (looks_like_archive(bytes)) {
        *ret_format = TIP_FORMAT_ARCHIVE;
        return true;
    }
    if (starts_with(bytes, "\xEF\xBB\xBF"))
        bytes = (tip_str){bytes.data + 3, bytes.size - 3};
    if (starts_with(bytes, "%PDF-")) {
        *ret_format = TIP_FORMAT_PDF;
        return true;
    }
    if (looks_binary(bytes))
        return false;
    bytes = skip_space(bytes);
    if (bytes.size == 0)
        return false;
    tip_format format = TIP_FORMAT_TEXT;
    if (looks_like_html(bytes)) {
        format = TIP_FORMAT_HTML;
    } else if (bytes.data[0] == '{') {
        if (!looks_like_json_lines(bytes))
            return false;
        format = TIP_FORMAT_JSONL;
    } else if (bytes.data[0] == '[') {
        tip_str inner = skip_space((tip_str){bytes.data + 1, bytes.size - 1});
        if (starts_with(inner, "{"))
            return false;
    }
    *ret_format = format;
    return true;
}

bool tip_format_guess(tip_str path, tip_str first_bytes, tip_format *ret_format)
{
    return guess_by_name(path, ret_format) || guess_by_bytes(first_bytes, ret_format);
}

void tip_warn(const tip_input *input, const tip_sink *sink, const char *what)
{
    char message[800];
    int size = (int)(input->path.size < 500 ? input->path.size : 500);
    if (!sink->warning)
        return;
    (void)snprintf(message, sizeof message, "%.*s: %s", size, input->path.data, what);
    sink->warning(sink->payload, message);
}

static utf8proc_ssize_t character_size(const char *bytes, size_t size)
{
    utf8proc_int32_t ignored;
    return utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)size, &ignored);
}

/* File names may hold any bytes, but a path becomes the source of records, which are UTF-8. Leaves
 * *ret_path empty when the path is UTF-8 as it is. */
static tip_status path_as_utf8(tip_str path, tip_buf *ret_path)
{
    bool bad = false;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < path.size && status == TIP_OK;) {
        utf8proc_ssize_t size = character_size(path.data + i, path.size - i);
        bad = bad || size < 1;
        status = size < 1 ? tip_buf_add_text(ret_path, "\xEF\xBF\xBD")
                          : tip_buf_add(ret_path, path.data + i, (size_t)size);
        i += size < 1 ? 1 : (size_t)size;
    }
    if (!bad)
        tip_buf_clear(ret_path);
    return status;
}

static tip_status read_as(tip_format format, const tip_input *input, const tip_sink *sink,
                          tip_error *err)
{
    switch (format) {
    case TIP_FORMAT_HTML:
        return tip_read_html(input, sink, err);
    case TIP_FORMAT_TEXT:
        return tip_read_text(input, sink, err);
    case TIP_FORMAT_JSONL:
        return tip_read_jsonl(input, sink, err);
    case TIP_FORMAT_CSV:
        return tip_read_csv(input, sink, err);
    case TIP_FORMAT_PDF:
        return tip_read_pdf(input, sink, err);
    case TIP_FORMAT_ARCHIVE:
    case TIP_FORMAT_AUTO:
        break;
    }
    return tip_fail(err, TIP_BAD_ARGUMENT, "tip_read needs the format of one document");
}

tip_status tip_read(tip_format format, const tip_input *input, const tip_sink *sink, tip_error *err)
{
    tip_buf path = {0};
    if (path_as_utf8(input->path, &path) != TIP_OK) {
        tip_buf_free(&path);
        return tip_fail_memory(err);
    }
    tip_input safe = *input;
    if (path.size)
        safe.path = tip_buf_str(&path);
    tip_status status = read_as(format, &safe, sink, err);
    tip_buf_free(&path);
    return status;
}
