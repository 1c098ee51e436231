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
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { READ_SIZE = 64 * 1024 };

const char *const tip_glass_files[] = {"iamglass",       "docdata.glass",  "position.glass",
                                       "postlist.glass", "termlist.glass", NULL};

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

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
    return true;
}

static tip_status copy_bytes(int from, int to, const char *path, tip_error *err)
{
    char buffer[READ_SIZE];
    ssize_t n;
    while ((n = read(from, buffer, READ_SIZE)) != 0) {
        if (n < 0 ? errno != EINTR : !write_all(to, buffer, (size_t)n)) {
            n = -1;
            break;
        }
    }
    if (n < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot write", path);
    return TIP_OK;
}

tip_status tip_copy_file(const char *old_path, const char *path, tip_error *err)
{
    int from = open(old_path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot open", old_path);
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    tip_status status;
    if (to < 0)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot create", path);
    else
        status = copy_bytes(from, to, path, err);
    if (to >= 0 && close(to) != 0 && status == TIP_OK)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot write", path);
    close(from);
    return status;
}

tip_status tip_link_file(const char *old_path, const char *path, tip_error *err)
{
    return link(old_path, path) == 0 ? TIP_OK : tip_copy_file(old_path, path, err);
}

static tip_status write_synced(const char *path, const char *text, tip_error *err)
{
    /* A link that somebody has put there is not followed. */
    (void)unlink(path);
    FILE *file = fopen(path, "wxe");
    if (!file)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot create", path);
    bool failed = fputs(text, file) == EOF || fflush(file) != 0 || fsync(fileno(file)) != 0;
    int error = errno;
    if (fclose(file) != 0 && !failed) {
        failed = true;
        error = errno;
    }
    if (failed)
        return tip_fail_errno(err, TIP_IO_ERROR, error, "%s: cannot write", path);
    return TIP_OK;
}

tip_status tip_replace_file(const char *path, const char *text, tip_error *err)
{
    char *fresh = NULL;
    if (asprintf(&fresh, "%s.new", path) < 0)
        return tip_fail_memory(err);
    tip_status status = write_synced(fresh, text, err);
    if (status == TIP_OK && rename(fresh, path) != 0)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot rename", fresh);
    free(fresh);
    return status;
}

tip_status tip_open_in_index(const char *path, int *ret_fd, tip_error *err)
{
    struct stat st;
    /* A pipe would be waited for otherwise. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno != ELOOP)
        return tip_fail_errno(err,
                              errno == ENOENT || errno == ENOTDIR ? TIP_NOT_FOUND : TIP_IO_ERROR,
                              errno, "%s: cannot open", path);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *ret_fd = fd;
        return TIP_OK;
    }
    if (fd >= 0)
        close(fd);
    return tip_fail(err, TIP_CORRUPT,
                    "%s: damaged (not a file); rebuild the index with tipindex --rebuild", path);
}

static tip_status hash_file(int fd, const char *path, XXH3_state_t *hash, tip_error *err)
{
    char buffer[READ_SIZE];
    ssize_t n;
    while ((n = read(fd, buffer, READ_SIZE)) != 0) {
        if (n > 0)
            XXH3_64bits_update(hash, buffer, (size_t)n);
        else if (errno != EINTR)
            break;
    }
    if (n < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot read", path);
    return TIP_OK;
}

tip_status tip_open_file_checksum(int fd, const char *path, uint64_t *ret_checksum, tip_error *err)
{
    XXH3_state_t *hash = XXH3_createState();
    if (!hash)
        return tip_fail_memory(err);
    XXH3_64bits_reset(hash);
    tip_status status = hash_file(fd, path, hash, err);
    if (status == TIP_OK)
        *ret_checksum = XXH3_64bits_digest(hash);
    XXH3_freeState(hash);
    return status;
}

tip_status tip_file_checksum(const char *path, uint64_t *ret_checksum, tip_error *err)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return tip_fail_errno(err, errno == ENOENT ? TIP_NOT_FOUND : TIP_IO_ERROR, errno,
                              "%s: cannot open", path);
    tip_status status = tip_open_file_checksum(fd, path, ret_checksum, err);
    close(fd);
    return status;
}

/* Tables that a database does not need have no file. */
static tip_status hash_table(const char *folder, const char *name, XXH3_state_t *hash,
                             tip_error *err)
{
    uint64_t checksum;
    char *path = tip_path_join(folder, name);
    tip_status status = path ? tip_file_checksum(path, &checksum, err) : tip_fail_memory(err);
    if (status == TIP_OK) {
        XXH3_64bits_update(hash, name, strlen(name) + 1);
        XXH3_64bits_update(hash, &checksum, sizeof checksum);
    }
    bool is_optional = strcmp(name, "iamglass") != 0;
    free(path);
    return status == TIP_NOT_FOUND && is_optional ? TIP_OK : status;
}

tip_status tip_folder_checksum(const char *path, uint64_t *ret_checksum, tip_error *err)
{
    XXH3_state_t *hash = XXH3_createState();
    if (!hash)
        return tip_fail_memory(err);
    XXH3_64bits_reset(hash);
    tip_status status = TIP_OK;
    for (size_t i = 0; tip_glass_files[i] && status == TIP_OK; i++)
        status = hash_table(path, tip_glass_files[i], hash, err);
    if (status == TIP_OK)
        *ret_checksum = XXH3_64bits_digest(hash);
    XXH3_freeState(hash);
    return status;
}
