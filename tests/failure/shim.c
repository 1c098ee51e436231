/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A library to be preloaded: it counts the calls by which a program changes files below one folder,
 * or those by which it reads them, and lets one of them go wrong. Told by the environment:
 *
 *   TIP_FAIL_BELOW  the folder, an absolute path
 *   TIP_FAIL_STATE  a file of two 64-bit numbers: calls counted so far, and 1 once one went wrong
 *   TIP_FAIL_AT     which call goes wrong, from 1; 0 for none
 *   TIP_FAIL_TRACE  a file to which each of these calls is added, a line "CALL PATH"; may be unset
 *   TIP_FAIL_HOW    kill: the process is killed there, half of a write being done;
 *                   enospc, eio, eintr: the call fails so; short: a write does only half;
 *                   nolock: no call fails but every flock, as on a file system without locks;
 *                   read-eio, read-eintr, read-short: the same of what reads;
 *                   replace: a file that is opened to be read has just become another, that in
 *   TIP_FAIL_BY     or, if that is empty, is no more
 *
 * The C library's own streams do not come back here for their writes, so opening, flushing and
 * closing them are counted instead. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A fault of this value is none, or the end of the process. */
enum { FAULT_NONE = 0, FAULT_SHORT = -1, FAULT_KILL = -2, FAULT_REPLACE = -3 };

/* What is counted. */
enum calls { CHANGES, READS, OPENS };

struct state {
    _Atomic uint64_t calls;
    _Atomic uint64_t fired;
};

static struct state *state;
static const char *below;
static uint64_t fail_at;
static int fail_how;
static enum calls counted;
static int trace = -1;

/* Says also what it is a fault of. */
static int fault_of_name(const char *how)
{
    static const char reading[] = "read-";
    if (strncmp(how, reading, sizeof reading - 1) == 0) {
        counted = READS;
        how += sizeof reading - 1;
    }
    if (strcmp(how, "replace") == 0) {
        counted = OPENS;
        return FAULT_REPLACE;
    }
    if (strcmp(how, "kill") == 0)
        return FAULT_KILL;
    if (strcmp(how, "short") == 0)
        return FAULT_SHORT;
    if (strcmp(how, "enospc") == 0)
        return ENOSPC;
    if (strcmp(how, "nolock") == 0)
        return ENOLCK;
    return strcmp(how, "eintr") == 0 ? EINTR : EIO;
}

/* The address of what is being stood in for. */
static void *next(const char *name)
{
    void *address = dlsym(RTLD_NEXT, name);
    if (!address)
        abort();
    return address;
}

/* Declares `real` as the function that the one around it stands in for. */
#define REAL(type, name, ...)                                                                      \
    type (*real)(__VA_ARGS__);                                                                     \
    *(void **)&real = next(name)

static int real_open(const char *path, int flags, mode_t mode)
{
    REAL(int, "open", const char *, int, ...);
    return real(path, flags, mode);
}

