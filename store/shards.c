/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folders of an index in shards. */
#include "store/generation.h"
#include "tip/index.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *tip_index_shard_directory(const char *directory, unsigned shard)
{
    char *path = NULL;
    return asprintf(&path, "%s/shard-%02u", directory, shard) < 0 ? NULL : path;
}

bool tip_shard_of_name(const char *name, unsigned *ret_shard)
{
    static const char start[] = "shard-";
    const char *digits = name + sizeof start - 1;
    if (strncmp(name, start, sizeof start - 1) != 0 || strspn(digits, "0123456789") != 2 ||
        digits[2] != '\0')
        return false;
    *ret_shard = (unsigned)strtoul(digits, NULL, 10);
    return true;
}

/* What the shard says of how many it is one. */
static unsigned shards_by(const char *directory, unsigned shard)
{
    char *path = tip_index_shard_directory(directory, shard);
    unsigned shards = path ? tip_generation_shards(path) : 0;
    free(path);
    return shards;
}

/* One that is missing, as a disk that is not there, is found by the number of another one, or by
 * what that says. Names may be links. */
unsigned tip_index_shards(const char *directory)
{
    bool present[TIP_SHARDS_MAX] = {false};
    unsigned named = 0, told = 0;
    DIR *folder = opendir(directory);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        unsigned number;
        if (!tip_shard_of_name(entry->d_name, &number))
            continue;
        present[number] = true;
        named = number + 1 > named ? number + 1 : named;
    }
    if (folder)
        closedir(folder);
    for (unsigned i = 0; i < named && !told; i++)
        if (present[i])
            told = shards_by(directory, i);
    return told > named ? told : named;
}
