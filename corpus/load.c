/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/load.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    CHUNK = 64 * 1024, /* read from a compressed file at once */
    PEEK = 4096        /* read to learn whether a file goes on */
};

/* A file as a stream of decompressed bytes. `in` holds bytes that were read from the file and not
 * yet used: all of a compressed file passes through it, of a plain one only the first bytes. */
struct stream {
    const char *path; /* borrowed */
    int fd;           /* -1 where the file is in memory */
    tip_str memory;   /* what is left of that; borrowed */
    bool gzip;        /* the file begins as gzip does */
    bool in_member;   /* inflate is between the header and the trailer of a member */
    bool zlib_open;   /* z needs inflateEnd */
    bool at_end;      /* read(2) gave 0 */
    z_stream z;
    size_t in_start, in_end;
    unsigned char in[CHUNK]; /* the last, for it alone is not cleared: see clear_start */
};

/* Memory of `size` bytes whose first `cleared` are 0: most files are much smaller than a chunk, and
 * clearing one took longer than reading them. */
static void *clear_start(size_t size, size_t cleared)
{
    void *memory = malloc(size);
    return memory ? memset(memory, 0, cleared) : NULL;
}

static struct stream *stream_new(void)
{
    return clear_start(sizeof(struct stream), offsetof(struct stream, in));
}

static size_t read_memory(struct stream *stream, void *room, size_t size)
{
    size_t got = stream->memory.size < size ? stream->memory.size : size;
    stream->at_end = got == 0;
    if (got == 0)
        return 0;
    memcpy(room, stream->memory.data, got);
    stream->memory = (tip_str){stream->memory.data + got, stream->memory.size - got};
    return got;
}

static tip_status read_fd(struct stream *stream, void *room, size_t size, size_t *ret_got,
                          tip_error *err)
{
    if (stream->fd < 0) {
        *ret_got = read_memory(stream, room, size);
        return TIP_OK;
    }
    ssize_t got;
    do
        got = read(stream->fd, room, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "cannot read %s", stream->path);
    stream->at_end = got == 0;
    *ret_got = (size_t)got;
    return TIP_OK;
}

/* Reads more into `in` until it holds `want` bytes or the file ends. */
static tip_status fill(struct stream *stream, size_t want, tip_error *err)
{
    size_t held = stream->in_end - stream->in_start;
    if (held >= want)
        return TIP_OK;
    if (held)
        memmove(stream->in, stream->in + stream->in_start, held);
    stream->in_start = 0;
    stream->in_end = held;
    while (stream->in_end < want && !stream->at_end) {
        size_t got = 0;
        tip_status status = read_fd(stream, stream->in + stream->in_end,
                                    sizeof stream->in - stream->in_end, &got, err);
        if (status != TIP_OK)
            return status;
        stream->in_end += got;
    }
    return TIP_OK;
}

static bool at_gzip_magic(const struct stream *stream)
{
    const unsigned char *in = stream->in + stream->in_start;
    return stream->in_end - stream->in_start >= 2 && in[0] == 0x1F && in[1] == 0x8B;
}

static tip_status start(struct stream *stream, tip_error *err)
{
    tip_status status = fill(stream, 2, err);
    if (status != TIP_OK)
        return status;
    stream->gzip = at_gzip_magic(stream);
    if (!stream->gzip)
        return TIP_OK;
    int code = inflateInit2(&stream->z, 15 + 32);
    if (code == Z_MEM_ERROR)
        return tip_fail_memory(err);
    if (code != Z_OK)
        return tip_fail(err, TIP_UNSUPPORTED, "cannot read %s: zlib does not start (code %d)",
                        stream->path, code);
    stream->zlib_open = true;
    stream->in_member = true;
    return TIP_OK;
}

/* *stream must be new. On failure nothing is left open. */
static tip_status stream_open(struct stream *stream, const char *path, tip_error *err)
{
    stream->path = path;
    do
        stream->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (stream->fd < 0 && errno == EINTR);
    if (stream->fd < 0) {
        tip_status status = errno == ENOENT || errno == ENOTDIR ? TIP_NOT_FOUND : TIP_IO_ERROR;
        return tip_fail_errno(err, status, errno, "cannot open %s", path);
    }
    tip_status status = start(stream, err);
    if (status != TIP_OK)
        (void)close(stream->fd); /* the first failure is the one to tell */
    return status;
}

static tip_status stream_close(struct stream *stream, tip_error *err)
{
    if (stream->zlib_open)
        (void)inflateEnd(&stream->z); /* fails only for a stream that was never open */
    /* Linux has closed the descriptor even when it says EINTR: trying again could close another's.
     */
    if (stream->fd >= 0 && close(stream->fd) != 0 && errno != EINTR)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "cannot close %s", stream->path);
    return TIP_OK;
}

