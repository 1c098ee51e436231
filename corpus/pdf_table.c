/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/pdf_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MIN = 3,   /* lines with words in two cells that make a table */
    DEPTH_MAX = 8,  /* tables beside or below one another */
    CELLS_MAX = 16, /* of a row; what is beyond stays in the last */
    LETTERS_MIN = 4 /* of a left cell, on average: a list has bullets or numbers there */
};

/* Points: the empty strip beside the text of a table at its narrowest and widest place, and how far
 * cells stand off their column. */
#define TABLE_STRIP 6.0F
#define CELL_STRIP 6.0F
#define ALIGNED 2.0F

/* Rows of a table stand further apart than the lines of a cell: font sizes from top to top. */
#define ROW_PITCH 1.25F

/* ... and what stands further off is no row of it. */
#define GAP_PITCH 2.2F

/* What is counted of the lines of a band. */
struct rows {
    size_t both;          /* with words on both sides */
    size_t left_letters;  /* in these */
    size_t right_aligned; /* that begin on the right where the others do */
    float right_edge;
};

static void count_line(struct rows *rows, const tip_pdf_word *words, size_t count,
                       const tip_strip *strip, bool edges_known)
{
    float left = INFINITY, right = INFINITY;
    size_t letters = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_left = words[i].box.left < strip->left;
        float *edge = is_left ? &left : &right;
        *edge = tip_min(*edge, words[i].box.left);
        letters += is_left ? words[i].text_size : 0;
    }
    if (isinf(left) || isinf(right))
        return;
    if (!edges_known) {
        rows->right_edge = tip_min(rows->right_edge, right);
        return;
    }
    rows->both++;
    rows->left_letters += letters;
    rows->right_aligned += right < rows->right_edge + ALIGNED;
}

static struct rows count_rows(const tip_pdf_word *words, size_t count, const tip_strip *strip)
{
    struct rows rows = {.right_edge = INFINITY};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count;) {
            size_t size = tip_words_line(words + i, count - i);
            count_line(&rows, words + i, size, strip, pass == 1);
            i += size;
        }
    return rows;
}

static bool is_table(const struct rows *rows)
{
    return rows->both >= ROWS_MIN && rows->left_letters >= LETTERS_MIN * rows->both &&
           rows->right_aligned * 10 >= rows->both * 8;
}

/* How many rows a strip parts into cells. */
static size_t table_score(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                          tip_pdf_word *room, size_t *ret_crossed)
{
    (void)room;
    size_t score = 0;
    bool crossed;
    *ret_crossed = 0;
    for (size_t i = 0; i < count;) {
        size_t size = tip_words_band(words + i, count - i, strip, &crossed);
        struct rows rows = count_rows(words + i, size, strip);
        if (crossed)
            *ret_crossed += size;
        else if (is_table(&rows))
            score += rows.both;
        i += size;
    }
    return score;
}

static bool is_both(const tip_pdf_word *words, size_t count, const tip_strip *strip)
{
    bool left = false, right = false;
    for (size_t i = 0; i < count; i++) {
        left = left || words[i].box.left < strip->left;
        right = right || words[i].box.left >= strip->left;
    }
    return left && right;
}

static float left_edge(const tip_pdf_word *words, size_t count)
{
    float left = INFINITY;
    for (size_t i = 0; i < count; i++)
        left = tip_min(left, words[i].box.left);
    return left;
}

/* Where the table begins and ends among the words of its band: its first row has two cells, below
 * its last such row only more of the same cells follows, and no wide gap parts it. */
static void trim(const tip_pdf_word *words, size_t count, const struct rows *rows,
                 const tip_strip *strip, size_t *ret_start, size_t *ret_end)
{
    size_t start = count, end = 0;
    float top = 0;
    for (size_t i = 0; i < count;) {
        size_t size = tip_words_line(words + i, count - i);
        bool both = is_both(words + i, size, strip);
        float pitch = words[i].box.top - top;
        if (start < count && pitch > GAP_PITCH * words[i].size)
            break;
        if (both && start == count)
            start = i;
        bool right = left_edge(words + i, size) > rows->right_edge - ALIGNED;
        bool next = i > 0 && end == i && (right || pitch < ROW_PITCH * words[i].size);
        if (both || next)
            end = i + size;
        top = words[i].box.top;
        i += size;
    }
    *ret_start = start;
    *ret_end = end;
}

/* The left edges of the columns of cells; returns how many. */
static size_t find_cells(const tip_pdf_word *words, size_t count, tip_pdf_word *room,
                         float edges[CELLS_MAX])
{
    memcpy(room, words, count * sizeof *words);
    qsort(room, count, sizeof *room, tip_words_by_left);
    size_t cells = 0;
    float right = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (room[i].box.left > right + CELL_STRIP && cells < CELLS_MAX)
            edges[cells++] = room[i].box.left;
        right = tip_max(right, room[i].box.right);
    }
    return cells;
}

