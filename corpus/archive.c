/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/archive.h"

#include "base/error.h"
#include "corpus/load.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BLOCK = 64 * 1024 /* read from the file at once */ };

struct tip_archive {
    const char *path;
    struct archive *handle;
    locale_t utf8; /* libarchive converts names to the thread's character set; 0: as it is */
    uint64_t size; /* of the file */
    uint64_t unpacked;
    uint64_t told; /* bytes of the file that were put down to parts */
    size_t entries;
    size_t ignored;
};

/* ---- Failures ---- */

static const char *reason(const tip_archive *archive)
{
    const char *text = archive_error_string(archive->handle);
    return text ? text : "no reason given";
}

static tip_status damaged(const tip_archive *archive, tip_error *err)
{
    if (archive_errno(archive->handle) == ENOMEM)
        return tip_fail_memory(err);
    return tip_fail(err, TIP_BAD_INPUT, "%s: the archive is damaged or cut off (%s)", archive->path,
                    reason(archive));
}

/* Counts bytes that were unpacked. */
static tip_status count(tip_archive *archive, uint64_t size, tip_error *err)
{
    archive->unpacked += size;
    if (archive->unpacked > TIP_UNPACKED_MAX)
        return tip_fail(err, TIP_TOO_LARGE,
                        "%s: unpacks to more than the limit of %" PRIu64
                        " bytes; unpack it into a folder",
                        archive->path, TIP_UNPACKED_MAX);
    if (archive->unpacked > TIP_MEMBER_MAX &&
        archive->unpacked / TIP_UNPACKED_RATIO > archive->size)
        return tip_fail(err, TIP_TOO_LARGE, "%s: unpacks to more than %" PRIu64 " times its size",
                        archive->path, TIP_UNPACKED_RATIO);
    return TIP_OK;
}

static tip_status refuse(tip_part *part, const char *what)
{
    tip_error text;
    (void)tip_fail(&text, TIP_BAD_INPUT, "%.*s: %s; it was skipped",
                   part->path.size > 512 ? 512 : (int)part->path.size, part->path.data, what);
    tip_buf_free(&part->bytes);
    return tip_buf_add_text(&part->problem, text.message);
}

/* ---- Names ---- */

/* Calls `wanted` for each name between slashes, until one is. */
static bool any_name(const char *path, bool (*wanted)(tip_str name))
{
    while (*path) {
        size_t size = strcspn(path, "/");
        if (size > 0 && wanted((tip_str){path, size}))
            return true;
        path += size + (path[size] == '/');
    }
    return false;
}

static bool is_parent(tip_str name)
{
    return tip_str_equal(name, tip_str_of(".."));
}

static bool is_hidden(tip_str name)
{
    bool is_way = is_parent(name) || tip_str_equal(name, tip_str_of("."));
    return (name.data[0] == '.' && !is_way) || tip_str_equal(name, tip_str_of("__MACOSX"));
}

/* "./2020/kenya.html" is "2020/kenya.html". */
static const char *plain_name(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        for (path += 2; *path == '/';)
            path++;
    return path;
}

/* Why a member is not read though its name tells what it holds; NULL when it is. */
static const char *fault(struct archive_entry *entry, const char *name, tip_format format)
{
    if (*name == '/')
        return "an absolute path in an archive";
    if (any_name(name, is_parent))
        return "a path with \"..\" in an archive";
    if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
        return "a link in an archive";
    if (archive_entry_filetype(entry) != AE_IFREG)
        return "not a regular file";
    if (format == TIP_FORMAT_ARCHIVE)
        return "an archive in an archive; unpack the outer one";
    if (archive_entry_is_data_encrypted(entry) || archive_entry_is_metadata_encrypted(entry))
        return "encrypted; unpack the archive with its password";
    return NULL;
}

/* ---- Content ---- */

/* The entries of a zip archive are found by their places; in others what is passed over must be
 * unpacked too, and counts. */
static bool can_skip(const tip_archive *archive)
{
    int format = archive_format(archive->handle) & ARCHIVE_FORMAT_BASE_MASK;
    return format == ARCHIVE_FORMAT_ZIP && archive_filter_count(archive->handle) == 1;
}

static tip_status pass_over(tip_archive *archive, tip_error *err)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    if (can_skip(archive))
        return TIP_OK;
    for (;;) {
        int code = archive_read_data_block(archive->handle, &block, &size, &offset);
        if (code == ARCHIVE_FATAL)
            return damaged(archive, err);
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
            return TIP_OK; /* its end, or no way to read it: the next header tells */
        tip_status status = count(archive, size, err);
        if (status != TIP_OK)
            return status;
    }
}

