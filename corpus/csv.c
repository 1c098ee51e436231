/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of records: each row is read as a line of JSON with the header's names would be. */
#include "base/error.h"
#include "corpus/object.h"
#include "corpus/table.h"

/* Empty cells are what is not known. */
static json_t *row_object(const tip_table *table, const tip_row *row)
{
    json_t *object = json_object();
    int failed = object == NULL;
    for (size_t i = 0; i < tip_table_columns(table) && !failed; i++)
        if (row->cells[i].size > 0)
            failed = json_object_set_new(object, tip_table_column(table, i),
                                         json_stringn(row->cells[i].data, row->cells[i].size));
    if (!failed)
        return object;
    json_decref(object);
    return NULL;
}

static tip_status read_row(const tip_table *table, const tip_row *row, tip_object_reader *reader,
                           tip_error *err)
{
    json_t *object = row_object(table, row);
    if (!object)
        return tip_fail_memory(err);
    tip_status status = tip_object_read(reader, row->line, object, err);
    json_decref(object);
    return status;
}

tip_status tip_read_csv(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    tip_table *table = NULL;
    tip_object_reader *reader = NULL;
    bool more = true;
    tip_row row;
    tip_status status = tip_table_open(input, "text", sink->warning, sink->payload, &table, err);
    if (status == TIP_OK)
        status = tip_object_reader_new(input, sink, &reader, err);
    while (status == TIP_OK && more) {
        status = tip_table_next(table, &row, &more, err);
        if (status == TIP_OK && more)
            status = read_row(table, &row, reader, err);
    }
    tip_object_reader_free(reader);
    tip_table_free(table);
    return status;
}
