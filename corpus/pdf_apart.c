/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/pdf_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PAGE_SECONDS = 60,
    ALL_SECONDS = 600,
    TITLE_MAX = 4096 /* bytes; what is longer is no title */
};

#define MEMORY_MAX ((rlim_t)1024 * 1024 * 1024)

/* What goes through the pipe: this, then `count` words, then `text_size` bytes. */
enum message_kind { MESSAGE_TITLE = 1, MESSAGE_PAGE, MESSAGE_END };

struct message {
    uint32_t kind;
    uint32_t number; /* of the page; or how the extraction ended */
    float width, height;
    uint32_t count;
    uint32_t text_size;
};

/* --- the child --- */

static tip_status write_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size) {
        ssize_t wrote = write(fd, at, size);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return TIP_IO_ERROR;
        at += wrote;
        size -= (size_t)wrote;
    }
    return TIP_OK;
}

static tip_status send_title(void *payload, tip_str title)
{
    const int *pipe_in = payload;
    struct message message = {.kind = MESSAGE_TITLE, .text_size = (uint32_t)title.size};
    if (title.size > TITLE_MAX)
        return TIP_OK;
    tip_status status = write_all(*pipe_in, &message, sizeof message);
    return status == TIP_OK ? write_all(*pipe_in, title.data, title.size) : status;
}

static tip_status send_page(void *payload, const tip_pdf_page *page)
{
    const int *pipe_in = payload;
    struct message message = {.kind = MESSAGE_PAGE,
                              .number = page->number,
                              .width = page->width,
                              .height = page->height,
                              .count = (uint32_t)page->count,
                              .text_size = (uint32_t)page->text.size};
    tip_status status = write_all(*pipe_in, &message, sizeof message);
    if (status == TIP_OK)
        status = write_all(*pipe_in, page->words, page->count * sizeof *page->words);
    return status == TIP_OK ? write_all(*pipe_in, page->text.data, page->text.size) : status;
}

/* The address space in use, in bytes. */
static rlim_t memory_in_use(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    int got = fscanf(file, "%lu", &pages);
    (void)fclose(file);
    return got == 1 ? (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) : 0;
}

static void limit(int resource, rlim_t most)
{
    struct rlimit both = {most, most};
    (void)setrlimit((__rlimit_resource_t)resource, &both);
}

/* The child must not outlive its parent, hold others' files open, print, or take all there is. */
static void confine(int *pipe_in)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
        (void)dup2(null, fd);
    int moved = dup2(*pipe_in, STDERR_FILENO + 1);
    if (moved >= 0)
        *pipe_in = moved;
    (void)close_range((unsigned)*pipe_in + 1, ~0u, 0);
    const int faults[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGPIPE, SIGTERM, SIGINT};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        (void)signal(faults[i], SIG_DFL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, ALL_SECONDS);
    rlim_t used = memory_in_use();
    if (used)
        limit(RLIMIT_AS, used + MEMORY_MAX);
}

static void run_child(int pipe_in, tip_pdf_extract_fn *extract, tip_str bytes)
{
    confine(&pipe_in);
    tip_pdf_sink sink = {.title = send_title, .page = send_page, .payload = &pipe_in};
    struct message message = {.kind = MESSAGE_END, .number = extract(bytes, &sink)};
    (void)write_all(pipe_in, &message, sizeof message);
    _exit(0);
}

/* --- the parent --- */

struct reader {
    int pipe_out;
    int64_t page_deadline, deadline; /* milliseconds of the monotonic clock */
    tip_buf words, text;
    bool ended; /* the child has gone before its last message */
    const tip_input *input;
    tip_error *err;
};

static int64_t now_ms(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static tip_status fail(const struct reader *reader, tip_status status, const char *what)
{
    tip_str path = reader->input->path;
    return tip_fail(reader->err, status, "%.*s: %s", (int)path.size, path.data, what);
}

/* Waits until there is something to read, or the child is gone. */
static tip_status wait_for_child(const struct reader *reader)
{
    struct pollfd poll_fd = {.fd = reader->pipe_out, .events = POLLIN};
    for (;;) {
        int64_t end =
            reader->page_deadline < reader->deadline ? reader->page_deadline : reader->deadline;
        int64_t left = end - now_ms();
        int ready = left > 0 ? poll(&poll_fd, 1, (int)left) : 0;
        if (ready > 0)
            return TIP_OK;
        if (ready == 0)
            return fail(reader, TIP_TOO_LARGE,
                        "extracting its text takes too long; convert it with another program");
        if (errno != EINTR)
            return fail(reader, TIP_IO_ERROR, "cannot wait for the text of this PDF");
    }
}

static tip_status read_all(struct reader *reader, void *room, size_t size)
{
    char *at = room;
    while (size) {
        tip_status status = wait_for_child(reader);
        if (status != TIP_OK)
            return status;
        ssize_t got = read(reader->pipe_out, at, size);
        if (got < 0 && errno == EINTR)
            continue;
        reader->ended = got == 0;
        if (got <= 0)
            return fail(reader, TIP_BAD_INPUT,
                        "this PDF made the program that extracts its text crash or run out of "
                        "memory; print it to a new PDF, or convert it to text");
        at += got;
        size -= (size_t)got;
    }
    return TIP_OK;
}

static tip_status read_into(struct reader *reader, tip_buf *buf, size_t size)
{
    tip_buf_clear(buf);
    if (tip_buf_reserve(buf, size ? size : 1) != TIP_OK)
        return tip_fail_memory(reader->err);
    tip_status status = read_all(reader, buf->data, size);
    if (status == TIP_OK)
        buf->size = size;
    return status;
}

/* The child reads hostile bytes, so what it sends is not believed. */
static bool is_sane(const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_TITLE:
        return message->count == 0 && message->text_size <= TITLE_MAX;
    case MESSAGE_PAGE:
        return message->count <= TIP_PDF_WORDS_MAX + 1 && message->text_size <= TIP_PDF_TEXT_MAX;
    case MESSAGE_END:
        return message->count == 0 && message->text_size == 0;
    default:
        return false;
    }
}

