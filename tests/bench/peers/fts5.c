/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SQLite FTS5.
 *
 *   fts5 update DATABASE PATH          make it hold what the file or folder holds
 *   fts5 memory DATABASE PATH          read PATH first; print the time of the rest: WALL CPU
 *   fts5 ask DATABASE QUESTIONS ROUNDS
 *
 * The text is in the FTS5 table, what filters and counts need in a narrow table beside it with the
 * same row numbers: reading that does not touch the text. No journal, no sync, one transaction. */
#include "ask.h"
#include "records.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <xxhash.h>

static const char *const pragmas =
    "pragma journal_mode=off; pragma synchronous=off; pragma locking_mode=exclusive;"
    "pragma temp_store=memory; pragma mmap_size=1073741824; pragma cache_size=-65536;";

static const char *const schema =
    "create virtual table f using fts5(text, tokenize='porter unicode61', detail=full);"
    "create table m(row integer primary key, id text, source integer, year integer, country text,"
    " section text, tier text);"
    "create index by_source on m(source);"
    "create table s(source integer primary key, path text unique, hash integer);";

static bool failed(sqlite3 *db)
{
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    return false;
}

static bool execute(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || failed(db);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        failed(db);
    return statement;
}

static sqlite3 *open_database(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open(path, &db) == SQLITE_OK && execute(db, pragmas))
        return db;
    sqlite3_close(db);
    return NULL;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* Runs a statement that returns no row. */
static bool step(sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return done || failed(sqlite3_db_handle(statement));
}

/* ---- Building ---- */

enum { INSERT_TEXT, INSERT_FIELDS, FIND_SOURCE, SET_SOURCE, DELETE_TEXTS, DELETE_FIELDS, UPDATES };

static const char *const update_sql[UPDATES] = {
    "insert into f(rowid, text) values(?1, ?2)",
    "insert into m(row, source, id, year, country, section, tier)"
    " values(null, ?1, ?2, ?3, ?4, ?5, ?6)",
    "select source, hash from s where path=?1",
    "insert into s(source, path, hash) values(null, ?1, ?2)"
    " on conflict(path) do update set hash=excluded.hash",
    "delete from f where rowid in (select row from m where source=?1)",
    "delete from m where source=?1",
};

typedef struct writer {
    sqlite3 *db;
    sqlite3_stmt *statements[UPDATES];
    sqlite3_int64 source;
} writer;

static bool write_record(void *payload, const record *written)
{
    writer *to = payload;
    sqlite3_stmt *fields = to->statements[INSERT_FIELDS];
    sqlite3_bind_int64(fields, 1, to->source);
    bind_text(fields, 2, written->id);
    sqlite3_bind_int(fields, 3, written->year);
    bind_text(fields, 4, written->country);
    bind_text(fields, 5, written->section);
    bind_text(fields, 6, written->tier);
    if (!step(fields))
        return false;
    sqlite3_stmt *text = to->statements[INSERT_TEXT];
    sqlite3_bind_int64(text, 1, sqlite3_last_insert_rowid(to->db));
    bind_text(text, 2, written->text);
    return step(text);
}

/* Removes the records of a source. */
static bool clear_source(const writer *to, sqlite3_int64 source)
{
    sqlite3_bind_int64(to->statements[DELETE_TEXTS], 1, source);
    sqlite3_bind_int64(to->statements[DELETE_FIELDS], 1, source);
    return step(to->statements[DELETE_TEXTS]) && step(to->statements[DELETE_FIELDS]);
}

static bool write_file(void *payload, const record_file *file)
{
    writer *to = payload;
    sqlite3_int64 hash = (sqlite3_int64)XXH3_64bits(file->bytes, file->size);
    sqlite3_stmt *find = to->statements[FIND_SOURCE];
    bind_text(find, 1, file->path);
    bool found = sqlite3_step(find) == SQLITE_ROW;
    sqlite3_int64 source = sqlite3_column_int64(find, 0);
    bool same = found && sqlite3_column_int64(find, 1) == hash;
    sqlite3_reset(find);
    if (same)
        return true;
    if (found && !clear_source(to, source))
        return false;
    sqlite3_stmt *set = to->statements[SET_SOURCE];
    bind_text(set, 1, file->path);
    sqlite3_bind_int64(set, 2, hash);
    if (!step(set))
        return false;
    to->source = found ? source : sqlite3_last_insert_rowid(to->db);
    return records_parse(file, write_record, to);
}

static bool writer_open(writer *to, const char *path, bool *ret_fresh)
{
    to->db = open_database(path);
    if (!to->db)
        return false;
    sqlite3_stmt *tables = prepare(to->db, "select 1 from sqlite_schema");
    *ret_fresh = sqlite3_step(tables) == SQLITE_DONE;
    sqlite3_finalize(tables);
    if (*ret_fresh && !execute(to->db, schema))
        return false;
    for (int i = 0; i < UPDATES; i++)
        if (!(to->statements[i] = prepare(to->db, update_sql[i])))
            return false;
    return true;
}

static bool writer_close(writer *to)
{
    for (int i = 0; i < UPDATES; i++)
        sqlite3_finalize(to->statements[i]);
    return sqlite3_close(to->db) == SQLITE_OK;
}

/* What is written: the files of a path, or records that were read before. */
typedef struct kept_records {
    record *items;
    size_t count;
} kept_records;

