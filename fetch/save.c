/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/save.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

tip_status fetch_make_folder(const char *path, tip_error *err)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return TIP_OK;
    int error = errno;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return TIP_OK;
    return tip_fail_errno(err, TIP_IO_ERROR, error, "%s: cannot make this folder", path);
}

time_t fetch_saved_time(const char *path)
{
    struct stat status;
    bool saved = stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    return saved ? status.st_mtime : 0;
}

static tip_status write_all(int fd, tip_str bytes)
{
    while (bytes.size > 0) {
        ssize_t size = write(fd, bytes.data, bytes.size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return TIP_IO_ERROR;
        bytes = (tip_str){bytes.data + size, bytes.size - (size_t)size};
    }
    return TIP_OK;
}

/* The whole file, on disk; errno says why not. */
static tip_status write_part(const char *part, tip_str bytes, time_t modified)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = modified}};
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return TIP_IO_ERROR;
    tip_status status = write_all(fd, bytes);
    if (!status && (futimens(fd, times) != 0 || fsync(fd) != 0))
        status = TIP_IO_ERROR;
    int error = errno;
    if (close(fd) != 0 && !status)
        return TIP_IO_ERROR;
    errno = error;
    return status;
}

tip_status fetch_save(const char *folder, const char *name, tip_str bytes, time_t modified,
                      tip_error *err)
{
    char *part = NULL, *path = NULL;
    if (asprintf(&part, "%s/.%s.part", folder, name) < 0)
        return tip_fail_memory(err);
    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        free(part);
        return tip_fail_memory(err);
    }
    tip_status status = write_part(part, bytes, modified);
    if (!status && rename(part, path) != 0)
        status = TIP_IO_ERROR;
    if (status) {
        tip_fail_errno(err, status, errno, "%s: cannot write", path);
        unlink(part);
    }
    free(part);
    free(path);
    return status;
}