static int real_close(int fd)
{
    REAL(int, "close", int);
    return real(fd);
}

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("TIP_FAIL_STATE");
    const char *at = getenv("TIP_FAIL_AT");
    const char *how = getenv("TIP_FAIL_HOW");
    if (!path || !at || !how)
        return;
    fail_at = strtoull(at, NULL, 10);
    fail_how = fault_of_name(how);
    int fd = real_open(path, O_RDWR | O_CLOEXEC, 0);
    void *map = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || map == MAP_FAILED)
        abort();
    (void)real_close(fd);
    state = map;
    below = getenv("TIP_FAIL_BELOW");
    const char *trace_path = getenv("TIP_FAIL_TRACE");
    if (trace_path)
        trace = real_open(trace_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

/* ---- Counting ---- */

static bool is_below(const char *path)
{
    size_t size = below ? strlen(below) : 0;
    return size > 0 && strncmp(path, below, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

/* Writes go straight to the kernel, not through what stands below. */
static void note_call(const char *call, const char *path)
{
    if (trace >= 0)
        dprintf(trace, "%s %s\n", call, path);
}

static int count_call(const char *call, const char *path)
{
    note_call(call, path);
    if (atomic_fetch_add(&state->calls, 1) + 1 != fail_at)
        return FAULT_NONE;
    atomic_store(&state->fired, 1);
    return fail_how;
}

static int fault_of(enum calls calls, const char *call, const char *path)
{
    return calls == counted && is_below(path) ? count_call(call, path) : FAULT_NONE;
}

static int fault_of_path(const char *call, const char *path)
{
    return fault_of(CHANGES, call, path);
}

static int fault_of_open_file(enum calls calls, const char *call, int fd)
{
    char link[64];
    char path[4096];
    int error = errno;
    if (!below || fd < 0)
        return FAULT_NONE;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = error;
    if (size < 0)
        return FAULT_NONE;
    path[size] = '\0';
    return fault_of(calls, call, path);
}

static int fault_of_fd(const char *call, int fd)
{
    return fault_of_open_file(CHANGES, call, fd);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Whether a call has to fail; errno is set then. */
static bool fails(int fault)
{
    if (fault == FAULT_KILL)
        die();
    if (fault <= FAULT_NONE)
        return false;
    errno = fault;
    return true;
}

/* ---- Opening ---- */

static void replace_if_told(const char *call, const char *path, int flags)
{
    const char *by = getenv("TIP_FAIL_BY");
    REAL(int, "rename", const char *, const char *);
    if ((flags & (O_ACCMODE | O_DIRECTORY)) != O_RDONLY ||
        fault_of(OPENS, call, path) != FAULT_REPLACE)
        return;
    if (!by || (*by ? real(by, path) : unlink(path)) != 0)
        abort();
}

static bool creates(int flags)
{
    return (flags & O_CREAT) != 0;
}

static mode_t mode_argument(int flags, va_list args)
{
    return creates(flags) ? (mode_t)va_arg(args, unsigned) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_argument(flags, args);
    va_end(args);
    if (creates(flags) && fails(fault_of_path(__func__, path)))
        return -1;
    replace_if_told(__func__, path, flags);
    return real_open(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_argument(flags, args);
    va_end(args);
    if (creates(flags) && fails(fault_of_path(__func__, path)))
        return -1;
    replace_if_told(__func__, path, flags);
    return real_open(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    REAL(int, "openat", int, const char *, int, ...);
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_argument(flags, args);
    va_end(args);
    if (creates(flags) &&
        fails(*path == '/' ? fault_of_path(__func__, path) : fault_of_fd(__func__, folder)))
        return -1;
    return real(folder, path, flags, mode);
}

/* ---- Descriptors ---- */

ssize_t read(int fd, void *bytes, size_t size)
{
    REAL(ssize_t, "read", int, void *, size_t);
    int fault = fault_of_open_file(READS, __func__, fd);
    if (fails(fault))
        return -1;
    return real(fd, bytes, fault == FAULT_SHORT && size > 1 ? size / 2 : size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset)
{
    REAL(ssize_t, "pread", int, void *, size_t, off_t);
    int fault = fault_of_open_file(READS, __func__, fd);
    if (fails(fault))
        return -1;
    return real(fd, bytes, fault == FAULT_SHORT && size > 1 ? size / 2 : size, offset);
}

ssize_t pread64(int fd, void *bytes, size_t size, off_t offset)
{
    return pread(fd, bytes, size, offset);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    int fault = fault_of_fd(__func__, fd);
    if (fault == FAULT_KILL && size > 1)
        (void)real(fd, bytes, size / 2);
    if (fails(fault))
        return -1;
    return real(fd, bytes, fault == FAULT_SHORT && size > 1 ? size / 2 : size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    int fault = fault_of_fd(__func__, fd);
    if (fault == FAULT_KILL && size > 1)
        (void)real(fd, bytes, size / 2, offset);
    if (fails(fault))
        return -1;
    return real(fd, bytes, fault == FAULT_SHORT && size > 1 ? size / 2 : size, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
    return pwrite(fd, bytes, size, offset);
}

int ftruncate(int fd, off_t size)
{
    REAL(int, "ftruncate", int, off_t);
    return fails(fault_of_fd(__func__, fd)) ? -1 : real(fd, size);
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    return fails(fault_of_fd(__func__, fd)) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    REAL(int, "fdatasync", int);
    return fails(fault_of_fd(__func__, fd)) ? -1 : real(fd);
}

/* A close that fails has closed. */
int close(int fd)
{
    bool failed = fails(fault_of_fd(__func__, fd));
    int error = errno;
    int result = real_close(fd);
    if (!failed)
        return result;
    errno = error;
    return -1;
}

int flock(int fd, int operation)
{
    REAL(int, "flock", int, int);
    if (state && fail_how == ENOLCK && operation != LOCK_UN) {
        (void)fault_of_fd(__func__, fd);
        errno = ENOLCK;
        return -1;
    }
    return real(fd, operation);
}

/* ---- Names ---- */

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return fails(fault_of_path(__func__, to)) ? -1 : real(from, to);
}

int link(const char *from, const char *to)
{
    REAL(int, "link", const char *, const char *);
    return fails(fault_of_path(__func__, to)) ? -1 : real(from, to);
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    return fails(fault_of_path(__func__, path)) ? -1 : real(path);
}

int remove(const char *path)
{
    REAL(int, "remove", const char *);
    return fails(fault_of_path(__func__, path)) ? -1 : real(path);
}

int rmdir(const char *path)
{
    REAL(int, "rmdir", const char *);
    return fails(fault_of_path(__func__, path)) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    return fails(fault_of_path(__func__, path)) ? -1 : real(path, mode);
}

/* ---- Streams ---- */

static FILE *open_stream(const char *name, const char *path, const char *mode)
{
    REAL(FILE *, name, const char *, const char *);
    bool reads = mode[0] == 'r' && !strchr(mode, '+');
    return !reads && fails(fault_of_path(__func__, path)) ? NULL : real(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return open_stream("fopen", path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return open_stream("fopen64", path, mode);
}

/* What a failing stream had not written yet is lost. */
static bool stream_fails(FILE *stream)
{
    const char *call = __fpending(stream) > 0 ? "flush" : "close";
    bool failed = __fwriting(stream) && fails(fault_of_fd(call, fileno(stream)));
    if (failed)
        __fpurge(stream);
    return failed;
}

int fflush(FILE *stream)
{
    REAL(int, "fflush", FILE *);
    return stream && stream_fails(stream) ? EOF : real(stream);
}

int fclose(FILE *stream)
{
    REAL(int, "fclose", FILE *);
    bool failed = stream_fails(stream);
    int error = errno;
    int result = real(stream);
    if (!failed)
        return result;
    errno = error;
    return EOF;
}