static bool update(const char *database, const char *path, const kept_records *kept)
{
    writer to = {0};
    bool fresh;
    bool done = writer_open(&to, database, &fresh) && execute(to.db, "begin");
    if (done && kept)
        for (size_t i = 0; done && i < kept->count; i++)
            done = write_record(&to, &kept->items[i]);
    else if (done)
        done = records_files(path, write_file, &to);
    if (done && fresh)
        done = execute(to.db, "insert into f(f) values('optimize')");
    done = done && execute(to.db, "commit");
    return writer_close(&to) && done;
}

static bool keep_record(void *payload, const record *read)
{
    kept_records *kept = payload;
    record *items = reallocarray(kept->items, kept->count + 1, sizeof *items);
    if (!items)
        return false;
    kept->items = items;
    items[kept->count++] = (record){.id = strdup(read->id),
                                    .year = read->year,
                                    .country = strdup(read->country),
                                    .section = strdup(read->section),
                                    .tier = strdup(read->tier),
                                    .text = strdup(read->text)};
    return true;
}

static bool keep_file(void *payload, const record_file *file)
{
    return records_parse(file, keep_record, payload);
}

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* What is kept is left to the end of the process. */
static bool update_from_memory(const char *database, const char *path)
{
    kept_records kept = {0};
    if (!records_files(path, keep_file, &kept))
        return false;
    double wall = seconds(CLOCK_MONOTONIC);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    bool done = update(database, NULL, &kept);
    printf("%.4f %.4f\n", seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    return done;
}

/* ---- Asking ---- */

#define FILTERED " and (?2=0 or m.year between ?2 and ?3) and (?4='' or m.country=?4)"

/* By operation, without and with filters. FTS5 itself sorts by rank and stops at the limit; a cross
 * join keeps SQLite from beginning with the other table. */
static const char *const ask_sql[][2] = {
    {"select m.id, snippet(f, 0, '[', ']', '…', 40) from f cross join m on m.row=f.rowid"
     " where f match ?1 order by rank limit 10",
     "select m.id, snippet(f, 0, '[', ']', '…', 40) from f cross join m on m.row=f.rowid"
     " where f match ?1" FILTERED " order by rank limit 10"},
    {"select m.id from f cross join m on m.row=f.rowid where f match ?1 order by rank limit 1000",
     "select m.id from f cross join m on m.row=f.rowid where f match ?1" FILTERED
     " order by rank limit 1000"},
    {"select count(*) from f where f match ?1",
     "select count(*) from f cross join m on m.row=f.rowid where f match ?1" FILTERED},
    {"select m.year, count(*) from f cross join m on m.row=f.rowid where f match ?1 group by 1",
     "select m.year, count(*) from f cross join m on m.row=f.rowid where f match ?1" FILTERED
     " group by 1"},
    {"select m.country, count(*) from f cross join m on m.row=f.rowid where f match ?1 group by 1",
     "select m.country, count(*) from f cross join m on m.row=f.rowid where f match ?1" FILTERED
     " group by 1"},
};

#define OPERATIONS (sizeof ask_sql / sizeof *ask_sql)

typedef struct reader {
    sqlite3 *db;
    sqlite3_stmt *statements[OPERATIONS][2];
} reader;

static void write_row(sqlite3_stmt *statement, ask_operation asked, FILE *out)
{
    const char *first = (const char *)sqlite3_column_text(statement, 0);
    fputs(first ? first : "", out);
    if (asked == OPERATION_YEAR || asked == OPERATION_COUNTRY)
        fprintf(out, "=%lld", (long long)sqlite3_column_int64(statement, 1));
    else if (asked == OPERATION_TOP)
        sqlite3_column_text(statement, 1); /* makes the snippet */
}

static bool answer(void *engine, const question *asked, FILE *out)
{
    reader *from = engine;
    bool filtered = asked->first_year != 0 || *asked->country;
    sqlite3_stmt *statement = from->statements[asked->operation][filtered];
    bind_text(statement, 1, asked->text);
    if (filtered) {
        sqlite3_bind_int(statement, 2, asked->first_year);
        sqlite3_bind_int(statement, 3, asked->last_year);
        bind_text(statement, 4, asked->country);
    }
    int status;
    const char *blank = "";
    while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
        fputs(blank, out);
        write_row(statement, asked->operation, out);
        blank = " ";
    }
    sqlite3_reset(statement);
    return status == SQLITE_DONE || failed(from->db);
}

static bool ask(const char *database, const char *questions, int rounds)
{
    reader from = {.db = open_database(database)};
    bool done = from.db != NULL;
    for (size_t i = 0; done && i < OPERATIONS * 2; i++)
        done = (from.statements[i / 2][i % 2] = prepare(from.db, ask_sql[i / 2][i % 2])) != NULL;
    done = done && ask_all(questions, rounds, answer, &from);
    for (size_t i = 0; i < OPERATIONS * 2; i++)
        sqlite3_finalize(from.statements[i / 2][i % 2]);
    sqlite3_close(from.db);
    return done;
}

int main(int argc, char **argv)
{
    bool done = false;
    if (argc == 4 && strcmp(argv[1], "update") == 0)
        done = update(argv[2], argv[3], NULL);
    else if (argc == 4 && strcmp(argv[1], "memory") == 0)
        done = update_from_memory(argv[2], argv[3]);
    else if (argc == 5 && strcmp(argv[1], "ask") == 0)
        done = ask(argv[2], argv[3], atoi(argv[4]));
    else
        fprintf(stderr, "usage: fts5 update|memory DATABASE PATH, "
                        "fts5 ask DATABASE QUESTIONS ROUNDS\n");
    return done ? 0 : 1;
}
