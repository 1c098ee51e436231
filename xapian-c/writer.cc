/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "handles.h"

#include <cstring>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <xapian.h>

struct xc_writer {
    Xapian::WritableDatabase db;
    std::string path;
};

namespace
{

enum { LOCK_TRIES = 10, TERM_MAX = 245 };

/* Of a compacted database. Measured on the benchmark corpus: 25.6 MB in the usual blocks of 8 KiB,
 * 25.2 in these, 25.1 in 32 KiB; the first read of a term takes a block or two. */
enum { COMPACT_BLOCK = 16 * 1024 };

/* Nobody else knows the folder: a lock that is refused there was interrupted by a signal. */
Xapian::WritableDatabase create(const char *path)
{
    const int flags = Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC |
                      Xapian::DB_NO_TERMLIST;
    for (int i = 1;; i++) {
        try {
            return Xapian::WritableDatabase(path, flags);
        } catch (const Xapian::DatabaseLockError &) {
            if (i == LOCK_TRIES)
                throw;
        }
    }
}

/* Told of such a term only with the document, Xapian would give up the whole database. */
void check_term(tip_str term)
{
    if (term.size == 0 || term.size > TERM_MAX || std::memchr(term.data, 0, term.size))
        throw Xapian::InvalidArgumentError("a term has 1 to 245 bytes and no zero byte");
}

} // namespace

tip_status xc_writer_new(const char *path, xc_writer **ret_writer, tip_error *err)
{
    return xc::guard(err, path, [&] {
        struct stat st;
        if (stat(path, &st) == 0)
            throw Xapian::DatabaseCreateError("there is something already");
        *ret_writer = new xc_writer{create(path), path};
    });
}

tip_status xc_writer_add(xc_writer *writer, const xc_posting *postings, size_t count,
                         tip_error *err)
{
    return xc::guard(err, writer->path.c_str(), [&] {
        Xapian::Document document;
        for (size_t i = 0; i < count; i++) {
            check_term(postings[i].term);
            std::string term(postings[i].term.data, postings[i].term.size);
            document.add_term(term, postings[i].wdf);
        }
        writer->db.add_document(document);
    });
}

tip_status xc_writer_finish(xc_writer *writer, tip_error *err)
{
    std::unique_ptr<xc_writer> owner(writer);
    return xc::guard(err, writer->path.c_str(), [&] {
        writer->db.commit();
        writer->db.close();
    });
}

void xc_writer_discard(xc_writer *writer)
{
    if (!writer)
        return;
    /* A transaction makes close() drop what is pending instead of committing it; one that flushes
     * would commit it first. */
    (void)xc::guard(nullptr, "", [&] {
        writer->db.begin_transaction(false);
        writer->db.close();
    });
    delete writer;
}

tip_status xc_compact(const char *const *sources, size_t count, const char *path, tip_error *err)
{
    return xc::guard(err, path, [&] {
        Xapian::Database all;
        for (size_t i = 0; i < count; i++)
            all.add_database(xc::open_glass(sources[i]));
        all.compact(path, Xapian::DBCOMPACT_SINGLE_FILE, COMPACT_BLOCK);
    });
}