static bool words_are_sane(const tip_pdf_word *words, size_t count, size_t text_size)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].text > text_size || words[i].text_size > text_size - words[i].text)
            return false;
    return true;
}

static tip_status take_page(struct reader *reader, const struct message *message,
                            const tip_pdf_sink *sink)
{
    const tip_pdf_word *words = (const void *)reader->words.data;
    tip_pdf_page page = {.number = message->number,
                         .width = message->width,
                         .height = message->height,
                         .words = words,
                         .count = message->count,
                         .text = tip_buf_str(&reader->text)};
    if (!words_are_sane(words, page.count, page.text.size))
        return fail(reader, TIP_BAD_INPUT, "this PDF confuses the program that extracts its text");
    return sink->page(sink->payload, &page);
}

static tip_status take_end(const struct reader *reader, uint32_t end)
{
    switch (end) {
    case TIP_PDF_READ:
        return TIP_OK;
    case TIP_PDF_LOCKED:
        return fail(reader, TIP_BAD_INPUT,
                    "this PDF is encrypted; save a copy that opens without a password");
    case TIP_PDF_DAMAGED:
        return fail(reader, TIP_BAD_INPUT, "this is no PDF, or it is damaged or cut off");
    case TIP_PDF_TOO_LONG:
        return tip_fail(reader->err, TIP_TOO_LARGE, "%.*s: a PDF of more than %u pages",
                        (int)reader->input->path.size, reader->input->path.data, TIP_PDF_PAGES_MAX);
    default:
        return tip_fail_memory(reader->err);
    }
}

static tip_status read_messages(struct reader *reader, const tip_pdf_sink *sink)
{
    struct message message = {0};
    tip_status status = TIP_OK;
    reader->deadline = now_ms() + ALL_SECONDS * 1000;
    while (status == TIP_OK && message.kind != MESSAGE_END) {
        reader->page_deadline = now_ms() + PAGE_SECONDS * 1000;
        status = read_all(reader, &message, sizeof message);
        if (status == TIP_OK && !is_sane(&message))
            status =
                fail(reader, TIP_BAD_INPUT, "this PDF confuses the program that extracts its text");
        if (status == TIP_OK)
            status = read_into(reader, &reader->words, message.count * sizeof(tip_pdf_word));
        if (status == TIP_OK)
            status = read_into(reader, &reader->text, message.text_size);
        if (status == TIP_OK && message.kind == MESSAGE_TITLE)
            status = sink->title(sink->payload, tip_buf_str(&reader->text));
        if (status == TIP_OK && message.kind == MESSAGE_PAGE)
            status = take_page(reader, &message, sink);
    }
    return status == TIP_OK ? take_end(reader, message.number) : status;
}

/* What kills it without asking is not the file: the kernel does where memory runs out. */
static tip_status wait_for_end(const struct reader *reader, pid_t child, tip_status status)
{
    int how = 0;
    if (status != TIP_OK && !reader->ended)
        (void)kill(child, SIGKILL);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR)
        ;
    if (reader->ended && WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL)
        return fail(reader, TIP_IO_ERROR,
                    "the program that extracts its text was killed, perhaps as memory ran out; the "
                    "next update tries again");
    return status;
}

tip_status tip_pdf_extract_apart(const tip_input *input, const tip_pdf_sink *sink, tip_error *err)
{
    int ends[2];
    struct reader reader = {.input = input, .err = err};
    tip_pdf_extract_fn *extract;
    tip_status status = tip_pdf_load(input->path, &extract, err);
    if (status != TIP_OK)
        return status;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%.*s: cannot make a pipe",
                              (int)input->path.size, input->path.data);
    pid_t child = fork();
    if (child == 0)
        run_child(ends[1], extract, input->bytes);
    int error = errno;
    (void)close(ends[1]);
    reader.pipe_out = ends[0];
    status = child > 0 ? read_messages(&reader, sink)
                       : tip_fail_errno(err, TIP_IO_ERROR, error, "%.*s: cannot start a process",
                                        (int)input->path.size, input->path.data);
    (void)close(ends[0]);
    if (child > 0)
        status = wait_for_end(&reader, child, status);
    tip_buf_free(&reader.words);
    tip_buf_free(&reader.text);
    return status;
}