static tip_status read_plain(struct stream *stream, char *room, size_t size, size_t *ret_got,
                             tip_error *err)
{
    size_t held = stream->in_end - stream->in_start;
    if (held == 0)
        return read_fd(stream, room, size, ret_got, err);
    if (held > size)
        held = size;
    memcpy(room, stream->in + stream->in_start, held);
    stream->in_start += held;
    *ret_got = held;
    return TIP_OK;
}

/* Behind a member: starts the next one if there is one. Zeros that pad a file to a block of a tape
 * or disk are not an error, as with gzip(1). */
static tip_status next_member(struct stream *stream, bool *ret_more, tip_error *err)
{
    bool padding = false;
    for (;;) {
        tip_status status = fill(stream, 2, err);
        if (status != TIP_OK)
            return status;
        if (stream->in_start == stream->in_end) {
            *ret_more = false;
            return TIP_OK;
        }
        if (stream->in[stream->in_start] != 0)
            break;
        padding = true;
        while (stream->in_start < stream->in_end && stream->in[stream->in_start] == 0)
            stream->in_start++;
    }
    if (padding || !at_gzip_magic(stream) || inflateReset(&stream->z) != Z_OK)
        return tip_fail(err, TIP_BAD_INPUT, "%s: other data follows the gzip data", stream->path);
    stream->in_member = true;
    *ret_more = true;
    return TIP_OK;
}

static tip_status inflate_failed(const struct stream *stream, int code, tip_error *err)
{
    if (code == Z_MEM_ERROR)
        return tip_fail_memory(err);
    return tip_fail(err, TIP_BAD_INPUT, "%s: the gzip data is damaged (%s)", stream->path,
                    stream->z.msg ? stream->z.msg : zError(code));
}

/* One call of inflate: takes from `in`, gives to the room. */
static tip_status inflate_some(struct stream *stream, char *room, size_t size, size_t *ret_got,
                               tip_error *err)
{
    size_t held = stream->in_end - stream->in_start;
    uInt most = size > CHUNK ? CHUNK : (uInt)size;
    stream->z.next_in = stream->in + stream->in_start;
    stream->z.avail_in = (uInt)held;
    stream->z.next_out = (unsigned char *)room;
    stream->z.avail_out = most;
    int code = inflate(&stream->z, Z_NO_FLUSH);
    stream->in_start += held - stream->z.avail_in;
    if (code == Z_STREAM_END)
        stream->in_member = false;
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return inflate_failed(stream, code, err);
    *ret_got = most - stream->z.avail_out;
    return TIP_OK;
}

static tip_status read_gzip(struct stream *stream, char *room, size_t size, size_t *ret_got,
                            tip_error *err)
{
    size_t got = 0;
    while (got == 0) {
        bool more = true;
        tip_status status =
            stream->in_member ? fill(stream, 1, err) : next_member(stream, &more, err);
        if (status != TIP_OK)
            return status;
        if (!more)
            break;
        /* inflate may still hold output when all input is used, so it is asked even then. */
        bool starved = stream->in_start == stream->in_end;
        status = inflate_some(stream, room, size, &got, err);
        if (status != TIP_OK)
            return status;
        if (starved && got == 0 && stream->in_member)
            return tip_fail(err, TIP_BAD_INPUT, "%s: the gzip data is cut off", stream->path);
    }
    *ret_got = got;
    return TIP_OK;
}

/* Reads at least one byte and at most `size`, which is not 0; 0 bytes mean the end. */
static tip_status stream_read(struct stream *stream, char *room, size_t size, size_t *ret_got,
                              tip_error *err)
{
    return stream->gzip ? read_gzip(stream, room, size, ret_got, err)
                        : read_plain(stream, room, size, ret_got, err);
}