static size_t cell_of(const tip_pdf_word *word, const float *edges, size_t cells)
{
    size_t cell = 0;
    while (cell + 1 < cells && word->box.left >= edges[cell + 1])
        cell++;
    return cell;
}

/* A table and its cells. */
struct table {
    tip_layout *layout;
    const tip_box *column;
    float edges[CELLS_MAX];
    size_t cells;
    size_t main; /* the cell with most of the text */
};

static void find_main(struct table *table, const tip_pdf_word *words, size_t count)
{
    size_t letters[CELLS_MAX] = {0};
    for (size_t i = 0; i < count; i++)
        letters[cell_of(&words[i], table->edges, table->cells)] += words[i].text_size;
    for (size_t i = 1; i < table->cells; i++)
        if (letters[i] > letters[table->main])
            table->main = i;
}

/* The words of one cell among those of a line or row, into `room`. */
static size_t take_cell(const struct table *table, const tip_pdf_word *words, size_t count,
                        size_t cell, tip_pdf_word *room)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (cell_of(&words[i], table->edges, table->cells) == cell)
            room[kept++] = words[i];
    return kept;
}

/* The words of the next row: up to where a line of the main cell stands off the one before. */
static size_t next_row(const struct table *table, const tip_pdf_word *words, size_t count)
{
    float last = INFINITY; /* top of the main cell's line before */
    size_t i = 0;
    while (i < count) {
        size_t size = tip_words_line(words + i, count - i);
        float top = INFINITY;
        for (size_t j = i; j < i + size; j++)
            if (cell_of(&words[j], table->edges, table->cells) == table->main)
                top = tip_min(top, words[j].box.top);
        if (!isinf(top) && !isinf(last) && top - last > ROW_PITCH * words[i].size)
            break;
        last = isinf(top) ? last : top;
        i += size;
    }
    return i;
}

static tip_status add_row(const struct table *table, const tip_pdf_word *words, size_t count)
{
    tip_pdf_word *room = table->layout->room;
    tip_status status = TIP_OK;
    bool begun = false;
    for (size_t cell = 0; cell < table->cells; cell++) {
        size_t kept = take_cell(table, words, count, cell, room);
        for (size_t i = 0; i < kept && status == TIP_OK;) {
            size_t size = tip_words_line(room + i, kept - i);
            status = tip_layout_add_line(table->layout, room + i, size, table->column,
                                         begun ? TIP_PDF_CELL : TIP_PDF_ROW,
                                         begun && i == 0 ? "| " : "");
            begun = true;
            i += size;
        }
    }
    return status;
}

static tip_status add_table(tip_layout *layout, const tip_pdf_word *words, size_t count,
                            const tip_box *column)
{
    struct table table = {.layout = layout, .column = column};
    if (count == 0)
        return TIP_OK;
    table.cells = find_cells(words, count, layout->room, table.edges);
    find_main(&table, words, count);
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t size = next_row(&table, words + i, count - i);
        status = add_row(&table, words + i, size);
        i += size;
    }
    return status;
}

static tip_status add_tables(tip_layout *layout, tip_pdf_word *words, size_t count,
                             const tip_box *column, int depth);

static tip_status add_band(tip_layout *layout, tip_pdf_word *words, size_t count,
                           const tip_strip *strip, const tip_box *column, int depth)
{
    struct rows rows = count_rows(words, count, strip);
    size_t start = 0, end = 0;
    if (is_table(&rows))
        trim(words, count, &rows, strip, &start, &end);
    tip_status status = add_tables(layout, words, start, column, depth + 1);
    if (status == TIP_OK)
        status = add_table(layout, words + start, end - start, column);
    return status == TIP_OK ? add_tables(layout, words + end, count - end, column, depth + 1)
                            : status;
}

static tip_status add_tables(tip_layout *layout, tip_pdf_word *words, size_t count,
                             const tip_box *column, int depth)
{
    static const tip_strip_search search = {
        .width = TABLE_STRIP, .score = table_score, .least = ROWS_MIN, .rows = true};
    tip_strip strip;
    if (depth == DEPTH_MAX || count < 2 * ROWS_MIN ||
        !tip_words_find_strip(words, count, &search, layout->room, &strip))
        return tip_layout_add_flow(layout, words, count, column);
    tip_status status = TIP_OK;
    bool crossed;
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t size = tip_words_band(words + i, count - i, &strip, &crossed);
        status = crossed ? add_tables(layout, words + i, size, column, depth + 1)
                         : add_band(layout, words + i, size, &strip, column, depth);
        i += size;
    }
    return status;
}

tip_status tip_layout_add_tables(tip_layout *layout, tip_pdf_word *words, size_t count,
                                 const tip_box *column)
{
    return add_tables(layout, words, count, column, 0);
}