/* Appends the data of the entry, up to one byte more than TIP_MEMBER_MAX. *ret_whole is false when
 * the entry, not the archive, is damaged. */
static tip_status take_data(tip_archive *archive, tip_buf *bytes, bool *ret_whole, tip_error *err)
{
    la_ssize_t got = 1;
    while (got > 0 && bytes->size <= TIP_MEMBER_MAX) {
        if (tip_buf_reserve(bytes, BLOCK) != TIP_OK)
            return tip_fail_memory(err);
        size_t room = bytes->room - bytes->size;
        if (room > TIP_MEMBER_MAX + 1 - bytes->size)
            room = TIP_MEMBER_MAX + 1 - bytes->size;
        got = archive_read_data(archive->handle, bytes->data + bytes->size, room);
        if (got == ARCHIVE_FATAL)
            return damaged(archive, err);
        if (got <= 0)
            break;
        bytes->size += (size_t)got;
        tip_status status = count(archive, (uint64_t)got, err);
        if (status != TIP_OK)
            return status;
    }
    *ret_whole = got >= 0;
    return TIP_OK;
}

/* A member may be gzip by itself. */
static tip_status unpack(tip_archive *archive, tip_part *part, tip_error *err)
{
    if (part->bytes.size < 2 || memcmp(part->bytes.data, "\x1F\x8B", 2) != 0)
        return TIP_OK;
    tip_error why;
    tip_buf plain = {0};
    char *path = tip_str_dup(tip_buf_str(&part->path));
    tip_status status =
        path ? tip_unpack(path, tip_buf_str(&part->bytes), TIP_MEMBER_MAX, &plain, &why)
             : TIP_NO_MEMORY;
    free(path);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    tip_buf_free(&part->bytes);
    if (status != TIP_OK) {
        tip_buf_free(&plain);
        return tip_buf_add_text(&part->problem, why.message) == TIP_OK ? TIP_OK
                                                                       : tip_fail_memory(err);
    }
    part->bytes = plain;
    return count(archive, plain.size, err);
}

static tip_status take_content(tip_archive *archive, tip_part *part, tip_error *err)
{
    bool whole = false;
    tip_status status = take_data(archive, &part->bytes, &whole, err);
    const char *what = NULL;
    if (status != TIP_OK)
        return status;
    if (part->bytes.size > TIP_MEMBER_MAX)
        what = "larger than 64 MB; unpack the archive";
    else if (!whole)
        what = "damaged in the archive";
    if (what)
        return refuse(part, what) == TIP_OK ? TIP_OK : tip_fail_memory(err);
    return unpack(archive, part, err);
}

/* ---- Members ---- */

static tip_status name_part(const tip_archive *archive, const char *name, tip_part *part)
{
    tip_status status = tip_buf_add_text(&part->path, archive->path);
    if (status == TIP_OK)
        status = tip_buf_add_byte(&part->path, '/');
    if (status == TIP_OK)
        status = tip_buf_add_text(&part->path, name);
    return status;
}

static tip_status take_member(tip_archive *archive, struct archive_entry *entry, const char *name,
                              tip_part *part, tip_error *err)
{
    const char *what = fault(entry, name, part->format);
    tip_status status = name_part(archive, name, part) == TIP_OK ? TIP_OK : tip_fail_memory(err);
    part->first_line = 1;
    if (status == TIP_OK && what)
        return refuse(part, what) == TIP_OK ? TIP_OK : tip_fail_memory(err);
    return status == TIP_OK ? take_content(archive, part, err) : status;
}

/* Looks at an entry; *ret_taken is whether it makes a part. */
static tip_status visit(tip_archive *archive, struct archive_entry *entry, tip_part *part,
                        bool *ret_taken, tip_error *err)
{
    const char *path = archive_entry_pathname(entry);
    const char *name = path ? plain_name(path) : "";
    *ret_taken = false;
    if (archive_entry_filetype(entry) == AE_IFDIR || any_name(name, is_hidden))
        return TIP_OK;
    if (!tip_format_guess(tip_str_of(name), (tip_str){NULL, 0}, &part->format)) {
        archive->ignored++;
        return TIP_OK;
    }
    *ret_taken = true;
    return take_member(archive, entry, name, part, err);
}

