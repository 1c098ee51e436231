/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/shard.h"

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>
#include <xxhash.h>

/* How many more shards may come before the key moves is drawn from a generator that the key seeds:
 * the constants are the article's. */
static unsigned jump(uint64_t key, unsigned shards)
{
    const double top = (double)(UINT64_C(1) << 31);
    uint64_t shard = 0;
    double next = 0;
    while (next < shards) {
        shard = (uint64_t)next;
        key = key * UINT64_C(2862933555777941757) + 1;
        next = (double)(shard + 1) * (top / (double)((key >> 33) + 1));
    }
    return (unsigned)shard;
}

static tip_status key_of(const tip_record *record, const char *path, tip_buf *ret_key)
{
    const tip_record report = {
        .year = record->year, .country = record->country, .iso3 = record->iso3};
    bool has_country = record->iso3.size > 0 || record->country.size > 0;
    bool has_year = record->year > 0;
    if (has_country && has_year)
        return tip_store_id_of(&report, ret_key);
    tip_buf_clear(ret_key);
    if (!has_country && !has_year && record->source.size > 0)
        return tip_buf_add(ret_key, record->source.data, record->source.size);
    return tip_buf_add_text(ret_key, path);
}

tip_status tip_shard_of(const tip_record *record, const char *path, unsigned shards, tip_buf *room,
                        unsigned *ret_shard)
{
    tip_status status = key_of(record, path, room);
    if (status == TIP_OK)
        *ret_shard = jump(XXH3_64bits(room->data, room->size), shards);
    return status;
}
