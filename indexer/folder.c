/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/folder.h"

#include "base/clock.h"
#include "base/error.h"
#include "indexer/paths.h"
#include "portable/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STUB PORTABLE_STUB_NAME

/* A line for each shard is far shorter. */
enum { STUB_MAX = 4096 };

tip_status tip_folder_make(const char *path, tip_error *err)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return TIP_OK;
    return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot create the folder", path);
}

static tip_status sync_parent(const char *path, tip_error *err)
{
    char *copy = strdup(path);
    tip_status status = copy ? tip_sync_path(dirname(copy), err) : tip_fail_memory(err);
    free(copy);
    return status;
}

/* One that is still there after a loss of power. */
static tip_status make_lasting(const char *path, tip_error *err)
{
    if (mkdir(path, 0777) == 0)
        return sync_parent(path, err);
    return tip_folder_make(path, err);
}

/* The folder and those above it. */
static tip_status make_folders(const char *directory, tip_error *err)
{
    char *path = strdup(directory);
    if (!path)
        return tip_fail_memory(err);
    tip_status status = TIP_OK;
    for (char *slash = strchr(path + 1, '/'); slash && status == TIP_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        status = make_lasting(path, err);
        *slash = '/';
    }
    if (status == TIP_OK)
        status = make_lasting(path, err);
    free(path);
    return status;
}

/* The number behind `stem`, written as it is when a folder is made; 0 for any other name. */
static unsigned numbered(const char *name, const char *stem)
{
    char exact[32];
    size_t size = strlen(stem);
    if (strncmp(name, stem, size) != 0)
        return 0;
    unsigned number = (unsigned)strtoul(name + size, NULL, 10);
    snprintf(exact, sizeof exact, "%s%u", stem, number);
    return strcmp(name, exact) == 0 ? number : 0;
}

/* The number of a generation's folder; 0 for any other name. */
static unsigned generation_number(const char *name)
{
    return numbered(name, "gen-");
}

static bool is_ours(const char *name)
{
    unsigned shard;
    static const char *const names[] = {".",           "..", "lock",     "current",
                                        "current.new", STUB, STUB ".new"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return generation_number(name) > 0 || numbered(name, "new-") > 0 ||
           tip_shard_of_name(name, &shard);
}

static tip_status check_folder(const char *directory, tip_error *err)
{
    DIR *folder = opendir(directory);
    if (!folder)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot open the folder", directory);
    bool is_index = false;
    bool holds_others = false;
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        is_index = is_index || strcmp(entry->d_name, "current") == 0;
        holds_others = holds_others || !is_ours(entry->d_name);
    }
    closedir(folder);
    if (is_index || !holds_others)
        return TIP_OK;
    return tip_fail(err, TIP_BAD_ARGUMENT,
                    "%s: holds other files and is no index; name another folder with --db",
                    directory);
}

tip_status tip_folder_prepare(const char *directory, tip_error *err)
{
    tip_status status = make_folders(directory, err);
    return status == TIP_OK ? check_folder(directory, err) : status;
}

static tip_status try_lock(int fd, const char *directory, tip_error *err)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return TIP_OK;
    if (errno == EWOULDBLOCK || errno == EINTR)
        return tip_fail(err, TIP_LOCKED,
                        "%s: another tipindex is updating this index; wait for it, or use --wait "
                        "SECONDS",
                        directory);
    return tip_fail_errno(err, TIP_IO_ERROR, errno,
                          "%s/lock: cannot lock; an index needs a file system with locks, such as "
                          "a local disk",
                          directory);
}

tip_status tip_folder_lock(const char *directory, unsigned wait_seconds, int *ret_lock,
                           tip_error *err)
{
    const struct timespec pause = {0, 100 * 1000 * 1000};
    char *path = tip_path_join(directory, "lock");
    if (!path)
        return tip_fail_memory(err);
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    int error = errno;
    free(path);
    if (fd < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, error, "%s/lock: cannot open", directory);
    tip_status status = try_lock(fd, directory, err);
    double end = tip_seconds_now() + wait_seconds;
    while (status == TIP_LOCKED && tip_seconds_now() < end) {
        nanosleep(&pause, NULL);
        status = try_lock(fd, directory, err);
    }
    if (status == TIP_OK)
        *ret_lock = fd;
    else
        close(fd);
    return status;
}

/* ---- What names the database to other programs ---- */

/* The beginning of each line that we write there. */
#define STUB_START "auto "

/* What is no plain file, or larger than ours are, reads as nothing. */
static void read_stub(const char *path, char *text, size_t size)
{
    int fd;
    *text = '\0';
    if (tip_open_in_index(path, &fd, NULL) != TIP_OK)
        return;
    ssize_t n = read(fd, text, size);
    close(fd);
    text[n > 0 && (size_t)n < size ? n : 0] = '\0';
}

tip_status tip_folder_write_stub(const char *directory, const char *text, tip_error *err)
{
    char before[STUB_MAX];
    char *path = tip_path_join(directory, STUB);
    tip_status status = TIP_OK;
    if (!path)
        return tip_fail_memory(err);
    read_stub(path, before, sizeof before);
    if (text && strcmp(before, text) != 0)
        status = tip_replace_file(path, text, err);
    if (!text && strncmp(before, STUB_START, strlen(STUB_START)) == 0 && unlink(path) != 0)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot remove", path);
    free(path);
    return status;
}

