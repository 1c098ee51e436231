/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/file.h"

#include "base/error.h"
#include "store/store.h"

#define XXH_STATIC_LINKING_ONLY
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

const char store_magic[8] = {'T', 'I', 'P', 'S', 'T', 'O', 'R', 'E'};

enum { SECTION_BUFFER = 256 * 1024 };

uint64_t store_checksum(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

static uint64_t aligned(uint64_t offset)
{
    return (offset + 7) & ~(uint64_t)7;
}

static tip_status write_at(const file_writer *file, const void *bytes, size_t size, uint64_t offset,
                           tip_error *err)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t n = pwrite(file->fd, next, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot write", file->path);
        next += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return TIP_OK;
}

tip_status file_writer_open(file_writer *file, const char *path, tip_error *err)
{
    *file = (file_writer){.path = path, .end = aligned(sizeof(file_header))};
    file->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->fd < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot create", path);
    memcpy(file->header.magic, store_magic, sizeof store_magic);
    file->header.version = TIP_STORE_VERSION;
    return TIP_OK;
}

tip_status file_writer_finish(file_writer *file, tip_error *err)
{
    file_header *header = &file->header;
    header->checksum = store_checksum(header, offsetof(file_header, checksum));
    tip_status status = write_at(file, header, sizeof *header, 0, err);
    if (close(file->fd) != 0 && status == TIP_OK)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot close", file->path);
    return status;
}

void file_writer_discard(file_writer *file)
{
    close(file->fd);
}

tip_status section_start(file_writer *file, section_kind kind, uint64_t size,
                         section_writer *ret_section, tip_error *err)
{
    section_writer section = {.file = file, .kind = kind, .offset = file->end};
    XXH3_state_t *hash = XXH3_createState();
    if (!hash)
        return tip_fail_memory(err);
    XXH3_64bits_reset(hash);
    section.hash = hash;
    file->header.sections[kind].offset = file->end;
    file->end = aligned(file->end + size);
    *ret_section = section;
    return TIP_OK;
}

static tip_status section_flush(section_writer *section, tip_error *err)
{
    tip_buf *buffer = &section->buffer;
    tip_status status = write_at(section->file, buffer->data, buffer->size, section->offset, err);
    XXH3_64bits_update(section->hash, buffer->data, buffer->size);
    section->offset += buffer->size;
    tip_buf_clear(buffer);
    return status;
}

tip_status section_add(section_writer *section, const void *bytes, size_t size, tip_error *err)
{
    const char *next = bytes;
    while (size > 0) {
        size_t room = SECTION_BUFFER - section->buffer.size;
        size_t part = size < room ? size : room;
        if (tip_buf_add(&section->buffer, next, part) != TIP_OK)
            return tip_fail_memory(err);
        next += part;
        size -= part;
        if (section->buffer.size < SECTION_BUFFER)
            break;
        tip_status status = section_flush(section, err);
        if (status != TIP_OK)
            return status;
    }
    return TIP_OK;
}

tip_status section_end(section_writer *section, tip_error *err)
{
    tip_status status = section_flush(section, err);
    section_entry *entry = &section->file->header.sections[section->kind];
    entry->size = section->offset - entry->offset;
    entry->checksum = XXH3_64bits_digest(section->hash);
    if (section->file->end < aligned(section->offset))
        section->file->end = aligned(section->offset);
    section_discard(section);
    return status;
}

void section_discard(section_writer *section)
{
    XXH3_freeState(section->hash);
    section->hash = NULL;
    tip_buf_free(&section->buffer);
}

tip_status section_write(file_writer *file, section_kind kind, const void *bytes, size_t size,
                         tip_error *err)
{
    section_writer section;
    tip_status status = section_start(file, kind, size, &section, err);
    if (status != TIP_OK)
        return status;
    status = section_add(&section, bytes, size, err);
    if (status != TIP_OK) {
        section_discard(&section);
        return status;
    }
    return section_end(&section, err);
}