static tip_status next_entry(tip_archive *archive, struct archive_entry **ret_entry,
                             bool *ret_found, tip_error *err)
{
    int code;
    do
        code = archive_read_next_header(archive->handle, ret_entry);
    while (code == ARCHIVE_RETRY && ++archive->entries < TIP_ENTRIES_MAX);
    *ret_found = code == ARCHIVE_OK || code == ARCHIVE_WARN;
    if (!*ret_found)
        return code == ARCHIVE_EOF ? TIP_OK : damaged(archive, err);
    if (++archive->entries > TIP_ENTRIES_MAX)
        return tip_fail(err, TIP_TOO_LARGE, "%s: more than %zu files; unpack it into a folder",
                        archive->path, TIP_ENTRIES_MAX);
    return TIP_OK;
}

static uint64_t since_last_part(tip_archive *archive)
{
    uint64_t at = (uint64_t)archive_filter_bytes(archive->handle, -1);
    uint64_t size = at > archive->told ? at - archive->told : 0;
    archive->told += size;
    return size;
}

static tip_status next_part(tip_archive *archive, tip_part *part, bool *ret_found, tip_error *err)
{
    for (;;) {
        struct archive_entry *entry;
        bool found = false;
        bool taken = false;
        tip_status status = next_entry(archive, &entry, &found, err);
        if (status != TIP_OK || !found) {
            *ret_found = false;
            return status;
        }
        status = visit(archive, entry, part, &taken, err);
        if (status == TIP_OK)
            status = pass_over(archive, err);
        if (status != TIP_OK || taken) {
            part->on_disk = since_last_part(archive);
            *ret_found = taken;
            return status;
        }
    }
}

tip_status tip_archive_next(tip_archive *archive, tip_part *ret_part, bool *ret_found,
                            tip_error *err)
{
    locale_t before = uselocale(archive->utf8);
    tip_status status = next_part(archive, ret_part, ret_found, err);
    (void)uselocale(before);
    if (status != TIP_OK)
        tip_part_free(ret_part);
    return status;
}

/* ---- Opening and closing ---- */

static bool support(struct archive *handle)
{
    return archive_read_support_format_tar(handle) == ARCHIVE_OK &&
           archive_read_support_format_zip(handle) == ARCHIVE_OK &&
           archive_read_support_filter_gzip(handle) == ARCHIVE_OK &&
           archive_read_support_filter_xz(handle) == ARCHIVE_OK &&
           archive_read_support_filter_zstd(handle) == ARCHIVE_OK;
}

static tip_status open_file(tip_archive *archive, tip_error *err)
{
    struct stat info;
    if (stat(archive->path, &info) != 0)
        return tip_fail_errno(err, errno == ENOENT ? TIP_NOT_FOUND : TIP_IO_ERROR, errno,
                              "cannot open %s", archive->path);
    archive->size = (uint64_t)info.st_size;
    if (!support(archive->handle))
        return tip_fail(err, TIP_UNSUPPORTED, "%s: libarchive reads no tar and zip here",
                        archive->path);
    if (archive_read_open_filename(archive->handle, archive->path, BLOCK) == ARCHIVE_OK)
        return TIP_OK;
    int error = archive_errno(archive->handle);
    if (error == ENOMEM)
        return tip_fail_memory(err);
    if (error == EACCES || error == EIO || error == EMFILE || error == ENFILE)
        return tip_fail_errno(err, TIP_IO_ERROR, error, "cannot open %s", archive->path);
    return tip_fail(err, TIP_BAD_INPUT, "%s: not a tar or zip archive, or damaged (%s)",
                    archive->path, reason(archive));
}

tip_status tip_archive_open(const char *path, tip_archive **ret_archive, tip_error *err)
{
    tip_archive *archive = calloc(1, sizeof *archive);
    if (!archive)
        return tip_fail_memory(err);
    archive->path = path;
    archive->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    archive->handle = archive_read_new();
    tip_status status = archive->handle ? open_file(archive, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        *ret_archive = archive;
    else
        tip_archive_close(archive);
    return status;
}

size_t tip_archive_ignored(const tip_archive *archive)
{
    return archive->ignored;
}

void tip_archive_close(tip_archive *archive)
{
    if (!archive)
        return;
    if (archive->handle)
        (void)archive_read_free(archive->handle); /* only reading: nothing can be lost */
    if (archive->utf8)
        freelocale(archive->utf8);
    free(archive);
}
