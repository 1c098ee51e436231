/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the operating system does for an index's folder. */
#include "base/error.h"
#include "store/generation.h"
#include "tip/index.h"

#define XXH_STATIC_LINKING_ONLY
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { READ_SIZE = 256 * 1024 };

char *tip_path_join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

char *tip_index_default_directory(void)
{
    const char *index = environment("TIPSEARCH_DB");
    const char *data = environment("XDG_DATA_HOME");
    const char *home = environment("HOME");
    if (index)
        return strdup(index);
    if (data)
        return tip_path_join(data, "tipsearch");
    return home ? tip_path_join(home, ".local/share/tipsearch") : NULL;
}

tip_status tip_sync_path(const char *path, tip_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot open", path);
    int result = fsync(fd);
    int error = errno;
    close(fd);
    /* Some file systems cannot sync a folder; they say so with EINVAL. */
    if (result != 0 && error != EINVAL)
        return tip_fail_errno(err, TIP_IO_ERROR, error, "%s: cannot sync to disk", path);
    return TIP_OK;
}

static tip_status hash_file(int fd, const char *path, XXH3_state_t *hash, tip_error *err)
{
    char *buffer = malloc(READ_SIZE);
    if (!buffer)
        return tip_fail_memory(err);
    ssize_t n;
    while ((n = read(fd, buffer, READ_SIZE)) != 0) {
        if (n > 0)
            XXH3_64bits_update(hash, buffer, (size_t)n);
        else if (errno != EINTR)
            break;
    }
    int error = errno;
    free(buffer);
    if (n < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, error, "%s: cannot read", path);
    return TIP_OK;
}

tip_status tip_file_checksum(const char *path, uint64_t *ret_checksum, tip_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return tip_fail_errno(err, errno == ENOENT ? TIP_NOT_FOUND : TIP_IO_ERROR, errno,
                              "%s: cannot open", path);
    XXH3_state_t *hash = XXH3_createState();
    tip_status status = hash ? TIP_OK : tip_fail_memory(err);
    if (hash)
        XXH3_64bits_reset(hash);
    if (status == TIP_OK)
        status = hash_file(fd, path, hash, err);
    if (status == TIP_OK)
        *ret_checksum = XXH3_64bits_digest(hash);
    XXH3_freeState(hash);
    close(fd);
    return status;
}