/* Appends up to `size` bytes by one read; 0 bytes mean the end. */
static tip_status append_some(struct stream *stream, size_t size, tip_buf *buf, size_t *ret_got,
                              tip_error *err)
{
    if (tip_buf_reserve(buf, size) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = stream_read(stream, buf->data + buf->size, size, ret_got, err);
    if (status == TIP_OK)
        buf->size += *ret_got;
    return status;
}

/* Appends up to `most` bytes; fewer only at the end of the file. */
static tip_status append_up_to(struct stream *stream, size_t most, tip_buf *buf, tip_error *err)
{
    size_t end = most > SIZE_MAX - buf->size ? SIZE_MAX : buf->size + most;
    while (buf->size < end) {
        /* The room that is there is used before more is asked for. */
        size_t size = buf->room - buf->size;
        if (size == 0)
            size = CHUNK;
        if (size > end - buf->size)
            size = end - buf->size;
        size_t got = 0;
        tip_status status = append_some(stream, size, buf, &got, err);
        if (status != TIP_OK)
            return status;
        if (got == 0)
            break;
    }
    return TIP_OK;
}

static tip_status too_large(const char *path, size_t limit, tip_error *err)
{
    return tip_fail(err, TIP_TOO_LARGE, "%s holds more than the limit of %zu bytes", path, limit);
}

/* Makes room for a plain file in one step, one byte more than its size so that the read that finds
 * the end fits too. */
static tip_status reserve_for(const struct stream *stream, size_t limit, tip_buf *buf,
                              tip_error *err)
{
    struct stat info;
    if (stream->fd < 0)
        return TIP_OK;
    if (fstat(stream->fd, &info) != 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "cannot read %s", stream->path);
    if (stream->gzip || !S_ISREG(info.st_mode) || info.st_size < 0)
        return TIP_OK;
    if ((uintmax_t)info.st_size > limit)
        return too_large(stream->path, limit, err);
    if (tip_buf_reserve(buf, (size_t)info.st_size + 1) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status load_all(struct stream *stream, size_t limit, tip_buf *buf, tip_error *err)
{
    size_t before = buf->size;
    tip_status status = reserve_for(stream, limit, buf, err);
    if (status == TIP_OK)
        status = append_up_to(stream, limit == SIZE_MAX ? limit : limit + 1, buf, err);
    if (status == TIP_OK && buf->size - before > limit)
        status = too_large(stream->path, limit, err);
    return status;
}

/* The whole file, or with `whole` false its first `size` bytes. */
static tip_status load(const char *path, size_t size, bool whole, tip_buf *ret_bytes,
                       tip_error *err)
{
    struct stream *stream = stream_new();
    if (!stream)
        return tip_fail_memory(err);
    tip_status status = stream_open(stream, path, err);
    if (status != TIP_OK) {
        free(stream);
        return status;
    }
    size_t before = ret_bytes->size;
    status =
        whole ? load_all(stream, size, ret_bytes, err) : append_up_to(stream, size, ret_bytes, err);
    tip_status closed = stream_close(stream, status == TIP_OK ? err : NULL);
    if (status == TIP_OK)
        status = closed;
    if (status != TIP_OK)
        ret_bytes->size = before;
    free(stream);
    return status;
}

tip_status tip_load(const char *path, size_t limit_bytes, tip_buf *ret_bytes, tip_error *err)
{
    return load(path, limit_bytes, true, ret_bytes, err);
}

tip_status tip_load_start(const char *path, size_t size, tip_buf *ret_bytes, tip_error *err)
{
    return load(path, size, false, ret_bytes, err);
}

tip_status tip_unpack(const char *path, tip_str content, size_t limit_bytes, tip_buf *ret_bytes,
                      tip_error *err)
{
    struct stream *stream = stream_new();
    if (!stream)
        return tip_fail_memory(err);
    size_t before = ret_bytes->size;
    stream->path = path;
    stream->fd = -1;
    stream->memory = content;
    tip_status status = start(stream, err);
    if (status == TIP_OK)
        status = load_all(stream, limit_bytes, ret_bytes, err);
    (void)stream_close(stream, NULL); /* nothing is open but the inflater */
    if (status != TIP_OK)
        ret_bytes->size = before;
    free(stream);
    return status;
}

struct tip_loader {
    char *path;
    tip_buf ahead;     /* read, but behind the last run */
    size_t first_line; /* of what is ahead */
    bool at_end;       /* nothing to read is left, though something may be ahead */
    struct stream stream;
};

static void loader_free(tip_loader *loader)
{
    tip_buf_free(&loader->ahead);
    free(loader->path);
    free(loader);
}

tip_status tip_loader_open(const char *path, tip_loader **ret_loader, tip_error *err)
{
    tip_loader *loader = clear_start(sizeof *loader, offsetof(tip_loader, stream.in));
    if (!loader)
        return tip_fail_memory(err);
    loader->first_line = 1;
    loader->path = tip_str_dup(tip_str_of(path));
    tip_status status =
        loader->path ? stream_open(&loader->stream, loader->path, err) : tip_fail_memory(err);
    if (status != TIP_OK) {
        loader_free(loader);
        return status;
    }
    *ret_loader = loader;
    return TIP_OK;
}

tip_status tip_loader_close(tip_loader *loader, tip_error *err)
{
    if (!loader)
        return TIP_OK;
    tip_status status = stream_close(&loader->stream, err);
    loader_free(loader);
    return status;
}

static size_t count_lines(const char *bytes, size_t size)
{
    size_t count = 0;
    const char *end = bytes + size;
    while (bytes < end) {
        const char *feed = memchr(bytes, '\n', (size_t)(end - bytes));
        if (!feed)
            break;
        count++;
        bytes = feed + 1;
    }
    return count;
}

/* The number of bytes up to and with the last line feed; 0 when there is none. */
static size_t whole_lines(const char *bytes, size_t size)
{
    const char *feed = size ? memrchr(bytes, '\n', size) : NULL;
    return feed ? (size_t)(feed - bytes) + 1 : 0;
}

/* Whether the line that begins at `from` is too long, as far as it is read: its end can only be at
 * `fresh` or behind. */
static bool line_too_long(const tip_buf *run, size_t from, size_t fresh)
{
    const char *feed = memchr(run->data + fresh, '\n', run->size - fresh);
    size_t end = feed ? (size_t)(feed - run->data) : run->size;
    return end - from > TIP_LINE_MAX;
}

/* Goes on reading behind `from`, where no line feed was found yet, to the end of that line. */
static tip_status finish_line(tip_loader *loader, size_t from, tip_buf *run, size_t *ret_whole,
                              tip_error *err)
{
    size_t whole = 0;
    while (whole == 0 && !loader->at_end) {
        size_t fresh = run->size;
        size_t got = 0;
        tip_status status = append_some(&loader->stream, CHUNK, run, &got, err);
        if (status != TIP_OK)
            return status;
        if (line_too_long(run, from, fresh))
            return tip_fail(err, TIP_TOO_LARGE, "%s:%zu: a line of more than %zu bytes",
                            loader->path, loader->first_line, TIP_LINE_MAX);
        loader->at_end = got == 0;
        whole = whole_lines(run->data + fresh, got);
        if (whole)
            whole += fresh - from;
    }
    *ret_whole = whole;
    return TIP_OK;
}

/* Appends a run, and says how many bytes of it are whole lines. */
static tip_status read_run(tip_loader *loader, size_t target, tip_buf *run, size_t *ret_whole,
                           tip_error *err)
{
    size_t from = run->size;
    if (tip_buf_add(run, loader->ahead.data, loader->ahead.size) != TIP_OK)
        return tip_fail_memory(err);
    tip_buf_clear(&loader->ahead);
    if (run->size - from < target && !loader->at_end) {
        size_t missing = target - (run->size - from);
        tip_status status = append_up_to(&loader->stream, missing, run, err);
        if (status != TIP_OK)
            return status;
        loader->at_end = run->size - from < target;
    }
    size_t whole = run->size > from ? whole_lines(run->data + from, run->size - from) : 0;
    if (whole == 0) {
        tip_status status = finish_line(loader, from, run, &whole, err);
        if (status != TIP_OK)
            return status;
    }
    *ret_whole = loader->at_end ? run->size - from : whole;
    return TIP_OK;
}

/* Keeps what is behind the run, and looks whether anything follows it. */
static tip_status look_ahead(tip_loader *loader, tip_str rest, tip_error *err)
{
    if (tip_buf_add(&loader->ahead, rest.data, rest.size) != TIP_OK)
        return tip_fail_memory(err);
    if (rest.size || loader->at_end)
        return TIP_OK;
    size_t got = 0;
    tip_status status = append_some(&loader->stream, PEEK, &loader->ahead, &got, err);
    if (status == TIP_OK)
        loader->at_end = got == 0;
    return status;
}

tip_status tip_loader_next(tip_loader *loader, size_t target_bytes, tip_buf *ret_lines,
                           size_t *ret_first_line, bool *ret_more, tip_error *err)
{
    size_t target = target_bytes ? target_bytes : 1;
    if (target > TIP_LINE_MAX)
        target = TIP_LINE_MAX;
    size_t from = ret_lines->size;
    size_t whole = 0;
    tip_status status = read_run(loader, target, ret_lines, &whole, err);
    if (status == TIP_OK) {
        tip_str rest = {ret_lines->data ? ret_lines->data + from + whole : NULL,
                        ret_lines->size - from - whole};
        status = look_ahead(loader, rest, err);
    }
    if (status != TIP_OK) {
        ret_lines->size = from;
        return status;
    }
    ret_lines->size = from + whole;
    *ret_first_line = loader->first_line;
    *ret_more = loader->ahead.size > 0;
    loader->first_line += whole ? count_lines(ret_lines->data + from, whole) : 0;
    return TIP_OK;
}
