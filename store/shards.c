/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folders of an index in shards. */
#include "store/generation.h"
#include "tip/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

char *tip_index_shard_directory(const char *directory, unsigned shard)
{
    char *path = NULL;
    return asprintf(&path, "%s/shard-%02u", directory, shard) < 0 ? NULL : path;
}

static bool has_shard(const char *directory, unsigned shard)
{
    struct stat st;
    char *path = tip_index_shard_directory(directory, shard);
    bool has = path && lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
    free(path);
    return has;
}

unsigned tip_index_shards(const char *directory)
{
    unsigned shards = 0;
    while (shards < TIP_SHARDS_MAX && has_shard(directory, shards))
        shards++;
    return shards;
}
