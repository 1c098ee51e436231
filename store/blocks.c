/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/blocks.h"

#include "base/error.h"

/* Measured on the benchmark corpus: level 6 takes three times the time of 2 for 9% fewer bytes. */
enum { DEFLATE_LEVEL = 6 };

tip_status block_packer_start(block_packer *packer, tip_error *err)
{
    *packer = (block_packer){.first = 1};
    if (deflateInit(&packer->zlib, DEFLATE_LEVEL) != Z_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

tip_status block_packer_add(block_packer *packer, tip_str id, tip_str text, tip_error *err)
{
    uint32_t sizes[2] = {(uint32_t)id.size, (uint32_t)text.size};
    tip_buf *open = &packer->open;
    if (tip_buf_reserve(open, sizeof sizes + id.size + text.size) != TIP_OK)
        return tip_fail_memory(err);
    (void)tip_buf_add(open, sizes, sizeof sizes);
    (void)tip_buf_add(open, id.data, id.size);
    (void)tip_buf_add(open, text.data, text.size);
    packer->documents++;
    packer->text_bytes += text.size;
    return open->size < BLOCK_SIZE ? TIP_OK : block_packer_close(packer, err);
}

tip_status block_packer_close(block_packer *packer, tip_error *err)
{
    tip_buf *open = &packer->open;
    tip_buf *stored = &packer->stored;
    if (open->size == 0)
        return TIP_OK;
    z_stream *zlib = &packer->zlib;
    uLong bound = deflateBound(zlib, (uLong)open->size);
    if (tip_buf_reserve(stored, bound) != TIP_OK)
        return tip_fail_memory(err);
    zlib->next_in = (Bytef *)open->data;
    zlib->avail_in = (uInt)open->size;
    zlib->next_out = (Bytef *)stored->data + stored->size;
    zlib->avail_out = (uInt)bound;
    int result = deflate(zlib, Z_FINISH);
    block_entry entry = {
        .offset = stored->size,
        .stored_size = (uint32_t)zlib->total_out,
        .size = (uint32_t)open->size,
        .first_document = packer->first,
    };
    if (result != Z_STREAM_END || deflateReset(zlib) != Z_OK ||
        tip_buf_add(&packer->directory, &entry, sizeof entry) != TIP_OK)
        return tip_fail_memory(err);
    stored->size += entry.stored_size;
    packer->first = packer->documents + 1;
    tip_buf_clear(open);
    return TIP_OK;
}

void block_packer_free(block_packer *packer)
{
    deflateEnd(&packer->zlib);
    tip_buf_free(&packer->open);
    tip_buf_free(&packer->stored);
    tip_buf_free(&packer->directory);
}