tip_status tip_folder_name_database(const char *directory, tip_layout layout, unsigned number,
                                    tip_error *err)
{
    char text[64];
    snprintf(text, sizeof text, STUB_START "gen-%u/" PORTABLE_DATABASE_NAME "\n", number);
    return tip_folder_write_stub(directory, layout == TIP_LAYOUT_PORTABLE ? text : NULL, err);
}

/* Where there was no name: `current` must not lead to a database before it has one. */
static tip_status put_first_in_use(const char *directory, unsigned number,
                                   uint64_t manifest_checksum, tip_error *err)
{
    tip_status status = tip_folder_name_database(directory, TIP_LAYOUT_PORTABLE, number, err);
    if (status == TIP_OK)
        status = tip_sync_path(directory, err);
    if (status == TIP_OK)
        status = tip_generation_publish(directory, number, manifest_checksum, err);
    if (status != TIP_OK)
        (void)tip_folder_write_stub(directory, NULL, NULL);
    return status;
}

/* Searches go by the name where there is one, which is why it changes last. */
tip_status tip_folder_put_in_use(const char *directory, tip_layout layout, unsigned number,
                                 uint64_t manifest_checksum, tip_error *err)
{
    if (layout == TIP_LAYOUT_PORTABLE && !tip_folder_has_stub(directory))
        return put_first_in_use(directory, number, manifest_checksum, err);
    tip_status status = tip_generation_publish(directory, number, manifest_checksum, err);
    return status == TIP_OK ? tip_folder_name_database(directory, layout, number, err) : status;
}

tip_status tip_folder_add_shard(unsigned shard, tip_buf *lines)
{
    char *line = NULL;
    char *path = tip_index_shard_directory(".", shard);
    if (!path || asprintf(&line, STUB_START "%s\n", path + strlen("./")) < 0)
        line = NULL;
    tip_status status = line ? tip_buf_add_text(lines, line) : TIP_NO_MEMORY;
    free(path);
    free(line);
    return status;
}

bool tip_folder_has_stub(const char *directory)
{
    char text[STUB_MAX];
    char *path = tip_path_join(directory, STUB);
    if (!path)
        return false;
    read_stub(path, text, sizeof text);
    free(path);
    return strncmp(text, STUB_START, strlen(STUB_START)) == 0;
}

/* ---- Old generations ---- */

static void note_removal(const tip_update_options *options, const char *path)
{
    char message[512];
    if (!options->note)
        return;
    snprintf(message, sizeof message, "removing %s", path);
    options->note(options->payload, message);
}

/* Removes a folder unless a reader holds it: readers have a shared lock on its manifest. The lock
 * taken here keeps new ones out until the folder is gone. */
static void remove_unless_held(const char *path, const tip_update_options *options)
{
    if (rmdir(path) == 0)
        return; /* it only remembered a number */
    char *manifest = tip_path_join(path, "manifest.json");
    int fd = manifest ? open(manifest, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    free(manifest);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) {
        note_removal(options, path);
        (void)tip_remove_tree(path, NULL);
    }
    if (fd >= 0)
        close(fd);
}

unsigned tip_folder_newest_below(const char *directory, unsigned limit)
{
    unsigned newest = 0;
    DIR *folder = opendir(directory);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        unsigned number = generation_number(entry->d_name);
        if (number < limit && number > newest)
            newest = number;
    }
    if (folder)
        closedir(folder);
    return newest;
}

unsigned tip_folder_next_number(const char *directory)
{
    return tip_folder_newest_below(directory, UINT_MAX) + 1;
}

/* Which generations stay. */
typedef struct kept {
    unsigned current;
    unsigned newest; /* of the older ones; and the oldest, which is higher if none is to stay */
    unsigned oldest;
} kept;

static kept choose_kept(const char *directory, unsigned current, unsigned previous, unsigned keep)
{
    bool is_known = previous > 0 && previous < current;
    kept k = {current, is_known ? previous : current - 1, current};
    unsigned limit = k.newest + 1;
    for (; keep > 0 && (limit = tip_folder_newest_below(directory, limit)) > 0; keep--)
        k.oldest = limit;
    return k;
}

static bool is_leftover(const char *name, const kept *k)
{
    unsigned number = generation_number(name);
    if (number > 0)
        return number != k->current && (number < k->oldest || number > k->newest);
    return strcmp(name, "current.new") == 0 || strcmp(name, STUB ".new") == 0 ||
           numbered(name, "new-") > 0;
}

/* An empty folder remembers the highest number ever used until there is a higher one. */
static void remember_number(const char *directory, unsigned number)
{
    char *path = NULL;
    if (asprintf(&path, "%s/gen-%u", directory, number) < 0)
        return;
    (void)tip_folder_make(path, NULL);
    free(path);
}

void tip_folder_clean(const char *directory, unsigned current, unsigned previous,
                      const tip_update_options *options)
{
    const kept k = choose_kept(directory, current, previous, options->keep);
    unsigned highest = tip_folder_newest_below(directory, UINT_MAX);
    DIR *folder = opendir(directory);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        if (!is_leftover(entry->d_name, &k))
            continue;
        char *path = tip_path_join(directory, entry->d_name);
        if (path)
            remove_unless_held(path, options);
        free(path);
    }
    if (folder)
        closedir(folder);
    if (highest > current)
        remember_number(directory, highest);
}
